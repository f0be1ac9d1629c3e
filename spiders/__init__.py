"""Where leads come from: one pure reader and one thin Scrapy spider a kind; knows nothing of storage."""
