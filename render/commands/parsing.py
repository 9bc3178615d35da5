"""Parse the command line: a command, its options, and the settings of its TOML file. Each error becomes one line."""

import difflib
import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from agents.errors import UserError
from agents.files import local_path
from render.commands import COMMANDS, load
from render.commands.error_words import one_line
from render.commands.help_texts import unbroken_descriptions

QUALITIES = {"-ql": "low", "-qm": "medium", "-qh": "high", "-qk": "4k"}

Command = Callable[[], None]


def parse(words: Sequence[str]) -> Command:
    """The command that `words` ask for, ready to be called. Raises UserError if the words are wrong.

    --help and --version give functions that print the list of commands and the version. The help of one command is
    printed here, and a function that does nothing is returned.
    """
    name = words[0] if words else ""
    if name in ("-h", "--help"):
        return _print_usage
    if name == "--version":
        return _print_version
    if name in COMMANDS:
        with _quickly():
            return _parse_options(name, words[1:])
    near = difflib.get_close_matches(name, COMMANDS, 1)
    fix = f"did you mean {near[0]}?" if near else f"choose from {', '.join(COMMANDS)}, or see foragescape --help"
    raise UserError(f"there is no command {name!r}" if words else "a command is missing", fix)


def _print_usage() -> None:
    from render.commands.listing import usage

    print(usage())


def _print_version() -> None:
    from sim.provenance import revision, version

    print(f"foragescape {version('foragescape')}, revision {revision()}")


@contextmanager
def _quickly() -> Iterator[None]:
    """Spare the time of two things that parsing does not need.

    Python would look for garbage among the many objects that imports make. And tyro would import typeguard to check
    that the defaults of our own commands have their types, as mypy does; so it gets a module that finds them right.
    """
    trusting = ModuleType("typeguard")
    trusting.check_type, trusting.TypeCheckError = lambda value, kind: value, TypeError  # type: ignore[attr-defined]
    collecting, absent = gc.isenabled(), "typeguard" not in sys.modules
    gc.disable()
    if absent:
        sys.modules["typeguard"] = trusting
    try:
        yield
    finally:
        if absent:
            del sys.modules["typeguard"]
        if collecting:
            gc.enable()


def _parse_options(name: str, words: Sequence[str]) -> Command:
    """A command with its options. tyro parses them, and prints the help of the command."""
    import tyro

    kind = load(name)
    words = [part for word in words for part in (("--quality", QUALITIES[word]) if word in QUALITIES else (word,))]
    defaults, errors = _defaults(kind, words), StringIO()
    try:
        with redirect_stderr(errors), unbroken_descriptions():
            command: Command = tyro.cli(kind, prog=f"foragescape {name}", args=words, default=defaults)
    except SystemExit as stop:
        if not stop.code:  # the help was printed
            return lambda: None
        raise UserError(one_line(errors.getvalue()), f"see foragescape {name} --help") from stop
    localised_command: Command = localised(command)
    return localised_command


def localised(value: Any) -> Any:
    """A command or its settings, with all paths as `agents.files.local_path` gives them."""
    from dataclasses import fields, is_dataclass, replace

    if isinstance(value, Path):
        return local_path(value)
    if isinstance(value, tuple):
        return tuple(map(localised, value))
    if is_dataclass(value) and not isinstance(value, type):
        old = {field.name: getattr(value, field.name) for field in fields(value) if field.init}
        new = {name: localised(entry) for name, entry in old.items()}
        return replace(value, **new) if new != old else value
    return value


def _defaults(kind: type[Any], words: Sequence[str]) -> Any:
    """A command with the values that options override: its defaults, and those of the TOML file that --config names.

    If the command has a field `given`, it holds the names of the options among `words`.
    """
    from dataclasses import MISSING, fields

    import tyro

    from sim.values import from_toml

    known = {field.name: field for field in fields(kind)}
    values: dict[str, Any] = {
        name: tyro.MISSING
        for name, field in known.items()
        if field.default is MISSING and field.default_factory is MISSING
    }
    flags = [word for word in words if word.startswith("--")]
    if "given" in known:
        values["given"] = frozenset(flag[2:].partition("=")[0].removeprefix("no-").replace("-", "_") for flag in flags)
    files = [after for word, after in pairwise(words) if word == "--config"]
    files += [flag.partition("=")[2] for flag in flags if flag.startswith("--config=")]
    if files and "settings" in known:
        make: Any = known["settings"].default_factory
        values["settings"] = from_toml(type(make()), local_path(files[-1]))
    return kind(**values)
