"""The error that is meant for a person: it says what is wrong with the input, and how to fix it."""

from collections.abc import Mapping
from enum import Enum
from pathlib import Path


class Remedy(Enum):
    """A fix that a function and a command line describe in different words.

    The value is the wording for functions. A command line replaces it by the option that does it.
    """

    ELSEWHERE = "choose another place"
    OVERWRITE = "allow it to be overwritten"
    START_OVER = "start over"
    MAKE_RUN = "make a run first"
    CONTINUE_RUN = "continue the run"
    MAKE_FIELD = "sweep a field first"
    SWEEP_ANEW = "sweep it anew"
    MAKE_FILM = "make a film"


class UserError(ValueError):
    """Bad input. The message says in one line what was got and what was expected; the remedies say how to fix it.

    `str(error)` is "message; first, second, or third", where any one of the remedies is enough. A message without
    remedies names its fix itself. `path` is the file or folder that a remedy would make. The command line prints this
    line and ends with exit code 2.
    """

    def __init__(self, message: str = "", *remedies: str | Remedy, path: str | Path | None = None) -> None:
        """Store the parts. The base class gets all positional arguments, so that the error can be pickled."""
        super().__init__(message, *remedies)
        self.message, self.remedies, self.path = message, remedies, path

    def __str__(self) -> str:
        """The message and the remedies in the wording for functions."""
        return self.worded({})

    def worded(self, words: Mapping[Remedy, str]) -> str:
        """The message and the remedies, where `words` replaces the wording of the remedies that it contains.

        Remedies whose wording is empty are left out.
        """
        fixes = [fix if isinstance(fix, str) else words.get(fix, fix.value) for fix in self.remedies]
        fixes = [fix for fix in fixes if fix]
        if not fixes:
            return self.message
        *others, last = fixes
        return f"{self.message}; {', '.join(others)}, or {last}" if others else f"{self.message}; {last}"


class Busy(UserError):
    """Another process is writing to the same place: wait for it, or choose another place."""
