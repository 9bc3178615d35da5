"""The HTML of a shared landscape: one file that needs no network, and works from a disk."""

import base64
import io
import json
from pathlib import Path
from typing import Any

from markupsafe import Markup

from render import objective_labels as labels
from render.looks import category_limits, looked, shown
from render.page.compose import environment
from render.page.words import learned
from render.picture import Style, picture
from render.share.bundle import HERE, bundle
from render.share.encoding import contents
from render.share.swept_pictures import SharedLandscape
from render.ticks import percent, short_number
from sim.provenance import revision, version
from sim.world.rules import World

FORMAT = "foragescape-share-1"
THUMBNAIL = (180, 320)
CELLS = {"elman": "an Elman network", "gru": "a GRU", "lstm": "an LSTM"}
METHODS = {"backtracker": "recursive backtracking", "wilson": "Wilson's algorithm", "prim": "Prim's algorithm"}


def shared_page(
    shared: SharedLandscape,
    *,
    command: str,
    source: str = "",
    palette: str = "inferno",
    place: dict[str, Any] | None = None,
) -> str:
    """The HTML of a landscape. `command` makes the page again, and `source` names the run or field that it is of.

    `place` is the place of the explorer that shows the same plane, where there is one: pictures that the page saves
    hold it, so that the explorer finds them.
    """
    held = {**contents(shared), "palette": palette, "command": command, "place": place}
    held |= {"version": version("foragescape"), "revision": revision()}
    return (
        environment(HERE)
        .get_template("share.html")
        .render(
            format=FORMAT,
            about={
                "title": _title(shared, source),
                "caption": _caption(shared),
                "thumbnail": _thumbnail(shared, palette),
            },
            sentence=_sentence(shared),
            paragraphs=_paragraphs(shared, source),
            contents=held,
            style=Markup((HERE / "share.css").read_text("utf-8")),
            worker=Markup(bundle("worker.js") + "\nserve();\n"),
            script=Markup(bundle("page.js")),
            json=_script_json,
        )
    )


def _script_json(value: Any) -> Markup:
    """A value as JSON that cannot end the element it stands in."""
    return Markup(json.dumps(value, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c"))


def _title(shared: SharedLandscape, source: str) -> str:
    """The title of the page, for the browser's tab and for galleries, where it tells pages apart."""
    window = shared.window
    parts = [Path(source).name] if source else []
    parts.append(f"{shared.objective.world.lifetime} steps")
    if window.x or window.y:
        x, y = (short_number(float(f"{number:.3g}")) for number in (window.x, window.y))
        parts.append(f"around ({x}, {y})")
    parts.append(f"weights changed by ±{percent(window.radius * shared.unit)}")
    return f"{labels.title(shared.objective)}: {', '.join(parts)}"


def _caption(shared: SharedLandscape) -> str:
    """What galleries say below the title."""
    others = [labels.choice(each) for each in shared.objectives[1:]]
    return _network(shared) + (f"; it also shows {', '.join(others)}" if others else "")


def _network(shared: SharedLandscape) -> str:
    """The network and where it comes from, in a few words."""
    layout, story = shared.objective.layout, shared.landscape.champion
    parts = [f"{CELLS[layout.cell]} with {layout.hidden} hidden units ({layout.size:,} weights)"]
    if story is not None and story.method is not None:
        parts.append(learned(story.method))
    if story is not None and story.generation is not None:
        parts.append(f"generation {story.generation}")
    return ", ".join(parts)


def _sentence(shared: SharedLandscape) -> tuple[str, str, str]:
    """What is seen, for someone who knows nothing of it; the middle part goes with the quantity."""
    return (
        f"Every pixel is another brain, {shared.objective.layout.size:,} weights that steer a forager through a maze, "
        "and its colour says ",
        labels.meaning(shared.objective),
        ": tap one to watch it.",
    )


def _paragraphs(shared: SharedLandscape, source: str) -> list[str]:
    """What is seen and how it was made, for those who want to know."""
    count, reach = shared.objective.mazes.count, f"{shared.window.radius * shared.unit:.3g}"
    one, colours = "in the same maze" if count == 1 else f"in the same {count} mazes", []
    kinds = {each.categorical for each in shared.objectives}
    if False in kinds:
        one += "" if count == 1 else ", and a height is the mean over them"
        colours.append(
            "Colours go by rank: each covers an equal area of the swept picture or, deeper, of the view. Light falls "
            "from the north-west."
        )
    if True in kinds:
        names = " or ".join(each.quantity for each in shared.objectives if each.categorical)
        colours.append(f"Each {names} has a hue by chance; pixels of one hue are very likely of one {names}.")
    return [
        f"The landscape is drawn around a genome{f' of {source}' if source else ''}: {_network(shared)}. All other "
        "pixels are this genome, moved along two directions of its space; from one to the next, all weights change "
        f"a little. Distances are fractions of its norm: the picture reaches {reach} up and down from its middle.",
        f"{_world(shared.objective.world)} Every forager plays {one}. It takes the action with the largest output: "
        "nothing is random.",
        f"{' '.join(colours)} Beyond the resolution of the swept picture, this page computes every pixel itself, "
        "coarse to fine, with the bits of Foragescape: in float32, and in float64 where pixels are closer than 10⁻⁶, "
        "down to the floor where float64 tells no neighbours apart.",
    ]


def _world(world: World) -> str:
    """The world, in a few sentences."""
    maze = world.maze
    sight = f" It sees pellets up to {world.sight} cells away along corridors." if world.sight else ""
    return (
        f"A forager lives {world.lifetime} steps in a maze of {maze.size} x {maze.size} cells, carved by "
        f"{METHODS[maze.algorithm]}. It senses the walls around it and whether it has just eaten.{sight} In each step "
        "it turns, and moves if there is no wall."
    )


def _thumbnail(shared: SharedLandscape, palette: str) -> str:
    """A small picture as the address of its data."""
    from PIL import Image

    first, style = shared.pictures[0], looked(shared.objective, Style(palette, size=THUMBNAIL))
    limits = category_limits() if shared.objective.categorical else None
    frame = picture(shown(shared.objective, first.heights, 1), first.window.radius, style, limits=limits, legend=False)
    stream = io.BytesIO()
    Image.fromarray(frame).save(stream, "WEBP", quality=82, method=4)
    return "data:image/webp;base64," + base64.b64encode(stream.getvalue()).decode()
