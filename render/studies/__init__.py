"""Studies that ship with the program, a TOML file each."""

from pathlib import Path

QUICK = "These are the sizes of a quick look: measure again without --quick before you quote anything."


def shipped(name: str) -> Path:
    """The file of the study of that name."""
    return Path(__file__).parent / f"{name}.toml"
