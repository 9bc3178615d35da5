"""The HTML of a video that plays in a cell of a notebook."""

import html
from pathlib import Path

from render.page.maps import data_uri

TYPES = {".mp4": "video/mp4", ".webm": "video/webm", ".gif": "image/gif", ".apng": "image/apng", ".webp": "image/webp"}
EMBEDDED = 8_000_000  # bytes, up to which the notebook contains the film; to a larger film it has a link


def video_html(path: Path, title: str) -> str:
    """The HTML that plays a film in a loop; for a folder of frames, which no browser plays, its name."""
    kind = TYPES.get(path.suffix.lower())
    if kind is None:
        return f"<p>{html.escape(title)}: <code>{html.escape(str(path))}</code></p>"
    source = path.as_posix()
    if path.stat().st_size <= EMBEDDED:
        source = data_uri(path.read_bytes(), kind)
    about = f'style="max-width:100%" title="{html.escape(title)}"'
    if kind.startswith("image"):
        return f'<img src="{html.escape(source)}" alt="{html.escape(title)}" {about}>'
    return f'<video src="{html.escape(source)}" {about} autoplay loop muted playsinline controls></video>'
