"""Modules of JavaScript become one script."""

import re

import pytest

from render.share import bundle as module
from render.share.bundle import HERE, bundle


def write(folder, monkeypatch, **texts):
    """Modules in a folder of their own."""
    for name, text in texts.items():
        (folder / f"{name}.js").write_text(text)
    monkeypatch.setattr(module, "HERE", folder)
    bundle.cache_clear()


@pytest.fixture(autouse=True)
def forget():
    yield
    bundle.cache_clear()


def test_a_module_comes_once_and_after_what_it_imports(tmp_path, monkeypatch):
    texts = {
        "a": 'import { one } from "./b.js";\nimport { two } from "./c.js";\nexport const three = one + two;\n',
        "b": "export const one = 1;\n",
        "c": 'import { one } from "./b.js";\nconst hidden = one;\nexport const two = 2 * hidden;\n',
    }
    write(tmp_path, monkeypatch, **texts)
    text = bundle("a.js")
    assert re.findall(r"const (module_\w) =", text) == ["module_b", "module_c", "module_a"]
    assert "export" not in text
    assert "import" not in text
    assert text.rstrip().endswith("const { three } = module_a;")


@pytest.mark.parametrize(
    ("texts", "complaint"),
    [
        ({"a": 'import { one } from "./b.js";\n', "b": "const one = 1;\n"}, "a imports one, which b does not export"),
        ({"a": 'import { b } from "./b.js";\n', "b": 'import { a } from "./a.js";\n'}, "a circle: a b a"),
    ],
)
def test_wrong_imports_are_refused(tmp_path, monkeypatch, texts, complaint):
    write(tmp_path, monkeypatch, **texts)
    with pytest.raises(ValueError, match=complaint):
        bundle("a.js")


def test_modules_are_small_and_typed():
    modules = sorted(HERE.glob("*.js"))
    assert len(modules) > 10
    for path in modules:
        text = path.read_text()
        assert text.startswith("// "), path.name
        assert len(text.splitlines()) <= 300, path.name
        assert "</script" not in text
        for found in re.finditer(r"^export (?:async )?function (\w+)\((.*?)\) \{", text, re.MULTILINE):
            before = text[: found.start()].rstrip()
            assert before.endswith("*/"), f"{path.name}: {found[1]} has no description"
