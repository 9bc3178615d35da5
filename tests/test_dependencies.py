"""The pinned sets of packages agree with the ranges of pyproject."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
RANGES = {
    canonicalize_name(requirement.name): requirement
    for text in (*PROJECT["dependencies"], *(line for lines in EXTRAS.values() for line in lines))
    for requirement in [Requirement(text)]
}


def installed(name):
    """The version of an installed package, without what names its build."""
    return Version(Version(metadata.version(name)).public)


def pins(name):
    lines = (ROOT / ".ci" / name).read_text().splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(package): Version(version) for package, version in pairs}


def test_the_lowest_set_holds_the_lower_bounds():
    bounds = {}
    for name, requirement in RANGES.items():
        (bound,) = (part for part in requirement.specifier if part.operator == ">=")
        bounds[name] = Version(bound.version)
    assert pins("lowest.txt") == bounds


def test_an_extra_asks_for_no_other_range_than_the_others():
    for requirement in (Requirement(text) for lines in EXTRAS.values() for text in lines):
        assert requirement.specifier == RANGES[canonicalize_name(requirement.name)].specifier


def test_the_tested_set_lies_within_the_ranges():
    tested = pins("constraints.txt")
    for name, requirement in RANGES.items():
        assert name in tested or name == "jax", name  # only a benchmark compares with jax
        assert name == "jax" or requirement.specifier.contains(tested[name]), name


def installed_requirements():
    """The names of all installed packages that this one needs with its dev extra, directly or not."""
    names, waiting = set(), [*PROJECT["dependencies"], *EXTRAS["dev"]]
    while waiting:
        requirement = Requirement(waiting.pop())
        name = canonicalize_name(requirement.name)
        extras = requirement.extras or {""}
        if name in names or not (requirement.marker is None or requirement.marker.evaluate()):
            continue
        try:
            needed = metadata.requires(requirement.name) or []
        except metadata.PackageNotFoundError:
            continue
        names.add(name)
        for text in needed:
            marker = Requirement(text).marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(re.sub(r";.*", "", text))
    return names


LOWEST = installed("numpy") == pins("lowest.txt")["numpy"]


@pytest.mark.skipif(LOWEST, reason="the lowest set is installed, without pins for what it needs")
def test_every_installed_dependency_is_pinned():
    found = installed_requirements()
    assert len(found) > 60
    assert found - set(pins("constraints.txt")) == set()


@pytest.mark.skipif(not LOWEST, reason="make test-lowest installs the lowest set")
def test_the_lowest_set_is_what_is_installed():
    wanted = {name: version for name, version in pins("lowest.txt").items() if name != "jax"}
    assert {name: installed(name) for name in wanted} == wanted


@pytest.mark.parametrize("name", ["constraints.txt", "lowest.txt"])
def test_pins_are_sorted_and_unique(name):
    lines = [line for line in (ROOT / ".ci" / name).read_text().splitlines() if not line.startswith("#")]
    assert lines == sorted(set(lines), key=lambda line: line.lower().replace("_", "-"))
