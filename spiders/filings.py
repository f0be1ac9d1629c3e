"""Official disclosures: the exchange's list of a company's announcements, declared by template (``spiders.declared``).

The rows name documents, PDF mostly, that are fetched and read like articles, as the strongest evidence there is.
"""

from __future__ import annotations

from spiders.declared import OPTIONS, asks, read

__all__ = ["OPTIONS", "asks", "read"]
