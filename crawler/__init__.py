"""How a page is fetched, read and judged; imports none of the other rooms."""
