"""The command share."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated

import tyro

from agents.errors import UserError
from render.commands.common import Flat, Playing, answer
from sim.landscape.spec import LandscapeSpec


@dataclass(frozen=True, kw_only=True)
class Share(Playing):
    """Write a landscape as one HTML page, which plays its foragers and zooms on in any browser.

    The page needs no network: open it as a file, on a phone too, or send it to someone.
    """

    source: Annotated[Path | None, tyro.conf.Positional, tyro.conf.arg(metavar="RUN|FIELD")] = None
    """A run folder, whose landscape is computed in memory, or a field."""
    out: Path
    """The page, named .html."""
    gallery: tuple[Path, ...] = ()
    """Instead of one landscape, list all shared pages in these folders, with thumbnails."""
    frame: int = -1
    """Number of the field's frame, from 0; negative numbers count from the end, -1 is the last."""
    palette: str = "inferno"
    """Colours at the start: inferno, lipari, magma, lajolla, batlow, mako, navia, viridis or cividis."""
    overwrite: bool = False
    """Replace a file that is there already."""
    config: Path | None = None
    """A TOML file of landscape settings; options on the command line override it."""
    settings: Flat[LandscapeSpec] = field(default_factory=LandscapeSpec)
    given: tyro.conf.Suppress[frozenset[str]] = frozenset()
    """The names of the options on the command line, with those whose value is the default."""

    def __call__(self) -> None:
        """Write the page of a landscape, or of a gallery."""
        if self.gallery and self.source is not None:
            raise UserError(
                f"--gallery lists pages that are there, and {self.source} is to be shared; choose one of them"
            )
        if self.gallery:
            from render.share.shared_gallery import write_gallery

            pages = write_gallery(self.gallery, self.out, overwrite=self.overwrite)
            answer({"kind": "gallery", "path": str(self.out), "pages": len(pages)}, self.json)
            return
        if self.source is None:
            raise UserError("share needs a run or a field, or --gallery with folders; name one")
        from render.share.share_files import write_share

        write_share(
            self.source,
            self.out,
            self.settings,
            command=shlex.join(["foragescape", "share", *self.words()]),
            frame=self.frame,
            palette=self.palette,
            machine=self.machine,
            overwrite=self.overwrite,
            given=self.given,
        )
        answer({"kind": "shared page", "path": str(self.out), "bytes": self.out.stat().st_size}, self.json)

    def words(self) -> Iterator[str]:
        """The words of a command line that makes the same page, whatever the config file said."""
        yield from (str(self.source), "--out", str(self.out))
        for name in ("frame", "palette"):
            yield from (f"--{name}", str(getattr(self, name))) if getattr(self, name) != getattr(Share, name) else ()
        for each in fields(LandscapeSpec):
            value, option = getattr(self.settings, each.name), each.name.replace("_", "-")
            if value == each.default or value is None:
                continue
            if isinstance(value, bool):
                yield f"--{'' if value else 'no-'}{option}"
            else:
                yield from (f"--{option}", *map(str, value if isinstance(value, tuple) else (value,)))
