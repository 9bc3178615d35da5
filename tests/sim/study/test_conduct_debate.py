"""A debate conducts several studies together: shared runs are learned once, and a failure stays with its study."""

import json
from dataclasses import replace

import pytest

from agents.errors import UserError
from sim.study.debate import conduct_debate, debate_cost, plan_debate
from sim.study.study_file import parse_study
from sim.work.executor import Serial, Shard

from .conftest import TINY


def studies():
    table = {key: TINY[key] for key in ("learn", "seeds", "claim")}
    norms = [{"title": "N", "measures": [{"measure": "genome_norm"}, {"measure": "pellets_eaten", "mazes": 4}]}]
    first = {**table, "grid": {"hidden": [3, 4]}, "section": norms}
    second = {**table, "grid": {"hidden": [4]}, "claim": [], "section": norms[:1]}
    return [parse_study("01-one", first), parse_study("02-two", second)]


def files(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in sorted(folder.rglob("results/*.json")) + sorted(folder.rglob("champion.safetensors"))
    }


def test_studies_share_their_runs_and_a_call_continues(tmp_path):
    debate = plan_debate(studies(), tmp_path / "a")
    cost = debate_cost(debate, 1)
    assert (cost.runs, cost.tasks, cost.done) == (4, 4 + 8, 0)  # both studies measure the same of runs that they share
    assert set(cost.hours_of) == {"01-one", "02-two"}
    seen = []
    made = conduct_debate(debate, progress=lambda done, note: seen.append(done))
    assert [each.plan.study.name for each in made] == ["01-one", "02-two"]
    assert len(list((tmp_path / "a/runs").iterdir())) == 4
    assert [len(each.results) for each in made] == [8, 4]
    assert seen == sorted(seen)
    assert debate_cost(debate, 1).done == 12
    numbers = json.loads((tmp_path / "a/01-one/numbers.json").read_text())
    assert [claim["verdict"] for claim in numbers["claims"]] == ["not told apart"] * 2
    before = files(tmp_path / "a")
    conduct_debate(debate)
    assert files(tmp_path / "a") == before


def test_shards_and_then_one_call_give_the_same_bits(tmp_path):
    conduct_debate(plan_debate(studies(), tmp_path / "a"))
    for index in range(2):
        assert conduct_debate(plan_debate(studies(), tmp_path / "b"), executor=Shard(index, 2)) is None
    assert len(conduct_debate(plan_debate(studies(), tmp_path / "b"))) == 2
    one, other = files(tmp_path / "a"), files(tmp_path / "b")
    assert one == other


def test_a_failure_is_told_by_its_studies_alone(tmp_path):
    one, two = studies()
    bad = replace(two, grid=replace(two.grid, axes=(("hidden", (5,)),)))
    debate = plan_debate([one, bad], tmp_path / "a")
    broken = debate.plans[1].runs[0].learned_by.folder
    broken.mkdir(parents=True)
    (broken / "stray").write_text("not a run")
    made = conduct_debate(debate, executor=Serial())
    assert not made[0].failures
    assert broken.name in made[1].failures[0].label


def test_claims_of_a_study_of_all_runs_together_are_about_all(tmp_path):
    table = {key: TINY[key] for key in ("learn", "seeds")}
    group = [{"measures": [{"measure": "response_similarity", "recorded": 1}]}]
    claim = {"text": "C.", "rule": "bound", "of": "response_similarity.cka_outputs_1"}
    study = parse_study("03-all", {**table, "together": True, "section": group, "claim": [claim]})
    (made,) = conduct_debate(plan_debate([study], tmp_path / "a"))
    (decision,) = made.compared.decisions
    assert decision.evidence.value > 0
    assert decision.evidence.fewest == 2


def test_a_debate_needs_a_study(tmp_path):
    with pytest.raises(UserError, match="one study or more"):
        plan_debate([], tmp_path)
