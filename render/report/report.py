"""Reports: runs are compared, filmed, and written about, into one folder.

index.html       the page, which holds everything that it shows; film.mp4, film/: the film and its fields
comparison.json  all numbers, and parts/, manifest.json: see sim.comparison.store
"""

import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from agents.errors import UserError
from agents.files import replace_file
from render.report.maps import data_uri
from render.report.page import page, video
from render.report.slide import INKS, film
from sim.comparison.comparison import Comparison, compare
from sim.comparison.config import CompareConfig
from sim.learning.run import Run
from sim.rollout.machine import CPU, Machine

EMBEDDED = 8_000_000  # bytes of a film that the page itself holds
NUMBERS = 0.85  # about the share of the time that the numbers take

Progress = Callable[[float, str], None]


def report(
    runs: Sequence[Run],
    config: CompareConfig,
    out: Path,
    *,
    fresh: bool = False,
    machine: Machine = CPU,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Compare the champions of runs into the folder `out`, with a page and a film; the same call continues it.

    Returns where they are. Raises UserError as `compare` does.
    """
    if len(runs) > len(INKS):
        raise UserError(f"a page tells at most {len(INKS)} runs apart by their colours, got {len(runs)}; name fewer")
    told = progress or (lambda done, note: None)
    shown = {"page": str(out / "index.html"), "numbers": str(out / "comparison.json")}

    def finish(found: Comparison) -> None:
        path, still, caption = film(
            found, out, fresh=fresh, machine=machine, heard=lambda done: told(NUMBERS + (1 - NUMBERS) * done, "film")
        )
        whole = path.read_bytes()
        source = data_uri(whole, "video/mp4") if len(whole) <= EMBEDDED else path.name
        html = page(found, video(source, still, caption), _command(found, out))
        replace_file(out / "index.html", html.encode(errors="backslashreplace"))  # a folder's name may hold any byte
        shown["film"] = str(path)

    compare(
        runs,
        config,
        out,
        fresh=fresh,
        machine=machine,
        progress=lambda done, name: told(NUMBERS * done, name),
        finish=finish,  # in the same hold of the folder
    )
    told(1.0, "page")
    return shown


def _command(comparison: Comparison, out: Path) -> str:
    """What makes it again, with every setting that is not the usual one."""
    words = ["foragescape", "compare", *(str(each.run) for each in comparison.contestants), "--out", str(out)]
    return shlex.join([*words, *flags(comparison.config, CompareConfig())])


def flags(settings: Any, usual: Any, head: str = "--") -> Iterator[str]:
    """The options that make `settings` of the `usual` ones."""
    for each in fields(settings):
        value, default = getattr(settings, each.name), getattr(usual, each.name)
        name = f"{head}{each.name.replace('_', '-')}"
        if is_dataclass(value):
            yield from flags(value, default, f"{name}.")
        elif value != default:
            several = value if isinstance(value, tuple) else (value,)
            yield from (name, *(() if value is True else map(str, several)))
