"""Join modules of JavaScript into one script, because a page that is opened as a file cannot import modules."""

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"\./([\w./]+)";\n', re.MULTILINE)
TOP = re.compile(r"^(?:export )?(?:async )?(?:const|let|function|class)\s+(\w+|\{[^}]*\}|\[[^\]]*\])", re.MULTILINE)


@cache
def bundle(*names: str) -> str:
    """One script with all modules that the named ones import, each once and after those that it imports.

    All top-level names share one scope, so they must differ: raises ValueError if two modules define the same name, or
    if a module imports a name that is not exported.
    """
    found: dict[str, str] = {}
    for name in names:
        _collect(name, found, ())
    _check_names(found)
    scripts = (IMPORT.sub("", text).replace("\nexport ", "\n").removeprefix("export ") for text in found.values())
    return "\n".join(["'use strict';", *scripts])


def _collect(name: str, found: dict[str, str], within: tuple[str, ...]) -> None:
    """Add a module and all that it imports to `found`, in an order in which they can run."""
    if name in within:
        raise ValueError(f"modules import each other in a circle: {' '.join([*within, name])}")
    if name in found:
        return
    text = (HERE / name).read_text("utf-8")
    for names, other in IMPORT.findall(text):
        _collect(other, found, (*within, name))
        exported = set(
            re.findall(r"^export (?:async )?(?:const|let|function|class)\s+(\w+)", found[other], re.MULTILINE)
        )
        missing = {part.strip() for part in names.split(",") if part.strip()} - exported
        if missing:
            raise ValueError(f"{name} imports {', '.join(sorted(missing))}, which {other} does not export")
    found[name] = text


def _check_names(found: dict[str, str]) -> None:
    """Raise ValueError if two modules define the same name."""
    where: dict[str, str] = {}
    for module, text in found.items():
        for names in TOP.findall(IMPORT.sub("", text)):
            for name in re.findall(r"\w+(?!\s*:)\b", names):
                if where.setdefault(name, module) != module:
                    raise ValueError(f"{module} and {where[name]} both define {name}")
