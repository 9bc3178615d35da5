"""Labels have colours, and every result belongs to the right label and row."""

from dataclasses import replace

from render.page.contents import contents_of, is_grouped
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
    assert [label.names for label in contents.pairs] == [(names[0], names[1]), (names[0], names[2])]
    assert '<b class="who c0">a &lt;b&gt; &amp; c evolve (es)</b> × <b class="who c1">' in contents.pairs[0].html()


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
    assert shares[:3] == ["share", "share_sampled", "mean_share"]


def test_highlights_are_rows_in_the_order_of_the_study_without_missing_ones(made):
    found = [row.row for row in contents_of(made).highlights()]
    assert found[0] == "pellets_eaten.share"
    assert found[-1] == "response_similarity.cka_outputs"
    less = replace(made, results=tuple(each for each in made.results if each[0].use.name != "uncertainty"))
    assert [row.row for row in contents_of(less).highlights()] == [
        row for row in found if not row.startswith("uncertainty.")
    ]


def test_several_runs_of_each_method_are_groups_with_short_names():
    contents = contents_of(given(["evolve (es)", "imitate"]))
    assert contents.grouped
    assert [label.names for label in contents.labels.values()] == [("evolve",), ("imitate",), ("evolve", "imitate")]
    assert (
        contents.numbers()["imitate"]["pellets_eaten.share"]
        == contents.made.compared.groups["imitate"]["pellets_eaten.share"]
    )
    couple = ("evolve (es)", "imitate")
    assert contents.numbers()[" | ".join(couple)]["line_barrier.barrier"].sample == 6
    assert contents.differences(*couple) == contents.differences(*reversed(couple)) != {}
    alike = contents_of(given(["evolve (es)", "evolve (cma)"]))
    assert [label.names[0] for label in alike.single] == ["evolve (es)", "evolve (cma)"]


def test_a_grid_is_about_groups_and_many_groups_have_no_colours(plan):
    assert not is_grouped(plan)
    contents = contents_of(planted({"hidden": [4, 8, 16, 32], "pool": [1, 8]}))
    assert contents.grouped
    assert {colour for label in contents.single for colour in label.colours} == {"plain"}
    assert not contents.pairs
    few = contents_of(planted({"hidden": [4, 8], "pool": [1, 8]}, group=["pool"]))
    assert [label.key for label in few.single] == ["pool 1", "pool 8"]
    assert few.colours["hidden 8, pool 8, seed 0"] == "c1"
