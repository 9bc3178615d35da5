"""Foragescape's door: the command line. It listens for signals, parses, calls a command, and tells errors in one line.

Results go to stdout; talk, progress and errors to stderr. Exit code 0, 2 for bad input and SIGTERM, 130 for Ctrl-C.
What the commands are stands in `render.commands`, which is imported only once signals are listened for.
"""

import logging
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from io import StringIO, TextIOWrapper
from itertools import pairwise
from pathlib import Path
from typing import Any, TextIO

from agents.errors import UserError

QUALITIES = {"-ql": "low", "-qm": "medium", "-qh": "high", "-qk": "4k"}
STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
# An import, and a call of zarr, take milliseconds each.
UNDIVIDED = {"_frozen_importlib", "importlib._bootstrap", "zarr.core.sync"}
SOON = 0.02  # seconds until a signal that came at a bad moment is heard again


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; `words` are what follows the program's name. Returns the exit code."""
    heard: list[int] = []
    try:
        with listening(heard, for_good=words is None):
            return _run(sys.argv[1:] if words is None else words)
    except BaseException:  # whatever it is, after a signal it is that signal's doing
        if not heard:
            raise
    if words is None:
        logging.disable()  # asyncio, which zarr uses, would tell of tasks that were left
    how, code = ("interrupted", 130) if heard[0] == signal.SIGINT else ("terminated", 2)
    return complain(f"{how}; what was finished is kept, and the same command goes on from there", code)


def _run(words: Sequence[str]) -> int:
    """The exit code of a command whose failures were told."""
    from render.progress import hush

    for stream in (sys.stdout, sys.stderr):
        _never_fail_to_spell(stream)
    try:
        command = parse(words)
        command()
        if sys.stdout is not None:
            sys.stdout.flush()
    except UserError as error:
        return complain(str(error), 2)
    except MemoryError:
        return complain("out of memory; ask for fewer pixels, mazes or genomes", 2)
    except BrokenPipeError:  # the reader has what it wanted, as in: foragescape info PATH | head -1
        hush(sys.stdout)
    except OSError as error:
        hush(sys.stdout)
        where = error.filename if error.filename is not None else "the output"
        return complain(f"cannot use {where}: {error.strerror or error}; check the path, its rights and the disk", 2)
    return 0


def parse(words: Sequence[str]) -> Callable[[], None]:
    """The command with its options that `words` ask for, ready to be called, or UserError in one line."""
    import difflib

    from render.commands import COMMANDS

    if words and words[0] in ("-h", "--help"):
        return lambda: print(usage())
    if not words or words[0] not in COMMANDS:
        near = difflib.get_close_matches(words[0], COMMANDS, 1) if words else []
        fix = f"did you mean {near[0]}?" if near else f"choose from {', '.join(COMMANDS)}, or see foragescape --help"
        raise UserError(f"there is no command {words[0]!r}; {fix}" if words else f"a command is missing; {fix}")
    return _parse_options(words[0], COMMANDS[words[0]], words[1:])


def usage() -> str:
    """The list of commands."""
    from render.commands import COMMANDS

    rows = [f"  {name:<10}{(kind.__doc__ or '').split('. ')[0].rstrip('.')}" for name, kind in COMMANDS.items()]
    head = "usage: foragescape COMMAND [OPTIONS]\n\nEvolve recurrent foragers and film their fitness landscape."
    return "\n".join([head, "", *rows, "", "foragescape COMMAND --help lists the options of a command."])


def _parse_options(name: str, kind: type[Any], words: Sequence[str]) -> Callable[[], None]:
    import tyro

    words = [part for word in words for part in (("--quality", QUALITIES[word]) if word in QUALITIES else (word,))]
    box, default = StringIO(), _defaults(kind, words)
    try:
        with redirect_stderr(box):
            command: Callable[[], None] = tyro.cli(kind, prog=f"foragescape {name}", args=words, default=default)
    except SystemExit as stop:
        if not stop.code:  # the help was printed
            return lambda: None
        raise UserError(f"{_unboxed(box.getvalue())}; see foragescape {name} --help") from stop
    return command


def _defaults(kind: type[Any], words: Sequence[str]) -> Any:
    """The command's defaults, with the settings of the TOML file that `words` name, and which options they name."""
    from dataclasses import MISSING, fields

    import tyro

    from sim.values import from_toml

    values: dict[str, Any] = {
        each.name: tyro.MISSING for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING
    }
    known = {each.name: each for each in fields(kind)}
    flags = [word for word in words if word.startswith("--")]
    if "given" in known:
        values["given"] = frozenset(flag[2:].partition("=")[0].removeprefix("no-").replace("-", "_") for flag in flags)
    files = [after for word, after in pairwise(words) if word == "--config"]
    files += [flag.partition("=")[2] for flag in flags if flag.startswith("--config=")]
    if files and "settings" in known:
        make: Any = known["settings"].default_factory
        values["settings"] = from_toml(type(make()), Path(files[-1]))
    return kind(**values)


def _unboxed(text: str) -> str:
    """What tyro's box of error messages says, as one line: missing and unknown options, or else its first message."""
    lines = [line.replace("│", " ").rstrip() for line in text.splitlines() if line[:1] not in "╭╰"]
    sections: list[list[str]] = [[]]
    for line in filter(None, lines):
        sections.append([]) if set(line.strip()) <= set("─-") else sections[-1].append(line)
    if not text.startswith("╭"):  # without the letters for a box, its title is a section
        sections.pop(0)
    said = []
    for head, *rest in filter(None, sections):
        indented = [line.strip() for line in rest if len(line) - len(line.lstrip()) == 6]
        head = head.strip()
        if head.startswith("Missing from"):
            said.append(f"missing {', '.join(indented)}")
        elif head.startswith("Perhaps you meant"):
            said.append(f"perhaps you meant {indented[0].split()[0]}")
        elif not said or head.startswith("Unrecognized"):
            message = " ".join(map(str.strip, [head, *rest])).partition(" Got errors:")[0].rstrip(".")
            message = message[0].lower() + message[1:]
            said.append(re.sub(r"^error parsing (settings[\w.]*|[a-z]+): ", "", message))
    return "; ".join(said)


@contextmanager
def listening(heard: list[int], *, for_good: bool = False) -> Iterator[None]:
    """Turn the first signal to stop into a KeyboardInterrupt, its number in `heard`.

    Later ones are ignored, so that what the first sets off, such as removing half a film, is done in peace. What was
    before is put back in the end, but `for_good` signals are ignored from then on: only the end of the process follows.
    """

    def stop(number: int, frame: Any) -> None:
        if _in_midst(frame):
            _again(number)
            return
        for each in old:
            signal.signal(each, signal.SIG_IGN)
        heard[:] = [number]
        raise KeyboardInterrupt

    def lost(what: Any) -> None:
        if what.exc_type is KeyboardInterrupt and heard:  # it came in a destructor or a callback, which cannot raise
            for each in old:
                signal.signal(each, stop)
            _again(heard[0])
        else:
            hook(what)

    # Who was started with a signal ignored, as by nohup, goes on to ignore it.
    old = {each: signal.getsignal(each) for each in STOPS if signal.getsignal(each) not in (signal.SIG_IGN, None)}
    hook = sys.unraisablehook
    try:
        sys.unraisablehook = lost
        for each in old:
            signal.signal(each, stop)
        yield
    finally:
        sys.unraisablehook = hook
        for each, handler in old.items():
            signal.signal(each, signal.SIG_IGN if for_good else handler)


def _in_midst(frame: Any) -> bool:
    """Whether something is under way that would stay in pieces, and raise or print anything at all, if interrupted."""
    while frame is not None:
        if frame.f_globals.get("__name__") in UNDIVIDED:
            return True
        frame = frame.f_back
    return False


def _again(number: int) -> None:
    """Send this process a signal once more, in a moment."""
    timer = threading.Timer(SOON, os.kill, [os.getpid(), number])
    timer.daemon = True
    timer.start()


def complain(text: str, code: int) -> int:
    """One line on stderr, of printable letters whatever a file is named; returns the exit code."""
    from render.progress import say

    line = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in " ".join(text.split()))
    say(f"foragescape: {line}")
    return code


def _never_fail_to_spell(stream: TextIO | None) -> None:
    """Write \\u2016 where a terminal has no letter for it."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
