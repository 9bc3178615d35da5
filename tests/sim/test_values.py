"""Configs are written as TOML and read back, and files that do not fit are refused in one line."""

import tomllib
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import ClassVar, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from agents.optimisers.cma_es import CMAConfig
from agents.optimisers.genetic import GeneticConfig
from agents.optimisers.openai_es import OpenAIESConfig
from render.video import VideoConfig
from sim.landscape.spec import LandscapeSpec
from sim.landscape.tour_config import TourConfig
from sim.learning.evolution import EvolutionConfig
from sim.values import differences, dotted_names, from_text, from_toml, parse, parse_all, to_toml
from sim.world.maze import MazeConfig
from sim.world.rules import World

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
NUMBERS = st.floats(allow_nan=False)


@dataclass(frozen=True, slots=True)
class Inner:
    share: float = 0.5
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Everything:
    whole: int = 1
    number: float = 1.0
    flag: bool = False
    text: str = ""
    path: Path = Path("a")
    kind: Literal["one", "two"] = "one"
    pair: tuple[int, float] = (1, 2.0)
    paths: tuple[Path, ...] = ()
    inners: tuple[Inner, ...] = ()
    maybe: float | None = None
    maybe_path: Path | None = None
    maybe_pair: tuple[int, int] | None = None
    inner: Inner = field(default_factory=Inner)


@dataclass(frozen=True, slots=True)
class Renamed:
    new: Inner = field(default_factory=Inner)

    renamed: ClassVar = {"old": "new"}


INNERS = st.builds(Inner, NUMBERS, st.none() | st.integers())
PATHS = st.builds(Path, TEXTS)
EVERYTHING = st.builds(
    Everything,
    st.integers(-(2**63), 2**64),
    NUMBERS,
    st.booleans(),
    TEXTS,
    PATHS,
    st.sampled_from(["one", "two"]),
    st.tuples(st.integers(), NUMBERS),
    st.lists(PATHS, max_size=3).map(tuple),
    st.lists(INNERS, max_size=3).map(tuple),
    st.none() | NUMBERS,
    st.none() | PATHS,
    st.none() | st.tuples(st.integers(), st.integers()),
    INNERS,
)


@given(EVERYTHING)
def test_every_kind_of_field_survives_toml(config):
    assert from_text(Everything, to_toml(config), "here") == config


def values(hint):
    """Values for a field of a type; `configs` drops combinations that a class refuses."""
    if is_dataclass(hint):
        return configs(hint)
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if get_origin(hint) is tuple:
        kinds = get_args(hint)
        return st.lists(values(kinds[0]), max_size=2).map(tuple) if ... in kinds else st.tuples(*map(values, kinds))
    if type(None) in get_args(hint):
        return st.none() | values(Union[*(kind for kind in get_args(hint) if kind is not type(None))])
    return {int: st.integers(1, 60), float: st.floats(1e-3, 1), bool: st.booleans(), Path: PATHS, str: TEXTS}[hint]


def configs(kind):
    """Configs of a class in which some fields differ from their defaults."""
    hints = get_type_hints(kind)

    def build(given):
        try:
            return kind(**given)
        except UserError:
            return kind()

    return st.fixed_dictionaries({}, optional={f.name: values(hints[f.name]) for f in fields(kind)}).map(build)


KINDS = [
    EvolutionConfig,
    LandscapeSpec,
    TourConfig,
    World,
    MazeConfig,
    GeneticConfig,
    OpenAIESConfig,
    CMAConfig,
    VideoConfig,
]


@given(st.sampled_from(KINDS).flatmap(configs))
def test_every_config_survives_toml(config):
    text = to_toml(config)
    assert from_text(type(config), text, "here") == config
    assert parse(type(config), tomllib.loads(text)) == config


@pytest.mark.parametrize("kind", KINDS)
def test_missing_settings_have_their_defaults(kind, tmp_path):
    (tmp_path / "empty.toml").write_text("")
    assert from_toml(kind, tmp_path / "empty.toml") == kind()


def test_whole_numbers_are_accepted_as_numbers():
    config = from_text(Everything, "number = 3\npair = [1, 2]\nmaybe = 4\ninner.share = 5", "here")
    assert config == Everything(number=3.0, pair=(1, 2.0), maybe=4.0, inner=Inner(5.0))
    assert [type(x) for x in (config.number, config.pair[1], config.maybe, config.inner.share)] == [float] * 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hole = 1", r"here: there is no setting hole; did you mean whole\?"),
        ("inner.shares = 1", r"here: there is no setting inner.shares; did you mean inner.share\?"),
        ("zzz = 1", "here: there is no setting zzz; known are whole, number,"),
        ('"a\\nb" = 1', r"there is no setting 'a\\nb'"),
        ("whole = 1.0", "whole must be a whole number, got 1.0"),
        ("whole = true", "whole must be a whole number, got True"),
        ("whole = 1979-05-27", "whole must be a whole number, got datetime.date"),
        ("number = '1'", "number must be a number, got '1'"),
        ("number = true", "number must be a number, got True"),
        (f"number = 1{'0' * 400}", "number must be a number, got 10000"),
        ("flag = 1", "flag must be true or false, got 1"),
        ("text = 1", "text must be a text, got 1"),
        ("path = 1", "path must be a path, got 1"),
        ("kind = 'three'", "kind must be one of one, two, got 'three'"),
        ("kind = ['one']", "kind must be one of one, two"),
        ("pair = [1]", r"pair must be a list of 2, got \[1\]"),
        ("pair = [1, 'a']", r"pair\[1\] must be a number, got 'a'"),
        ("paths = 'a'", "paths must be a list, got 'a'"),
        ("paths = ['a', 1]", r"paths\[1\] must be a path, got 1"),
        ("inners = [{share = 1}, {chair = 1}]", r"there is no setting inners\[1\].chair; did you mean .*share"),
        ("inner = 1", "inner must be a table, got 1"),
        ("maybe = 'a'", "maybe must be a number, got 'a'"),
        ("maybe_pair = [1, 2, 3]", "maybe_pair must be a list of 2"),
        ("whole 1", "here is not TOML: .*; correct the file"),
        ("whole = " + "9" * 5000, "here is not TOML"),
        ("whole = " + "[" * 9000, "here is not TOML"),
    ],
)
def test_values_that_do_not_fit_are_refused_in_one_line(text, message):
    with pytest.raises(UserError, match=message) as caught:
        from_text(Everything, text, "here")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [(None, "cannot read the config .*: No such file"), (b"\xff", "is not TOML"), (b"a\0", "is not TOML")],
)
def test_files_that_cannot_be_read_are_refused_in_one_line(tmp_path, data, message):
    path = tmp_path / "config.toml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(UserError, match=message) as caught:
        from_toml(Everything, path)
    assert "\n" not in str(caught.value)
    path.write_bytes(b"\xef\xbb\xbf" + b"whole = 7\r\n")  # as some editors write it
    assert from_toml(Everything, path).whole == 7
    path.write_text("whole = 7", encoding="utf-16")
    with pytest.raises(UserError, match="save the file as UTF-8 text"):
        from_toml(Everything, path)
    with pytest.raises(UserError, match=r"cannot read the config .*: Is a directory|: Permission denied"):
        from_toml(Everything, tmp_path)


def test_the_message_about_a_refused_setting_names_the_file(tmp_path):
    (tmp_path / "a.toml").write_text("[world.maze]\nsize = 1")
    with pytest.raises(UserError, match=r"a\.toml: size must be .* got 1"):
        from_toml(EvolutionConfig, tmp_path / "a.toml")


def test_dotted_names_contain_all_settings():
    names = dotted_names(Everything)
    assert names == [*(f.name for f in fields(Everything) if f.name != "inner"), "inner.share", "inner.limit"]
    assert "world.maze.size" in dotted_names(EvolutionConfig)


def test_differences_are_named():
    old, new = Everything(maybe=1.0), Everything(whole=2, inner=Inner(limit=3), paths=(Path("b"),))
    assert differences(old, new) == (
        "whole is 2 now and 1 there, paths is ['b'] now and [] there, "
        "maybe is None now and 1.0 there, inner.limit is 3 now and None there"
    )
    assert differences(old, old) == ""


def test_a_table_that_a_program_wrote_has_every_setting():
    assert parse_all(MazeConfig, asdict(MazeConfig(5))) == MazeConfig(5)
    with pytest.raises(TypeError, match=r"expected algorithm, braid, pellets, size, got \{'size': 5\}"):
        parse_all(MazeConfig, {"size": 5})
    with pytest.raises(TypeError, match="got None"):
        parse_all(MazeConfig, None)
    with pytest.raises(UserError, match="there is no setting depth"):
        parse_all(MazeConfig, {**asdict(MazeConfig()), "depth": 1})


def test_an_old_name_is_refused_with_the_new_one():
    assert from_text(Renamed, "[new]\nshare = 1", "here").new.share == 1
    with pytest.raises(UserError, match="here: old is now called new; rename it"):
        from_text(Renamed, "[old]\nshare = 1", "here")
