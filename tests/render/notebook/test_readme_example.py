"""The README's example of the Python face is run as it stands."""

import re
from pathlib import Path

README = Path(__file__).parents[3] / "README.md"


def test_the_example_runs(tmp_path, monkeypatch):
    found = re.search(r"^## From Python\n.*?^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.S | re.M)
    assert found is not None
    monkeypatch.chdir(tmp_path)
    exec(compile(found[1], "README.md", "exec"), {"__name__": "readme"})
    assert any(path.suffix == ".png" for path in tmp_path.iterdir())
