"""A comparison goes on where it was stopped, to the same bits, and measures no more than it must."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from sim.comparison import comparison
from sim.comparison.comparison import MEASURES, compare
from sim.comparison.number import Section, number
from sim.learning.run import RunFolder
from sim.rollout.machine import Machine


@pytest.fixture
def measured(monkeypatch):
    """The names of the sections that were measured, in order; each takes no time."""
    names = []

    def pretended(name):
        def measure(contest, config, machine, heard):
            names.append(name)
            heard(0.5)
            value = float(contest.genomes.sum())
            return Section(
                {"all": {"share": number("share", value, sample=1, seed=0)}}, {}, {"genomes": contest.genomes}
            )

        return measure

    monkeypatch.setattr(
        comparison, "MEASURES", {name: (pretended(name), share) for name, (_, share) in MEASURES.items()}
    )
    return names


def test_the_same_runs_give_the_same_bits(runs, config, compared, tmp_path):
    again = compare(runs, config, tmp_path / "again", machine=Machine(1))
    assert (tmp_path / "again" / "comparison.json").read_bytes() == (compared[1] / "comparison.json").read_bytes()
    for name, section in compared[0].sections.items():
        for key, array in section.arrays.items():
            assert array.tobytes() == again.sections[name].arrays[key].tobytes(), (name, key)


def test_what_is_finished_is_not_measured_again(runs, config, tmp_path, measured):
    first = compare(runs, config, tmp_path)
    assert measured == list(MEASURES)
    again = compare(runs, config, tmp_path)
    assert measured == list(MEASURES)
    assert again.sections["plane"].numbers == first.sections["plane"].numbers
    assert np.array_equal(again.sections["plane"].arrays["genomes"], first.sections["plane"].arrays["genomes"])


def test_what_depends_on_a_change_is_measured_anew(runs, config, tmp_path, measured):
    compare(runs, config, tmp_path)
    measured.clear()
    compare(runs, replace(config, curvature=replace(config.curvature, probes=3)), tmp_path)
    assert measured == ["curvature"]
    measured.clear()
    compare(runs[::-1], config, tmp_path)
    assert measured == list(MEASURES)
    measured.clear()
    compare(runs[::-1], config, tmp_path, fresh=True)
    assert measured == list(MEASURES)


def test_the_numbers_go_first_and_come_last(runs, config, tmp_path, measured):
    result, seen = tmp_path / "comparison.json", []
    compare(runs, config, tmp_path)
    old = result.read_bytes()

    def finish(made):
        seen.append((len(made.sections), result.exists()))
        with pytest.raises(UserError, match="another process"):
            compare(runs, config, tmp_path)

    compare(runs, config, tmp_path, finish=finish)
    assert (seen.pop(), result.read_bytes()) == ((len(MEASURES), True), old)  # nothing changed
    compare(runs, replace(config, curvature=replace(config.curvature, probes=3)), tmp_path, finish=finish)
    assert (seen.pop(), result.exists()) == ((len(MEASURES), False), True)

    def stop(made):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(runs, replace(config, quick=True), tmp_path, finish=stop)  # the sizes are the same, and yet
    assert not result.exists()
    compare(runs, config, tmp_path)
    assert result.read_bytes() == old
    (tmp_path / "parts" / "plane.npz").unlink()
    measured.clear()
    with pytest.raises(KeyboardInterrupt):
        compare(runs, config, tmp_path, finish=stop)
    assert measured == ["plane"]
    assert not result.exists()


def test_what_a_run_wrote_down_is_of_one_section_alone(runs, config, tmp_path, measured):
    both = [RunFolder(shutil.copytree(run.path, tmp_path / run.path.name)) for run in runs]
    compare(both, config, tmp_path / "c")
    measured.clear()
    history = both[1].path / "history.jsonl"
    history.write_bytes(history.read_bytes() + b'{"generation": 5, "loss": 1.0}\n')
    compare(both, config, tmp_path / "c")
    assert measured == ["learning"]
    measured.clear()
    compare(both, replace(config, champions=replace(config.champions, mazes=7)), tmp_path / "c")
    assert measured == ["learning", "champions"]


def test_a_stopped_comparison_goes_on(runs, config, tmp_path, measured):
    def stop(done, name):
        if name == "alignment":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(runs, config, tmp_path / "c", progress=stop)
    assert measured == ["learning", "champions", "landscapes", "plane"]
    assert not (tmp_path / "c" / "comparison.json").exists()
    compare(runs, config, tmp_path / "c")
    assert measured == list(MEASURES)
    compare(runs, config, tmp_path / "whole")
    one, other = ((tmp_path / name / "comparison.json").read_bytes() for name in ("c", "whole"))
    assert one == other


def test_progress_rises_to_all(compared):
    told = compared[2]
    shares = [done for done, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    assert list(dict.fromkeys(name for _, name in told)) == list(MEASURES)


def test_json_holds_every_number_and_its_definition(compared):
    made, out, _ = compared
    found = json.loads((out / "comparison.json").read_bytes())
    assert [each["name"] for each in found["contestants"]] == ["a evolve (es)", "b imitate"]
    values = 0
    for name, section in made.sections.items():
        for subject, slots in section.numbers.items():
            for slot, each in slots.items():
                stored = found["sections"][name]["numbers"][subject][slot]
                assert stored == each.json()
                assert found["definitions"][each.key]["text"]
                values += each.value is not None
    assert values > 100


def test_arrays_are_plain(compared):
    for section in compared[0].sections.values():
        for name, array in section.arrays.items():
            assert array.dtype.kind in "fiub", name
            assert "/" not in name
            assert np.isfinite(array[array < np.inf]).all() or name.startswith(("hoelder", "half_radii"))


def test_a_taken_folder_is_refused(runs, config, tmp_path):
    (tmp_path / "mine.txt").write_text("")
    with pytest.raises(UserError, match="choose another --out"):
        compare(runs, config, tmp_path)
