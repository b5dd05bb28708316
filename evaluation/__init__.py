"""Scoring models against hand-labelled spans, and explaining the scores."""
