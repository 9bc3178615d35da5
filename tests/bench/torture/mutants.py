"""Files that are damaged in one way, and what the program says of them."""

import io
import os
import random
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unittest.mock import patch

from agents.errors import UserError
from foragescape import main
from render.commands import parsing
from tests.bench.torture.forked import LIMIT
from tests.bench.torture.specimens import Specimen
from tests.bench.torture.tally import Row

HOSTILE = {
    "deep": b"[" * 10**5,
    "deep objects": b'{"a":' * 10**5,
    "digits": b'{"format": ' + b"9" * 5000 + b"}",
    "not a number": b'{"format": NaN}',
    "huge number": b'{"frames": 1e999, "seed": 1' + b"0" * 400 + b"}",
    "no text": b"\xff\xfe\x00\xd8" * 20,
    "mark": b"\xef\xbb\xbf",
    "nothing": b"",
    "zeros": bytes(5000),
    "toml": b"a = [" * 5000,
    "lines": b"\n" * 10**5,
    "escape": b'{"kind": "\x1b[31m\\u001b[2J\\n"}',
    "zip bomb": b"PK\x03\x04" + b"\x14\x00\x00\x00\x08\x00" + bytes(18) + b"\xff" * 40,
    "header": (2**62).to_bytes(8, "little") + b"{}",
    "png": b"\x89PNG\r\n\x1a\n" + b"\x7f\xff\xff\xffIHDR" + bytes(13),
    "box": b"\x00\x00\x00\x18ftypisom" + bytes(12) + b"\xff\xff\xff\xffmoov",
    "riff": b"RIFF\xff\xff\xff\xffWEBPVP8X\xff\xff\xff\xff",
    "gif": b"GIF89a\xff\xff\xff\xff\xf7\x00\x00",
    "page": b'<meta name="generator" content="foragescape-share-1">' * 3
    + b'<script type="application/json" id="about">[',
}
"""Files that somebody might make by hand."""


def damages(data: bytes, other: bytes, rng: random.Random) -> tuple[str, bytes]:
    """One way to damage a file, and its name."""
    at, size = rng.randrange(len(data) + 1), len(data)
    to = rng.randrange(len(data) + 1)
    ways: dict[str, Callable[[], bytes]] = {
        "bit": lambda: data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :] if at < size else b"",
        "byte": lambda: data[:at] + rng.randbytes(1) + data[at + 1 :],
        "cut": lambda: data[:at],
        "end": lambda: data + rng.randbytes(rng.randrange(1, 40)),
        "hole": lambda: data[:at] + bytes(min(16, size - at)) + data[at + 16 :],
        "drop": lambda: data[:at] + data[at + rng.randrange(1, 40) :],
        "twice": lambda: data[:at] + data[max(0, at - 30) :],
        "swap": lambda: _swapped(data, at, to),
        "noise": lambda: rng.randbytes(max(1, size)),
        "other": lambda: other,
        "digit": lambda: _other_digit(data, at, rng),
        "hostile": lambda: HOSTILE[rng.choice(sorted(HOSTILE))],
        "lines": lambda: b"".join(rng.sample(lines := data.splitlines(keepends=True), len(lines))),
    }
    name = rng.choice(sorted(ways))
    return name, ways[name]()


def _contents(said: str) -> str:
    """What was said of a file but its size, which is true whatever happened to it."""
    return re.sub(r'"bytes": \d+', "", said)


def _swapped(data: bytes, at: int, to: int) -> bytes:
    """Two pieces of eight bytes in each other's place."""
    first, second = sorted((at, to))
    if second - first < 8:
        return data[::-1]
    one, two = data[first : first + 8], data[second : second + 8]
    return data[:first] + two + data[first + 8 : second] + one + data[second + 8 :]


def _other_digit(data: bytes, at: int, rng: random.Random) -> bytes:
    """Another digit, which leaves JSON and TOML whole: the first one from a place on."""
    place = next((index for index in range(at, len(data)) if data[index : index + 1].isdigit()), None)
    if place is None:
        return data[:at]
    return data[:place] + str(rng.randrange(10)).encode() + data[place + 1 :]


@dataclass(slots=True)
class Mutator:
    """Damages specimens, one at a time, and puts them back."""

    specimens: dict[str, Specimen]
    answers: dict[str, str] = field(default_factory=dict)
    """What is said of each whole specimen."""
    found: str = ""
    """The last way to damage a file, and what was said of it."""

    def mutate(self, kind: str, rng: random.Random) -> Row:
        """Damage a file, read it, and put it back."""
        specimen = self.specimens[kind]
        if kind not in self.answers:
            self.answers[kind] = answer(specimen)
        row, expected = Row(f"mutants of {kind}", 1), self.answers[kind]
        path = rng.choice((specimen.path, *specimen.alike))
        data = path.read_bytes()
        try:
            way = self._damage(specimen, path, data, rng)
            said = answer(specimen)
        finally:
            path.unlink(missing_ok=True)
            path.write_bytes(data)
        row.hangs += said == "hang"
        row.tracebacks += said.startswith("traceback")
        usual = said == "refused" or said.startswith(("hang", "traceback")) or _contents(said) == _contents(expected)
        row.silent += not (usual or specimen.unsealed)
        self.found = f"{way}: {said[:1500]}"
        return row

    def _damage(self, specimen: Specimen, path: Path, data: bytes, rng: random.Random) -> str:
        """Damage a file of a specimen in one way; return the name of the way."""
        way = rng.random()
        if way < 0.03:
            path.unlink()
            if way < 0.01 and not specimen.last:
                return "missing"
            if way < 0.02:
                os.mkfifo(path)
                return "a pipe"
            path.symlink_to("/dev/zero")
            return "an endless device"
        donor = rng.choice([specimen, *self.specimens.values()])
        other = b"" if specimen.alone else rng.choice([donor.path, *donor.alike]).read_bytes()
        name, changed = damages(data, other, rng)
        path.write_bytes(changed)
        return name


_parsed = cache(parsing.parse)  # the same few lines are read again and again, and no file has a part in that


class Late(BaseException):
    """A reader takes too long; no reader takes it for damage."""


def answer(specimen: Specimen) -> str:
    """What a command prints, or a function returns; or "refused", "hang", or "traceback" with the exception."""
    out, err = io.StringIO(), io.StringIO()
    try:
        with _alarm(), redirect_stdout(out), redirect_stderr(err):
            if specimen.reader is not None:
                return repr(specimen.reader(specimen.path))
            with patch.object(parsing, "parse", _parsed):
                code = main(specimen.words)
    except Late:
        return "hang"
    except (UserError, OSError) as error:
        known = specimen.reader is not None and "\n" not in str(error)
        return "refused" if known else f"traceback {error!r}"
    except BaseException as error:
        return f"traceback {error!r}"
    if code == 0:
        return out.getvalue()
    return "refused" if code == 2 and err.getvalue().count("\n") <= 2 else f"traceback {code} {err.getvalue()}"


@contextmanager
def _alarm() -> Iterator[None]:
    def late(*_: object) -> None:
        raise Late

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(LIMIT)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def chosen(specimens: dict[str, Specimen], only: Sequence[str]) -> dict[str, Specimen]:
    """The specimens whose kinds contain one of some texts; all without any."""
    return {kind: each for kind, each in specimens.items() if not only or any(text in kind for text in only)}
