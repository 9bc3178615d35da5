"""Foragescape: the names that `import foragescape` offers, and its command line.

In Python, `import foragescape as fs` offers the names of `render.notebook`: fs.evolve, fs.landscape, fs.measure, ...
Each is imported when it is first used.

On the command line, results go to stdout; progress and errors to stderr. The exit code is 0, 2 for bad input and
SIGTERM, 130 for Ctrl-C. What the commands do is in `render.commands`. Little is imported here: all else comes once
signals are listened for.
"""

import os
import sys
from signal import SIGINT, default_int_handler, getsignal, signal

# The command line is this file, or the script that pip installs. Until `main` listens, an interrupt ends it in one
# line: Python would print a traceback of what is being imported, and nothing has begun that could be left half done.
if (
    os.path.basename(getattr(sys.modules["__main__"], "__file__", None) or "").partition(".")[0] == "foragescape"
    and getsignal(SIGINT) is default_int_handler
):
    signal(SIGINT, lambda *_: (os.write(2, b"foragescape: interrupted before it began\n"), os._exit(130)))

from collections.abc import Sequence
from typing import TYPE_CHECKING

from render import notebook
from render.commands.signals import listening
from render.notebook.late_registration import register_with_gymnasium

__all__ = notebook.__all__

if TYPE_CHECKING:  # and no function of any name, which would hide misspelt ones from type checkers
    from render.notebook import *  # noqa: F403
else:

    def __getattr__(name):
        """A name of the face."""
        return getattr(notebook, name)


register_with_gymnasium()


def __dir__() -> list[str]:
    """The names of the face, and the door."""
    return sorted([*__all__, "main"])


def main(words: Sequence[str] | None = None) -> int:
    """Run the command that `words` ask for, by default those that follow the program's name; return the exit code."""
    received: list[int] = []
    try:
        with listening(received, ignore_afterwards=words is None):
            code = _run(sys.argv[1:] if words is None else words, received)
        if not received:  # some library may have swallowed the exception, and the command went on to its end
            return code
    except BaseException:  # after a signal any exception, whatever its kind, is a consequence of the signal
        if not received:
            raise
    if words is None:
        import logging

        logging.disable()  # or asyncio, which zarr uses, would report the tasks that were left
    from render.streams import complain

    how, code = ("interrupted", 130) if received[0] == SIGINT else ("terminated", 2)
    complain(f"{how}; what was finished is kept, and the same command goes on from there")
    return code


def _run(words: Sequence[str], received: list[int]) -> int:
    """Run a command, print its errors in one line, and return the exit code.

    Once a signal was `received`, errors are its consequences, and are not printed.
    """
    import logging

    from agents.errors import UserError
    from render.commands.advice import advise
    from render.commands.parsing import parse
    from render.streams import Notices, complain, discard_unwritable, escape_unencodable

    for stream in (sys.stdout, sys.stderr):
        escape_unencodable(stream)
    for room in ("agents", "sim"):
        logging.getLogger(room).handlers = [Notices()]
    command = None
    try:
        command = parse(words)
        command()
        if sys.stdout is not None:
            sys.stdout.flush()
    except UserError as error:
        if not received:
            complain(advise(error, command))
    except MemoryError:
        complain("out of memory; ask for fewer pixels, mazes or genomes")
    except BrokenPipeError:  # the reader stopped reading, as in: foragescape info PATH | head -1
        discard_unwritable(sys.stdout)
        return 0
    except OSError as error:
        discard_unwritable(sys.stdout)
        if received:
            return 2
        where = error.filename if error.filename is not None else "the output"
        complain(f"cannot use {where}: {error.strerror or error}; check the path, its rights and the disk")
    else:
        return 0
    return 2


if __name__ == "__main__":
    sys.exit(main())
