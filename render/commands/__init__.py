"""The commands of the command line: their names, and the module of this folder that defines each.

A command is a dataclass with the command's name. Its fields are the options, its docstrings are the help, and calling
it runs the command. Results go to stdout, all else to stderr. The module of a command is imported only for that
command, and imports slow modules, such as torch, only where it uses them.
"""

from importlib import import_module
from typing import Any

COMMANDS = {
    "demo": "tools",
    "evolve": "learning",
    "train": "learning",
    "evaluate": "learning",
    "sweep": "landscapes",
    "film": "landscapes",
    "clip": "clipping",
    "picture": "landscapes",
    "share": "sharing",
    "watch": "windows",
    "play": "windows",
    "explore": "windows",
    "study": "studies",
    "compare": "studies",
    "methods": "studies",
    "debate": "debating",
    "measure": "studies",
    "info": "tools",
    "bench": "tools",
}


def load(name: str) -> type[Any]:
    """Import the class of a command."""
    kind: type[Any] = getattr(import_module(f"{__name__}.{COMMANDS[name]}"), name.capitalize())
    return kind
