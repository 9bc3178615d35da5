"""The command clip."""

from dataclasses import dataclass, field
from pathlib import Path

import tyro

from render.clip_config import MOST_SIZE, ClipConfig, clip_spec
from render.commands.common import Flat, Grouped, Playing, Source, answer_made
from render.commands.demand import of_film, of_sweep
from render.film import FilmConfig
from render.video import VideoConfig
from sim.landscape.spec import LandscapeSpec
from sim.learning.run import Run


@dataclass(frozen=True)
class ClipSettings:
    """How the landscape of a run is swept, how the clip looks, and how it is encoded."""

    clip: Grouped[ClipConfig] = field(default_factory=ClipConfig)
    video: Grouped[VideoConfig] = field(default_factory=lambda: VideoConfig(max_size=MOST_SIZE))
    landscape: Grouped[LandscapeSpec] = field(default_factory=LandscapeSpec)


@dataclass(frozen=True, kw_only=True)
class Clip(Playing):
    """Make ten seconds to post: the land turns, two neighbouring pixels are picked, and their foragers part.

    The file has at most 8 MB, unless --max-size says otherwise. It can have any quality (shorts, square, 4k60, ...) and
    be any kind of film.
    """

    source: Source
    """A run folder, or a field, of which the last frame is shown, or the champion's of a slide."""
    out: Path
    """The clip, named .mp4, .webm, .gif, .apng, .webp, or .frames, which is a folder of pictures."""
    config: Path | None = None
    """A TOML file of settings, in tables clip, video and landscape; options on the command line override it."""
    overwrite: bool = False
    """Replace a file that is there already."""
    fresh: bool = False
    """Sweep the field beside the clip anew; by default it is continued."""
    yes: bool = False
    """Begin even if it takes days, or most of the memory or disk; without it, the command tells what it would take."""
    settings: Flat[ClipSettings] = field(default_factory=ClipSettings)
    given: tyro.conf.Suppress[frozenset[str]] = frozenset()
    """The names of the options on the command line, with those whose value is the default."""

    def __call__(self) -> None:
        """Sweep the landscape of a run, then make the clip."""
        from render.film_clip import write_clip
        from render.stills import champions_frame
        from render.studio import check_film, is_run, reel_of

        clip, video, spec = self.settings.clip, self.settings.video, self.settings.landscape
        check_film(self.out, FilmConfig(palette=clip.palette), video, overwrite=self.overwrite)
        of_film(video).refuse_unasked(self.out, self.yes)
        if is_run(self.source):
            spec = clip_spec(spec, video)
            of_sweep(spec, Run.open(self.source).setting(), self.machine).refuse_unasked(self.out, self.yes)
        swept = self.out.with_suffix(".zarr")
        reel = reel_of(self.source, swept, spec, machine=self.machine, fresh=self.fresh, given=self.given)
        assert reel is not None  # without an executor there are no shares
        write_clip(reel, champions_frame(reel), self.out, clip, video, overwrite=self.overwrite)
        answer_made(self.out, self.json)
