"""The one family of errors that is meant for a person."""


class UserError(ValueError):
    """Bad input: the message is one line that names what was got, what was expected, and the fix.

    The command line prints the message alone and ends with exit code 2.
    """


class Busy(UserError):
    """Another process is at work on it: wait, or work elsewhere."""
