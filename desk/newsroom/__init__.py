"""A small web of outlets on loopback, of our own writing: what ``demo`` serves and the tests crawl.

What serves it imports ``crawler`` alone; ``tour`` and ``telling`` walk through the whole program.
"""
