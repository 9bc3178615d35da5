"""Make the pictures of runs and fields: stills of one quantity, or of two at once."""

from collections.abc import Collection
from dataclasses import asdict, replace
from pathlib import Path

from agents.errors import UserError
from render import objective_labels as labels
from render.animation import write_png
from render.film import FilmConfig, Frame
from render.film_words import words
from render.looks import looked
from render.open_run import open_run
from render.palette import GREYS
from render.picture import Style, picture, picture_of_two
from render.progress import sweeping
from render.reel import Reel, field_reel, open_reel
from render.streams import say
from render.studio import TOUR_OPTIONS, field_reel_of, is_run, metadata, style_of
from render.two_channels import Channel, hue_palette
from render.video import VideoConfig
from render.views import is_land, land, put_land_words
from sim.landscape.objective import Objective
from sim.landscape.sampling import sample_fields
from sim.landscape.spec import LandscapeSpec, plan
from sim.rollout.machine import CPU, Machine
from sim.rollout.quantities import QUANTITIES, QuantityName

MANY = 1_000_000  # episodes of a picture, from which a coarse picture is written first, so that there is soon one
COARSER = 5  # times fewer pixels along each side of the coarse picture


def write_picture(
    source: Path,
    out: Path,
    frame: int | None,
    spec: LandscapeSpec,
    config: FilmConfig,
    video: VideoConfig,
    *,
    lightness: QuantityName | None = None,
    machine: Machine = CPU,
    overwrite: bool = False,
    given: Collection[str] = (),
) -> None:
    """Write one picture: of a frame of a field, or of the landscape of a run, which is computed in memory.

    Without a `frame`, it is the one with the champion's genome if the tour is a slide, else the last one. With
    `lightness`, the first quantity of the spec gives the hue, and this one the lightness. If the landscape of a run
    takes many episodes, a coarse picture of it is written first, and then replaced.

    Raises UserError for options that have no effect: a tour of a run, or a window that is not the field's.
    """
    spec = replace(spec, quantity=spec.quantity[:1])
    if lightness is not None:
        _check_two(spec.quantity[0], lightness, config)
    if is_run(source):
        named = [name for name in ("frame", *TOUR_OPTIONS) if name in given]
        if named or spec.tour != LandscapeSpec().tour:
            option = named[0] if named else "a tour"
            raise UserError(
                f"a picture of a run shows one window: {option} has no effect; leave it out, or sweep first"
            )
        quantities = spec.quantity if lightness is None else (*spec.quantity, lightness)
        view, frame = replace(spec, tour="slide", frames=1, quantity=quantities), 0
        if view.width * view.height * view.mazes >= MANY:
            coarse = replace(view, width=max(2, view.width // COARSER), height=max(2, view.height // COARSER))
            reels = _sampled(source, coarse, machine)
            save_still(reels[0], frame, out, config, video, lightness=reels[1], overwrite=overwrite)
            say(f"{out} is coarse, with 1 of {COARSER**2} pixels; the whole picture replaces it")
            overwrite = True
        reels = _sampled(source, view, machine)
    else:
        reels = field_reel_of(source, spec, given), None if lightness is None else open_reel(source, lightness)
        frame = champions_frame(reels[0]) if frame is None else frame
        if not -len(reels[0]) <= frame < len(reels[0]):
            raise UserError(f"{source} has frames 0 to {len(reels[0]) - 1}, got {frame}; choose one of them")
        frame %= len(reels[0])
    save_still(reels[0], frame, out, config, video, lightness=reels[1], overwrite=overwrite)


def _check_two(hue: QuantityName, lightness: QuantityName, config: FilmConfig) -> None:
    """Raise UserError for two quantities that cannot be shown as hue and lightness."""
    if hue == lightness:
        raise UserError(f"hue and lightness would both show {hue}; choose two quantities")
    if QUANTITIES[lightness].categorical:
        raise UserError(f"the {lightness} has categories, and none of them is more than another; show it as the hue")
    if config.view == "land":
        raise UserError("two quantities are shown from above; leave the view out")


def _sampled(run: Path, spec: LandscapeSpec, machine: Machine) -> tuple[Reel, Reel | None]:
    """The reels of the first quantity and, if there is one, of the second, of a run's landscape of one view.

    Progress is shown meanwhile.
    """
    landscape = plan(open_run(run), spec, machine=machine)
    with sweeping("computing the landscape", machine) as advance:
        reels = [field_reel(each) for each in sample_fields(landscape, machine, advance).values()]
    return reels[0], reels[1] if len(reels) > 1 else None


def still(reel: Reel, frame: int, config: FilmConfig, video: VideoConfig, lightness: Reel | None = None) -> Frame:
    """One frame of a reel as a finished picture, uint8 [H, W, 3]; as land, if that is the view of its film.

    With the reel of another quantity of the same landscape, it is flat: the first gives the hue, this the `lightness`.
    """
    if lightness is not None:
        return _still_of_two(reel, lightness, frame, config, style_of(config, video))
    tour, several, config = reel.tour, len(reel) > 1, looked(reel.objective, config)
    radius, style = tour.windows[0 if tour.layers else frame].radius * tour.scale, style_of(config, video)
    title, caption = config.title or labels.title(reel.objective), _caption(reel, config, frame)
    if is_land(reel, config) and (several or config.view == "land"):
        drawn = land(reel, reel.heights(frame), config, style.size)
        if config.captions:
            put_land_words(drawn, reel, config, (title, caption))
        return drawn
    told = (title, caption, reel.limits, reel.ranks, reel.unit)
    return picture(reel.heights(frame), radius, style, *told, legend=config.captions)


def _still_of_two(hue: Reel, lightness: Reel, frame: int, config: FilmConfig, style: Style) -> Frame:
    """One frame of two reels, of which the first gives the hue, and the other the lightness."""

    def channel(reel: Reel, palette: str) -> Channel:
        ranks = reel.ranks if config.equalise and not reel.objective.categorical else None
        return Channel(reel.heights(frame), reel.limits, ranks, reel.unit, palette)

    tour, palette = hue.tour, looked(hue.objective, config).palette
    title = config.title or labels.title(hue.objective)
    radius = tour.windows[0 if tour.layers else frame].radius * tour.scale
    channels = channel(hue, hue_palette(palette)), channel(lightness, GREYS)
    caption = _caption(hue, config, frame)
    return picture_of_two(*channels, radius, style.size, title, caption, legend=config.captions)


def save_still(
    reel: Reel,
    frame: int,
    out: Path,
    config: FilmConfig,
    video: VideoConfig,
    *,
    lightness: Reel | None = None,
    overwrite: bool = False,
) -> None:
    """Write a frame of a reel as a .png whose metadata tell how it was made; `lightness` as in `still`."""
    window = reel.tour.windows[0 if reel.tour.layers else frame]
    about = {"frame": frame, "film": asdict(config), "field": reel.landscape.json(), "window": asdict(window)}
    about |= {} if lightness is None else {"lightness": lightness.objective.quantity}
    write_png(still(reel, frame, config, video, lightness), out, metadata(about), overwrite=overwrite)


def champions_frame(reel: Reel) -> int:
    """The frame of a reel that a picture shows: of a slide the one nearest the champion, else the last."""
    if reel.tour.name != "slide":
        return len(reel) - 1
    return min(range(len(reel)), key=lambda frame: abs(reel.tour.axis.values[frame]))


def _caption(reel: Reel, config: FilmConfig, frame: int) -> str:
    """The caption of a picture, which says what its pixels are, and where in the tour it is."""
    if not isinstance(reel.objective, Objective):
        return "every pixel is a genome"
    if len(reel) > 1:
        return f"every pixel is a forager; {words(reel, config, frame)[1]}"
    mazes = reel.landscape.counts[frame]
    return f"every pixel is a forager; {', '.join([*labels.mean(reel.objective, mazes), *labels.life(reel.objective)])}"
