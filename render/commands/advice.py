"""Word errors for the command line: say which option or command fixes them."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path

from agents.errors import Remedy, UserError
from render.shell import shell_word

# Fixes that are an option, if the command has it.
OPTIONS = {
    Remedy.ELSEWHERE: ("out", "choose another --out"),
    Remedy.OVERWRITE: ("overwrite", "replace it with --overwrite"),
    Remedy.START_OVER: ("fresh", "start over with --fresh"),
}
# Fixes that are another command.
COMMANDS = {
    Remedy.MAKE_RUN: "make a run with: foragescape evolve --out {path}",
    Remedy.CONTINUE_RUN: "continue it with the command that began it",
    Remedy.MAKE_FIELD: "sweep a field with: foragescape sweep RUN --out {path}",
    Remedy.SWEEP_ANEW: "sweep it anew with: foragescape sweep RUN --out {path} --fresh",
    Remedy.MAKE_FILM: "make a film with foragescape film",
}


def advise(error: UserError, command: Callable[[], None] | None) -> str:
    """The message of an error with its fixes as options of the `command` that failed, and as other commands."""
    path = "FOLDER" if error.path is None else shell_word(error.path)
    words = {remedy: text.format(path=path) for remedy, text in COMMANDS.items()}
    known = _options(command)
    words |= {remedy: text for remedy, (option, text) in OPTIONS.items() if option in known}
    out = getattr(command, "out", None)
    if error.path is not None and out is not None and Path(error.path) != Path(out):
        words[Remedy.START_OVER] = ""  # --fresh would start over what the command makes, not what it read
    if "out" not in known:  # the command writes to no place that could be another
        words |= {Remedy.ELSEWHERE: "", Remedy.OVERWRITE: ""}
    return error.worded(words)


def _options(command: Callable[[], None] | None) -> set[str]:
    """The names of a command's options, and of its settings."""
    if not is_dataclass(command):
        return set()
    names = {field.name for field in fields(command)}
    settings = getattr(command, "settings", None)
    return names | {field.name for field in fields(settings)} if is_dataclass(settings) else names
