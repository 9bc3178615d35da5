"""Labels have colours, and every result belongs to the right label and row."""

from dataclasses import replace
from pathlib import Path

import pytest

from render.page.contents import contents_of, is_grouped, run_names
from sim.statistics.results import Number

from .conftest import given, planted


def test_a_few_runs_are_subjects_in_their_order_each_with_a_colour(made, runs):
    contents = contents_of(made)
    names = [
        f"{run.path.name} {method}" for run, method in zip(runs, ("evolve (es)", "imitate", "reinforce"), strict=True)
    ]
    assert not contents.grouped
    assert [(label.key, label.colours) for label in contents.single] == [
        (name, (f"c{at}",)) for at, name in enumerate(names)
    ]
    plainly = ["evolved (ES)", "imitated", "reinforced"]
    assert [label.names for label in contents.single] == [(name,) for name in plainly]
    assert [label.names for label in contents.pairs] == [(plainly[0], plainly[1]), (plainly[0], plainly[2])]
    assert '<b class="who c0">evolved (ES)</b> × <b class="who c1">imitated</b>' in contents.pairs[0].html()
    assert list(contents.names.values()) == plainly


@pytest.mark.parametrize(
    ("about", "names"),
    [
        ([("imitate", 0, "a"), ("evolve (es)", 0, "b")], ["imitated", "evolved (ES)"]),
        ([("imitate", 0, "a"), ("imitate", 1, "b")], ["imitated, seed 0", "imitated, seed 1"]),
        ([("imitate", 0, "a"), ("imitate", 0, "b")], ["imitated, seed 0, a", "imitated, seed 0, b"]),
        ([("imitate", 0, "x/a"), ("imitate", 0, "y/a")], ["0", "1"]),
    ],
)
def test_runs_of_one_method_are_told_apart_by_seed_then_folder(plan, about, names):
    runs = [
        replace(plan.runs[0], name=str(at), group=method, seed=seed, path=Path(path))
        for at, (method, seed, path) in enumerate(about)
    ]
    assert list(run_names(replace(plan, runs=tuple(runs))).values()) == names


def test_a_result_whose_detail_is_the_key_of_a_label_belongs_to_it(made):
    contents = contents_of(made)
    one, other, _ = contents.single
    numbers = contents.numbers()
    assert numbers[one.key]["learning_paths.seen"].detail == one.key
    assert numbers[f"{one.key} | {other.key}"]["response_similarity.cka_outputs"].value is not None
    (curve,) = [each for each in contents.entries if each.slot == "off_plane_1"]
    assert (curve.key, curve.detail, contents.colour(curve)) == (other.key, "", "c1")


def test_no_two_numbers_of_a_party_share_a_row(made):
    contents = contents_of(made)
    numbers = [each for each in contents.entries if isinstance(each.result, Number)]
    assert len({(each.key, each.row) for each in numbers}) == len(numbers) == sum(map(len, contents.numbers().values()))


def test_controls_follow_their_quantity(made):
    keys = [row.result.quantity for row in contents_of(made).rows(["uncertainty"])]
    assert keys == ["uncertainty", "uncertainty", "uncertainty_bowl", "uncertainty_other"]
    shares = [row.slot for row in contents_of(made).rows(["pellets_eaten"])]
    assert shares[:4] == ["mean_share", "failures", "share", "mean_share_sampled"]


def test_highlights_are_rows_in_the_order_of_the_study_without_missing_ones(made):
    found = [row.row for row in contents_of(made).highlights()]
    # a trimmed mean comes after the mean, and after the failures that it leaves out
    assert found[:3] == ["pellets_eaten.mean_share", "pellets_eaten.failures", "pellets_eaten.share"]
    assert found[-1] == "response_similarity.cka_outputs"
    less = replace(made, results=tuple(each for each in made.results if each[0].use.name != "uncertainty"))
    assert [row.row for row in contents_of(less).highlights()] == [
        row for row in found if not row.startswith("uncertainty.")
    ]


def test_several_runs_of_each_method_are_groups_with_short_names():
    contents = contents_of(given(["evolve (es)", "imitate"]))
    assert contents.grouped
    assert [label.names for label in contents.labels.values()] == [
        ("evolved (ES)",),
        ("imitated",),
        ("evolved (ES)", "imitated"),
    ]
    assert (
        contents.numbers()["imitate"]["pellets_eaten.share"]
        == contents.made.compared.groups["imitate"]["pellets_eaten.share"]
    )
    couple = ("evolve (es)", "imitate")
    assert contents.numbers()[" | ".join(couple)]["line_barrier.barrier"].sample == 6
    assert contents.differences(*couple) == contents.differences(*reversed(couple)) != {}
    alike = contents_of(given(["evolve (es)", "evolve (cma)"]))
    assert [label.names[0] for label in alike.single] == ["evolved (ES)", "evolved (CMA-ES)"]


def test_a_grid_is_about_groups_and_many_groups_have_no_colours(plan):
    assert not is_grouped(plan)
    contents = contents_of(planted({"hidden": [4, 8, 16, 32], "pool": [1, 8]}))
    assert contents.grouped
    assert {colour for label in contents.single for colour in label.colours} == {"plain"}
    assert not contents.pairs
    few = contents_of(planted({"hidden": [4, 8], "pool": [1, 8]}, group=["pool"]))
    assert [label.key for label in few.single] == ["pool 1", "pool 8"]
    assert few.colours["hidden 8, pool 8, seed 0"] == "c1"
