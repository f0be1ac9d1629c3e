"""Holds one reading against what is known and decides what becomes of it; pure, does nothing itself."""

from crawler.decide.outcome import decide

__all__ = ["decide"]
