"""Scrapy's edges: address guard, manners, conditional requests, limits; decides nothing about news."""
