"""The settings of a clip; see `render.film_clip`."""

from dataclasses import dataclass, replace

from agents import checks
from render.palette import PALETTES
from render.video import VideoConfig
from sim.landscape.spec import LandscapeSpec

SECONDS = 10.0
MOST_SIZE = "8MB"  # what many sites take
SWEPT = 0.5  # pixels that are swept for a pixel along a side of the frame


@dataclass(frozen=True, slots=True)
class ClipConfig:
    """How a clip looks."""

    seconds: float = SECONDS
    """Seconds of the clip, 4 to 60."""
    palette: str = PALETTES[0]
    """inferno, lipari, magma, lajolla, batlow, mako, navia, viridis, cividis, or any colormap that cmap knows."""
    captions: bool = True
    """Write a sentence over each scene."""

    def __post_init__(self) -> None:
        """Raise UserError for a length out of range."""
        checks.between("seconds", self.seconds, 4, 60)


def clip_spec(spec: LandscapeSpec, video: VideoConfig) -> LandscapeSpec:
    """The landscape that is swept for a clip: one view, in the shape of the frames."""
    width, height = (max(32, round(SWEPT * side)) for side in (video.preset.width, video.preset.height))
    return replace(spec, tour="slide", frames=1, width=width, height=height)
