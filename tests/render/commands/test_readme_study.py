"""The study of the README: the file as it is printed there is planned, and its dry run tells its size."""

import json
import re
from pathlib import Path

README = Path(__file__).parents[3] / "README.md"


def test_the_study_of_the_readme_is_planned(door, tmp_path):
    (text,) = (each for each in re.findall(r"```toml\n(.*?)```", README.read_text(), re.S) if "[[claim]]" in each)
    file = tmp_path / "sight.toml"
    file.write_text(text)
    code, out, _ = door("study", str(file), "--out", str(tmp_path / "out"), "--dry-run", "--json")
    cost = json.loads(out)
    assert code == 0
    assert (cost["runs"], cost["done"]) == (2 * 2 * 4, 0)
    assert cost["tasks"] == 16 + 3 * 16  # learn; eat and half radius of runs, barriers of a ring of four in each cell
    assert not (tmp_path / "out").exists()
