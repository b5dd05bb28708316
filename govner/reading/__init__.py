"""Bytes → report: files are found, decoded, parsed, cleaned and given a structure here."""

from govner.reading.readers import read, read_text

__all__ = ["read", "read_text"]
