"""Draw two quantities of one landscape at once: one gives the hue; the other the lightness, and as land the height.

T frames of a reel, h and w rows and columns of a frame of the field. The reel of the second quantity is the `lightness`
of the first.
"""

from collections.abc import Callable
from dataclasses import replace

from agents.errors import UserError
from render.film import FilmConfig, Frame
from render.legend import ColourBar
from render.looks import looked
from render.palette import GREYS, Equaliser
from render.reel import Reel, heights_at
from render.two_channels import Channel, hue_palette, mixed
from sim.landscape.spec import LandscapeSpec
from sim.rollout.quantities import QUANTITIES, QuantityName

RanksOf = Callable[[Reel], Equaliser]
"""The ranks that colour a reel: those of the whole film, or, in a zoom, those of an octave."""


def check_two(hue: str, lightness: QuantityName) -> None:
    """Raise UserError for two quantities that cannot be shown as hue and lightness."""
    if hue == lightness:
        raise UserError(f"hue and lightness would both show {hue}; choose two quantities")
    if QUANTITIES[lightness].categorical:
        raise UserError(f"the {lightness} has categories, and none of them is more than another; show it as the hue")


def with_second(spec: LandscapeSpec, lightness: QuantityName) -> LandscapeSpec:
    """The spec of a landscape of two quantities, to be swept: its first one and the `lightness`."""
    check_two(spec.quantity[0], lightness)
    return replace(spec, quantity=(spec.quantity[0], lightness))


def bars(reel: Reel, config: FilmConfig, ranks_of: RanksOf = lambda reel: reel.ranks) -> list[ColourBar]:
    """The colour bars of hue and lightness; that of the only quantity, if the reel has no second."""
    look = looked(reel.objective, config)
    first = ColourBar(reel.limits, look.palette, ranks_of(reel) if look.equalise else None, reel.unit)
    other = reel.lightness
    if other is None:
        return [first]
    hue = ColourBar(first.limits, hue_palette(first.palette), first.equalise, first.unit)
    return [hue, ColourBar(other.limits, GREYS, ranks_of(other) if config.equalise else None, other.unit)]


def channels(
    reel: Reel, config: FilmConfig, at: float, ranks_of: RanksOf = lambda reel: reel.ranks
) -> tuple[Channel, Channel]:
    """Hue and lightness of a reel of two quantities at a place of `heights_at`."""
    assert reel.lightness is not None
    hue, lightness = (
        Channel(heights_at(each, at), bar.limits, bar.equalise, bar.unit, bar.palette)
        for each, bar in zip((reel, reel.lightness), bars(reel, config, ranks_of), strict=True)
    )
    return hue, lightness


def colours(reel: Reel, config: FilmConfig, at: float, ranks_of: RanksOf = lambda reel: reel.ranks) -> Frame:
    """The colours uint8 [h, w, 3] of a reel of two quantities at a place of `heights_at`."""
    return mixed(*channels(reel, config, at, ranks_of))
