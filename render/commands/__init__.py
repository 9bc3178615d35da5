"""The commands of the command line: which there are, and the module beside this one that defines each.

A command is a dataclass of the command's name. Its fields are the options, its docstring is the help, calling it runs
it. Results go to stdout, all else to stderr. A command's module is imported when it is asked for, and imports what is
slow, such as torch, where it is used.
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
    "picture": "landscapes",
    "watch": "windows",
    "play": "windows",
    "explore": "windows",
    "study": "studies",
    "compare": "studies",
    "methods": "studies",
    "measure": "studies",
    "info": "tools",
    "bench": "tools",
}


def load(name: str) -> type[Any]:
    """Import the class of a command."""
    kind: type[Any] = getattr(import_module(f"{__name__}.{COMMANDS[name]}"), name.capitalize())
    return kind
