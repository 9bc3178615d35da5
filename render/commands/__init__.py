"""The commands of the command line: each is a dataclass whose fields are its options, and that can be called.

Results go to stdout, talk to stderr. What is heavy is imported by the command that needs it.
"""

from typing import Any

from render.commands.landscapes import Film, Picture, Sweep
from render.commands.learning import Evaluate, Evolve, Train
from render.commands.studies import Compare, Methods
from render.commands.tools import Bench, Demo, Info
from render.commands.windows import Explore, Play, Watch

COMMANDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind
    for kind in (
        Demo,
        Evolve,
        Train,
        Evaluate,
        Sweep,
        Film,
        Picture,
        Watch,
        Play,
        Explore,
        Compare,
        Methods,
        Info,
        Bench,
    )
}
