"""Join modules of JavaScript into one script, because a page that is opened as a file cannot import modules."""

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"\./(\w+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:const|function|class)\s+(\w+))", re.MULTILINE)


@cache
def bundle(*names: str) -> str:
    """One script with the named modules and all that they import, each once and after those that it imports.

    A module becomes a function that returns its exports. The exports of the named modules are top-level names of the
    script. Raises ValueError if a module imports what another does not export, or if modules import each other in a
    circle.
    """
    found: dict[str, str] = {}
    for name in names:
        _collect(name.removesuffix(".js"), found, ())
    scripts = [_as_function(name, text) for name, text in found.items()]
    exports = (
        f"const {{ {', '.join(EXPORT.findall(found[name.removesuffix('.js')]))} }} = {_variable(name)};"
        for name in names
    )
    return "\n".join(["'use strict';", *scripts, *exports, ""])


def _collect(name: str, found: dict[str, str], within: tuple[str, ...]) -> None:
    """Add a module and all that it imports to `found`, in an order in which they can run."""
    if name in within:
        raise ValueError(f"modules import each other in a circle: {' '.join([*within, name])}")
    if name in found:
        return
    text = (HERE / f"{name}.js").read_text("utf-8")
    for names, other in IMPORT.findall(text):
        _collect(other, found, (*within, name))
        missing = set(re.findall(r"\w+", names)) - set(EXPORT.findall(found[other]))
        if missing:
            raise ValueError(f"{name} imports {', '.join(sorted(missing))}, which {other} does not export")
    found[name] = text


def _as_function(name: str, text: str) -> str:
    """A module as a function that is called once, so that its other names stay its own."""
    exports = EXPORT.findall(text)
    body = IMPORT.sub(lambda found: f"const {{{found[1]}}} = {_variable(found[2])};\n", text)
    return f"const {_variable(name)} = (() => {{\n{EXPORT.sub('', body)}\nreturn {{ {', '.join(exports)} }};\n}})();"


def _variable(name: str) -> str:
    """The variable that holds the exports of a module."""
    return f"module_{name.removesuffix('.js')}"
