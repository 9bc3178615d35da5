"""Studies that ship with the program, a TOML file each."""

from pathlib import Path

QUICK = "These are the sizes of a quick look: measure again without --quick before you quote anything."


def names() -> list[str]:
    """The names of all of them."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.toml"))


def shipped(name: str) -> Path:
    """The file of the study of that name."""
    return Path(__file__).parent / f"{name}.toml"
