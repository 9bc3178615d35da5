"""The one kind of error that is meant for a person: what is wrong with the input, and how to fix it."""

from collections.abc import Mapping
from enum import Enum
from pathlib import Path


class Remedy(Enum):
    """A fix that a function and a command line name in different words; the value is the wording for functions.

    The command line has the options that do it: see `render.commands.advice`.
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

    One remedy is enough: `str(error)` is "message; first, second, or third". A message may also name its fix itself.
    `path` is the file or folder that a remedy makes. The command line prints the line and ends with exit code 2.
    """

    def __init__(self, message: str = "", *remedies: str | Remedy, path: str | Path | None = None) -> None:
        """Keep the parts; all positional arguments go to the base class, so that the error can be pickled."""
        super().__init__(message, *remedies)
        self.message, self.remedies, self.path = message, remedies, path

    def __str__(self) -> str:
        """The message and the remedies in the wording for functions."""
        return self.worded({})

    def worded(self, words: Mapping[Remedy, str]) -> str:
        """The message and the remedies, in other `words` for those that are named there."""
        fixes = [fix if isinstance(fix, str) else words.get(fix, fix.value) for fix in self.remedies]
        if not fixes:
            return self.message
        *others, last = fixes
        return f"{self.message}; {', '.join(others)}, or {last}" if others else f"{self.message}; {last}"


class Busy(UserError):
    """Another process is at work on it: wait, or work elsewhere."""
