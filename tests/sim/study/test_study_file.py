"""Study files are read, limited for a quick look, changed, and refused in one line that names the fault."""

import json
from contextlib import suppress
from copy import copy
from datetime import date
from pathlib import Path

import pytest

from agents.errors import UserError
from sim.study.plan import plan_grid
from sim.study.study_file import parse_study, read_study

SHIPPED = sorted((Path(__file__).parents[3] / "render/studies").rglob("*.toml"))
TABLE = {
    "title": "T", "seed": 3, "pairs": "ring", "target": "pellets_eaten.share",
    "learn": {"learner": "es", "generations": 300}, "grid": {"hidden": [4, 8]}, "seeds": 10,
    "section": [
        {"title": "One", "measures": [{"measure": "pellets_eaten", "mazes": 512}, {"measure": "half_radius"}]},
        {"title": "Two", "measures": [{"measure": "uncertainty", "as": "near", "radii": [0.1]},
                                      {"measure": "uncertainty", "as": "far", "radii": [0.9]}]},
    ],
    "claim": [{"text": "C.", "rule": "bound", "of": "near.uncertainty_0.1", "groups": ["hidden 4"], "bound": 1.0}],
    "quick": {"seeds": 3, "learn": {"generations": 20},
              "measures": {"pellets_eaten": {"mazes": 64, "repetitions": 9}, "uncertainty": {"pairs": 128}}},
}  # fmt: skip


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@pytest.mark.parametrize("quick", [False, True])
def test_studies_that_ship_can_be_read(path, quick):
    study = read_study(path, quick=quick)
    assert study.name == path.stem
    json.dumps(study.json(), allow_nan=False)
    if study.grid is not None:
        assert plan_grid(study, Path("out")).study is study


def test_a_study_of_a_table():
    study = parse_study("name", TABLE)
    assert (study.name, study.title, study.seed, study.design.pairs) == ("name", "T", 3, "ring")
    assert [use.name for use in study.uses] == ["pellets_eaten", "half_radius", "near", "far"]
    assert study.use_of("far.uncertainty_0.9").measure.radii == (0.9,)
    assert study.grid.runs == 20
    assert study.claims[0].rule.bound == 1.0
    assert hash(study) == hash(parse_study("name", TABLE))


def test_quick_lowers_numbers_and_never_raises_them():
    study = parse_study("name", TABLE, quick=True)
    eaten, near = study.use_of("pellets_eaten").measure, study.use_of("near").measure
    assert (eaten.mazes, eaten.repetitions) == (64, 8)
    assert near.pairs == 128
    assert study.grid.seeds == (0, 1, 2)
    assert dict(study.grid.base)["generations"] == 20
    assert TABLE["section"][0]["measures"][0]["mazes"] == 512


def test_settings_are_changed_by_their_dotted_names():
    changes = {
        "seed": 9, "seeds": 2, "learn.generations": 5, "grid.hidden": [2], "near.pairs": 10, "uncertainty.mazes": 3,
    }  # fmt: skip
    study = parse_study("name", TABLE, changes=changes)
    near, far = (study.use_of(name).measure for name in ("near", "far"))
    assert (study.seed, study.grid.seeds, study.grid.axes) == (9, (0, 1), (("hidden", (2,)),))
    assert (near.pairs, far.pairs, near.mazes, far.mazes) == (10, 6400, 3, 3)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"titel": "T"}, "there is no setting titel; did you mean title"),
        ({"title": 3}, "title must be a text, got 3"),
        ({"pairs": "some"}, "pairs must be one of"),
        ({"seed": -1}, "seed must be"),
        ({"section": [{"titel": "T"}]}, r"there is no setting section\.titel; did you mean title"),
        ({"section": [{"measures": [{"measure": "half_radios"}]}]}, "did you mean half_radius"),
        ({"section": [{"measures": [{"measure": "half_radius"}] * 2}]}, "measures half_radius twice"),
        ({"highlights": ["half_radius.x"]}, "does not measure 'half_radius.x'; add it to a section"),
        (
            {"target": "half_radios.x", "section": [{"measures": [{"measure": "half_radius"}]}]},
            "did you mean half_radius",
        ),
        (
            {"highlights": ["half_radius.half_radios"], "section": [{"measures": [{"measure": "half_radius"}]}]},
            "half_radius of the study name has no 'half_radios'; did you mean half_radius",
        ),
        ({"claim": [{"text": "C"}]}, "a claim needs a rule"),
        ({"film": {"frame": 3}}, r"did you mean film\.frames"),
    ],
)
def test_bad_tables_are_refused(table, message):
    with pytest.raises(UserError, match=message):
        parse_study("name", table)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("sead", "did you mean seed"),
        ("half_radius.direction", r"setting half_radius\.direction; did you mean directions"),
        ("half_radios.directions", "did you mean half_radius"),
        ("zzz", "its settings are seed"),
    ],
)
def test_changes_of_unknown_settings_are_refused(key, message):
    with pytest.raises(UserError, match=message):
        parse_study("name", TABLE, changes={key: 1})


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ({"groups": ["hidden 5"]}, "no group of the study is 'hidden 5', which the claim 'C.' names; did you mean hid"),
        ({"only": {"hiden": 4}}, "no axis of the study is 'hiden', which the claim 'C.' names; did you mean hidden?"),
        ({"rule": "slope", "axis": "pool"}, "no axis of the study is 'pool'.*; it has hidden"),
        ({"control": [{**TABLE["claim"][0], "text": "D.", "groups": ["16"]}]}, "no group .* the claim 'D.' names"),
    ],
)
def test_a_claim_about_what_the_grid_does_not_have_is_refused_before_anything_is_learned(claim, message):
    about = {**TABLE["claim"][0], **claim}
    if claim.get("rule") == "slope":
        del about["bound"]
    study = parse_study("name", {**TABLE, "claim": [about]})
    with pytest.raises(UserError, match=message):
        plan_grid(study, Path("out"))


def test_files_that_cannot_be_read_are_refused(tmp_path):
    with pytest.raises(UserError, match="cannot read the study"):
        read_study(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("= 3")
    with pytest.raises(UserError, match="not TOML"):
        read_study(tmp_path / "bad.toml")
    (tmp_path / "odd.toml").write_text("sead = 3")
    with pytest.raises(UserError, match=r"odd\.toml: there is no setting sead"):
        read_study(tmp_path / "odd.toml")


TAXONOMY = {
    "target": "taxonomy.unseen_error", "overlay": "taxonomy.phase",
    "section": [{"measures": [{"measure": "taxonomy"}]}],
    "reference": {
        "source": "A 2021", "target": "test accuracy", "sample": 9, "opposite": True,
        "correlations": {"taxonomy.cka": 1},
    },
}  # fmt: skip


@pytest.mark.parametrize("correlations", [{"taxonomy.cka": 0.5}, {"taxonomy": {"cka": 0.5}}])
def test_a_reference_has_correlations_by_quantity(correlations):
    study = parse_study("name", {**TAXONOMY, "reference": {**TAXONOMY["reference"], "correlations": correlations}})
    reference = study.design.reference
    assert reference.correlations == (("taxonomy.cka", 0.5),)
    assert reference.agrees(0.5, -0.1)
    assert not reference.agrees(0.5, 0.1)
    assert study.json()["design"]["reference"]["source"] == "A 2021"
    assert study.json()["design"]["overlay"] == "taxonomy.phase"
    hash(study)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"overlay": "taxonomy.cka"}, r"an overlay of heat maps is a category, .* taxonomy\.cka is none"),
        ({"overlay": "taxonomy"}, "an overlay of heat maps is a category"),
        ({"overlay": "half_radius.phase"}, "does not measure 'half_radius.phase'"),
        ({"overlay": 3}, "overlay must be a text"),
        ({"target": ""}, "name a target"),
        ({"reference": 3}, "reference must be a table"),
        ({"reference": {"sauce": "A"}}, r"did you mean reference\.source"),
        ({"reference": {"target": "T", "correlations": {"taxonomy.cka": 0.5}}}, r"set reference\.source"),
        ({"reference": {"source": "A", "target": "T"}}, r"set reference\.correlations"),
        (
            {"reference": {"source": "A", "target": "T", "correlations": {"taxonomy.cka": 0.5}}},
            r"set reference\.sample",
        ),
        (
            {"reference": {"source": "A", "target": "T", "sample": 9, "correlations": {"cka.x": 0}}},
            "does not measure 'cka.x'",
        ),
        (
            {"reference": {"source": "A", "target": "T", "sample": 9, "correlations": {"taxonomy.cka": 1.1}}},
            r"reference\.correlations\.taxonomy\.cka must be .*, got 1\.1",
        ),
        (
            {"reference": {"source": "A", "target": "T", "sample": 9, "correlations": {"taxonomy.cka": "1"}}},
            r"must be a number, got '1'",
        ),
    ],
)
def test_overlays_and_references_are_checked(changed, message):
    with pytest.raises(UserError, match=message):
        parse_study("name", {**TAXONOMY, **changed})


@pytest.mark.parametrize(
    "table",
    [
        {"section": [1]}, {"section": "a"}, {"section": [{"measures": ["genome_norm"]}]}, {"claim": [[1]]},
        {"film": 3}, {"grid": [1]}, {"learn": "es"}, {"quick": 1},
    ],
)  # fmt: skip
def test_entries_that_are_no_tables_are_refused(table):
    with pytest.raises(UserError, match="must be a"):
        parse_study("x", table)


def places(value, at=()):
    """The path of every value in nested tables and lists."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in entries:
        yield (*at, key)
        yield from places(each, (*at, key))


def replaced(value, at, new):
    """Nested tables with another value at a path; None removes it."""
    changed, (key, *rest) = copy(value), at
    if rest:
        changed[key] = replaced(value[key], rest, new)
    elif new is None:
        del changed[key]
    else:
        changed[key] = new
    return changed


@pytest.mark.parametrize(
    "wrong",
    [{}, {"a": 1}, [], [1], [[1]], [{"a": 1}], "x", 0, -1, 10**30, 1.5, float("nan"), True, date(2020, 1, 1), None],
    ids=str,
)
def test_any_value_in_the_place_of_any_other_is_refused_or_fits(wrong):
    table = {
        **TABLE, "learners": {"es": {"es": {"sigma": 0.1}}}, "film": {"frames": 2},
        "reference": {"source": "S", "target": "t", "sample": 3, "correlations": {"near.uncertainty_0.1": 0.5}},
        "claim": [{**TABLE["claim"][0], "only": {"hidden": 4}, "control": [TABLE["claim"][0]]}],
        "quick": {**TABLE["quick"], "least": 2, "learners": {"es": {"generations": 3}}, "grid": {"hidden": [2]}},
    }  # fmt: skip
    for at in places(table):
        for quick in (False, True):
            with suppress(UserError):
                study = parse_study("name", replaced(table, at, wrong), quick=quick)
                plan_grid(study, Path("out")) if study.grid else None
