"""Notes: numbers in a page, each with its definition when pointed at and as a numbered footnote."""

from html import escape

from render.report.words import about, doubtful, interval, value
from sim.comparison.definitions import DEFINITIONS
from sim.comparison.number import Number


class Notes:
    """The footnotes of a page: definitions are numbered in the order in which they are first called."""

    def __init__(self) -> None:
        """No footnote yet."""
        self.numbers: dict[str, int] = {}

    def call(self, key: str) -> str:
        """The link to a definition's footnote."""
        at = self.numbers.setdefault(key, len(self.numbers) + 1)
        return f'<sup><a href="#note-{escape(key)}" title="{escape(DEFINITIONS[key].text)}">{at}</a></sup>'

    def shown(self, found: Number, *, unit: bool = False, bounds: bool = True, called: bool = False) -> str:
        """A number with its interval: what it is shows when it is pointed at; `called` links its footnote too."""
        name = DEFINITIONS[found.key].unit
        words = f"{value(found)}{f' {name}' if unit and name else ''}"
        raw = "" if found.value is None else repr(found.value)
        kind = "doubtful" if doubtful(found) else "number"
        text = f'<data class="{kind}" value="{raw}" title="{escape(about(found))}">{escape(words)}</data>'
        if bounds and found.interval is not None:
            text += f' <span class="bounds">{escape(interval(found))}</span>'
        return text + (self.call(found.key) if called else "")

    def listed(self) -> str:
        """The footnotes."""
        rows = []
        for key, at in self.numbers.items():
            definition = DEFINITIONS[key]
            unit = f" <i>({escape(definition.unit)})</i>" if definition.unit else ""
            rows.append(
                f'<li id="note-{escape(key)}" value="{at}"><b>{escape(definition.name)}</b>{unit}. '
                f"{escape(definition.text)} n counts {escape(definition.counted)}.</li>"
            )
        return f'<ol class="notes">{"".join(rows)}</ol>'
