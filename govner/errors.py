"""Errors that are a user's to mend."""


class UserError(Exception):
    """Bad input. The message names the file (or option) and says what to do; the command line prints it alone."""
