"""Bytes → report: files are found, decoded, parsed, cleaned and given a structure here."""

from govner.reading.readers import dropped_table, read, read_text

__all__ = ["dropped_table", "read", "read_text"]
