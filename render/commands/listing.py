"""Make the list of commands that `foragescape --help` prints."""

import ast
from pathlib import Path

from render.commands import COMMANDS

HEAD = "usage: foragescape COMMAND [OPTIONS]\n\nEvolve recurrent foragers and film their fitness landscape."
FOOT = "foragescape COMMAND --help lists the options of a command; foragescape --version prints the version."


def usage() -> str:
    """The help of the program: one line for each command."""
    wide = max(map(len, COMMANDS))
    rows = [f"  {name:<{wide}}  {summary}" for name, summary in summaries().items()]
    return "\n".join([HEAD, "", *rows, "", FOOT])


def summaries() -> dict[str, str]:
    """The first sentence of each command's docstring, without its full stop.

    They are read from the source files, since importing all commands would take many times longer.
    """
    docs: dict[str, str] = {}
    for module in set(COMMANDS.values()):
        source = Path(__file__).with_name(f"{module}.py").read_text(encoding="utf-8")
        kinds = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
        docs |= {kind.name.lower(): ast.get_docstring(kind) or "" for kind in kinds}
    return {name: docs[name].partition("\n")[0].split(". ")[0].rstrip(".") for name in COMMANDS}
