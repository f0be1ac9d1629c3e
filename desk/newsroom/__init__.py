"""A small web of outlets on loopback, of our own writing: what ``demo`` serves and the tests crawl; imports ``crawler`` alone."""
