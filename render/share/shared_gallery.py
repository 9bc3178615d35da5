"""The gallery: a page with a thumbnail of each shared page in some folders."""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from agents.errors import UserError
from render.page.compose import environment
from render.page_seal import write_page
from render.share.bundle import HERE
from render.share.shared_page import FORMAT
from render.studio import check_target

HEAD = 1 << 18  # bytes at the beginning of a page that hold what it is about
ABOUT = re.compile(r'<script type="application/json" id="about">(.*?)</script>', re.DOTALL)
THUMBNAIL = re.compile(r"data:image/webp;base64,[A-Za-z0-9+/=]+")


@dataclass(frozen=True, slots=True)
class Shared:
    """A shared page: its file, and what it is about."""

    path: Path
    title: str
    caption: str
    thumbnail: str


def write_gallery(folders: Sequence[Path], out: Path, *, overwrite: bool = False) -> list[Path]:
    """Write the gallery of all shared pages in the folders, and in the folders in them; return their files.

    Links are relative, so that the gallery and the pages can be moved together. Raises UserError if there is no page.
    """
    check_target(out, (".html",), overwrite)
    found: dict[Path, Shared] = {}
    for folder in folders:
        if not folder.is_dir():
            raise UserError(f"there is no folder {folder}; name folders that hold shared pages")
        paths = (path for path in sorted(folder.rglob("*.html")) if path.resolve() != out.resolve())
        found |= {page.path.resolve(): page for page in map(read_shared, paths) if page is not None}
    if not found:
        raise UserError(f"there is no shared page in {', '.join(map(str, folders))}; share a run or a field first")
    pages = [(_link(page.path, out), page) for page in found.values()]
    text = (
        environment(HERE)
        .get_template("gallery.html")
        .render(pages=pages, style=Markup((HERE / "share.css").read_text("utf-8")), count=len(pages))
    )
    write_page(out, text)
    return [page.path for page in found.values()]


def read_shared(path: Path) -> Shared | None:
    """What a shared page is about; None for any other file."""
    with path.open("rb") as file:
        head = file.read(HEAD).decode("utf-8", "replace")
    about = ABOUT.search(head)
    if f'content="{FORMAT}"' not in head or about is None:
        return None
    try:
        values: Any = json.loads(about[1])
        page = Shared(path, *(str(values[name]) for name in ("title", "caption", "thumbnail")))
    except (ValueError, RecursionError, KeyError, TypeError):
        return None
    return page if THUMBNAIL.fullmatch(page.thumbnail) else None


def _link(path: Path, out: Path) -> str:
    """The relative address of a file, seen from the gallery."""
    return quote(Path(os.path.relpath(path.resolve(), out.resolve().parent)).as_posix())
