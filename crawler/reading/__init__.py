"""A page's bytes to what it says; pure: no Scrapy, no SQL, no network, no clock."""
