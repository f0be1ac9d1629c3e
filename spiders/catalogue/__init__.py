"""The sources that ship: one declaration each, in TOML files by region and kind."""
