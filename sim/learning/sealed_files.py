"""Reading and writing the files of a folder that has a seal.

Several files cannot be replaced in one step. So a writer first writes a seal that also names what is to come
(`becoming`), then the files, then the seal without it: whenever the writer is killed, each file is the old one or the
new one, and the seal tells which files may be either.
"""

from collections.abc import Mapping
from pathlib import Path

from agents.errors import Remedy, UserError
from agents.files import explain_write_errors, replace_file
from agents.reading import MOST_TEXT, content_digest, one_line, read_regular
from sim.learning.seal import ABSENT, NAME, Seal

TRIES = 100  # a reader begins again if a writer was faster; a writer needs far longer for one change


def read_seal(folder: Path) -> Seal | None:
    """The seal of a run folder, or None if it has none. Raises UserError if the seal is damaged."""
    path = folder / NAME
    try:
        return Seal.from_bytes(read_regular(path, MOST_TEXT))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise UserError(f"{path} is damaged ({one_line(error)})", "take it from a backup", Remedy.ELSEWHERE) from error


def write_seal(folder: Path, seal: Seal) -> None:
    """Write the seal of a run folder."""
    replace_file(folder / NAME, seal.to_bytes())


def read_part(folder: Path, name: str, seal: Seal | None = None, *, fix: Remedy = Remedy.START_OVER) -> bytes | None:
    """The content of one file of a run, or None where it is not there and need not be.

    `seal` saves reading the newest one if it suffices; `fix` is what helps beside a backup. Raises UserError if the
    file is not what the seal says.
    """
    for _ in range(TRIES):
        seal = seal or read_seal(folder)
        found = read_file(folder / name)
        if seal is None or digest_of(found) in seal.allowed(name):
            return found
        newest = read_seal(folder)
        if newest == seal:
            break
        seal = newest  # a writer replaced the file meanwhile
    how = "is missing" if found is None else "is not the file that belongs to this run (its digest differs)"
    raise UserError(f"{folder / name} {how}", "take the folder from a backup", fix, path=folder)


def read_file(path: Path) -> bytes | None:
    """The content of a file, or None if there is no file. Raises UserError if it cannot be read."""
    try:
        return read_regular(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror or error}; check its rights") from error


def digest_of(data: bytes | None) -> str:
    """The digest of a file's content; ABSENT if there is no file."""
    return ABSENT if data is None else content_digest(data)


def write_parts(folder: Path, seal: Seal, changes: Mapping[str, bytes | None]) -> Seal:
    """Write or, where the content is None, delete files of a run in their order; return the new seal.

    Only one process may do so at a time. The folder is whole at any moment; see the docstring of the module.
    """
    becoming = {name: digest_of(data) for name, data in changes.items()}
    becoming = {
        name: new
        for name, new in becoming.items()
        if new != seal.parts.get(name, ABSENT) or not _intact(folder, name, new)
    }
    if not becoming:
        return seal
    write_seal(folder, Seal(seal.parts, becoming, seal.openings, seal.head))
    for name in becoming:
        data = changes[name]
        if data is not None:
            replace_file(folder / name, data)
        else:
            _delete(folder / name)
    parts = {name: digest for name, digest in {**seal.parts, **becoming}.items() if digest != ABSENT}
    after = Seal(parts, {}, seal.openings, seal.head)
    write_seal(folder, after)
    return after


def settle(folder: Path, seal: Seal) -> Seal:
    """Find out what a killed writer left of its changes; return the seal of it, which was written.

    Deletions are completed. Raises UserError if a file is neither the old nor the new one.
    """
    if not seal.becoming:
        return seal
    parts = dict(seal.parts)
    for name, digest in seal.becoming.items():
        if digest == ABSENT:
            _delete(folder / name)
        parts[name] = digest_of(read_part(folder, name, seal))
    after = Seal({name: digest for name, digest in parts.items() if digest != ABSENT}, {}, seal.openings, seal.head)
    write_seal(folder, after)
    return after


def _delete(path: Path) -> None:
    with explain_write_errors(path):
        path.unlink(missing_ok=True)


def _intact(folder: Path, name: str, digest: str) -> bool:
    """True if a file can be read and has that digest."""
    try:
        return digest_of(read_file(folder / name)) == digest
    except UserError:
        return False
