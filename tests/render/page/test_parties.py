"""Parties: who a page is about, and whose its every result is."""

from dataclasses import replace

from render.page.parties import cast, is_grouped
from sim.statistics.results import Number

from .conftest import given, planted


def test_a_few_runs_are_subjects_in_their_order_each_with_an_ink(made, runs):
    who = cast(made)
    names = [
        f"{run.path.name} {method}" for run, method in zip(runs, ("evolve (es)", "imitate", "reinforce"), strict=True)
    ]
    assert not who.grouped
    assert [(party.key, party.inks) for party in who.several(1)] == [
        (name, (f"c{at}",)) for at, name in enumerate(names)
    ]
    assert [party.names for party in who.several(2)] == [(names[0], names[1]), (names[0], names[2])]
    assert '<b class="who c0">a &lt;b&gt; &amp; c evolve (es)</b> × <b class="who c1">' in who.several(2)[0].html()


def test_results_of_all_whose_detail_names_a_subject_or_a_pair_are_of_it(made):
    who = cast(made)
    one, other, _ = who.several(1)
    numbers = who.numbers()
    assert numbers[one.key]["learning_paths", "seen"].detail == one.key
    assert numbers[f"{one.key} | {other.key}"]["response_similarity", "cka_outputs"].value is not None
    (curve,) = [each for each in who.shown if each.slot == "off_plane_1"]
    assert (curve.party, curve.detail, who.ink(curve)) == (other.key, "", "c1")


def test_no_two_numbers_of_a_party_share_a_row(made):
    who = cast(made)
    numbers = [each for each in who.shown if isinstance(each.result, Number)]
    assert len({(each.party, each.row) for each in numbers}) == len(numbers) == sum(map(len, who.numbers().values()))


def test_controls_stand_behind_what_they_are_controls_of(made):
    keys = [row.result.quantity for row in cast(made).rows(["uncertainty"])]
    assert keys == ["uncertainty", "uncertainty", "uncertainty_bowl", "uncertainty_other"]
    shares = [row.slot for row in cast(made).rows(["pellets_eaten"])]
    assert shares[:3] == ["share", "share_sampled", "mean_share"]


def test_highlights_are_rows_in_the_order_of_the_study_without_what_was_not_found(made):
    found = [row.row for row in cast(made).highlights()]
    assert found[0] == ("pellets_eaten", "share")
    assert found[-1] == ("response_similarity", "cka_outputs")
    less = replace(made, found=tuple(each for each in made.found if each[0].use.name != "uncertainty"))
    assert [row.row for row in cast(less).highlights()] == [row for row in found if row[0] != "uncertainty"]


def test_several_runs_of_each_method_are_groups_with_short_names():
    who = cast(given(["evolve (es)", "imitate"]))
    assert who.grouped
    assert [party.names for party in who.parties.values()] == [("evolve",), ("imitate",), ("evolve", "imitate")]
    assert (
        who.numbers()["imitate"]["pellets_eaten", "share"] == who.made.compared.groups["imitate"]["pellets_eaten.share"]
    )
    couple = ("evolve (es)", "imitate")
    assert who.numbers()[" | ".join(couple)]["line_barrier", "barrier"].sample == 6
    assert who.differences(*couple) == who.differences(*reversed(couple)) != {}
    alike = cast(given(["evolve (es)", "evolve (cma)"]))
    assert [party.names[0] for party in alike.several(1)] == ["evolve (es)", "evolve (cma)"]


def test_a_grid_is_about_groups_and_many_have_no_inks_of_their_own(plan):
    assert not is_grouped(plan)
    who = cast(planted({"hidden": [4, 8, 16, 32], "pool": [1, 8]}))
    assert who.grouped
    assert {ink for party in who.several(1) for ink in party.inks} == {"plain"}
    assert not who.several(2)
    few = cast(planted({"hidden": [4, 8], "pool": [1, 8]}, group=["pool"]))
    assert [party.key for party in few.several(1)] == ["pool 1", "pool 8"]
    assert few.inks["hidden 8, pool 8, seed 0"] == "c1"
