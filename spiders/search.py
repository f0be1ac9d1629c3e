"""Search endpoints: one question per company and script, declared by template (``spiders.declared``)."""

from __future__ import annotations

from spiders.declared import OPTIONS, asks, read

__all__ = ["OPTIONS", "asks", "read"]
