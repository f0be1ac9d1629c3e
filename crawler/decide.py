"""Holds one reading against what is known and decides what becomes of it; pure."""
