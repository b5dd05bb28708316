"""Annotated reports as tables: reports, sentences, mentions, and what was measured in them, with a codebook."""
