"""The command line of the torture bench: see the docstring of the package."""

import argparse
import json
import os
import sys
from dataclasses import astuple, fields

import tests.bench.torture as package
from tests.bench.torture import io_calls
from tests.bench.torture.all_tries import Amounts, torture
from tests.bench.torture.tally import Row, by_group, table


def run(words: list[str]) -> int:
    """Read the command line, torture, and print the table; the exit code is 1 if anything went wrong."""
    parser = argparse.ArgumentParser(
        "python -m tests.bench.torture", None, package.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    counts = {"kills": 1000, "mutants": 20000, "calls": 0, "signals": 0, "windows": 0, "caches": 0, "seed": 0}
    for name, value in counts.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument(
        "--seconds",
        type=float,
        default=float("inf"),
        help="end after about so long; at least half of it is for mutants",
    )
    parser.add_argument("--only", nargs="*", default=(), metavar="PART", help="kinds of mutants, such as f.mp4")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--groups", action="store_true", help="print only the sums over the kinds of each group")
    parser.add_argument("--json", action="store_true")
    asked = vars(parser.parse_args(words))
    amounts = Amounts(**{field.name: asked[field.name] for field in fields(Amounts)} | {"only": tuple(asked["only"])})
    rows = torture(amounts)
    shown = by_group(rows) if asked["groups"] else rows
    entries = [dict(zip(Row.__slots__, astuple(row), strict=True)) for row in shown]
    print(json.dumps(entries) if asked["json"] else table(shown))
    return int(any(row.faults for row in rows))


if __name__ == "__main__":
    io_calls.preload(sys.argv[1:])
    sys.exit(run(sys.argv[1:]))
