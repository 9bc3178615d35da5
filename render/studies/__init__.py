"""Studies that ship with the program, a TOML file each."""

from pathlib import Path

from agents.errors import UserError

QUICK = "These are the sizes of a quick look: measure again without --quick before you quote anything."


def names() -> list[str]:
    """The names of all of them."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.toml"))


def locate(name: str | Path) -> Path:
    """The file of a study: a path, or the name of one that ships. Raises UserError where there is neither."""
    for path in (Path(name), shipped(str(name))):
        if path.exists():
            return path
    raise UserError(f"there is no study {name}; name a TOML file, or one of {', '.join(names())}")


def shipped(name: str) -> Path:
    """The file of the study of that name."""
    return Path(__file__).parent / f"{name}.toml"


def debate_files() -> dict[int, list[Path]]:
    """The files of the studies of the debate, by the number of the claim that each is about."""
    files: dict[int, list[Path]] = {}
    for path in sorted((Path(__file__).parent / "debate").glob("*.toml")):
        files.setdefault(int(path.stem.partition("-")[0]), []).append(path)
    return files
