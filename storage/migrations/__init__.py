"""The steps from one schema to the next, each run once and in order when a database is opened."""
