"""Files that are written whole or not at all."""

import errno
import os
import secrets
from pathlib import Path

from agents.errors import UserError


def replace_file(path: Path, data: bytes) -> None:
    """Write `data` as the file `path`; a reader finds the old content or the new, never half of it.

    The bytes go to a temporary name in the same folder, are synced, and take the name `path` in one step. Raises
    UserError where that fails; the old file and the folder are then as they were.
    """
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        try:
            with open(temporary, "xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        fix = "free some space or choose another path" if full else "choose a path that can be written"
        raise UserError(f"cannot write {path}: {error.strerror or error}; {fix}") from error
