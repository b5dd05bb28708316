"""One report as a page to read: heading tree, marked text, and beside it what was measured."""
