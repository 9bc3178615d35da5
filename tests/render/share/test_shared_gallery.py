"""Galleries list shared pages."""

import shutil

import pytest

from agents.errors import UserError
from foragescape import main
from render.share.shared_gallery import read_shared, write_gallery
from tests.render.share.conftest import OPTIONS


def test_a_gallery_links_all_pages_in_its_folders_with_thumbnails(page, tmp_path, browser):
    for place in ("pages/one & two.html", "pages/deep/three.html"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(page, tmp_path / place)
    (tmp_path / "pages/other.html").write_text("<!doctype html><p>another page")
    out = tmp_path / "index.html"
    assert len(write_gallery([tmp_path / "pages", tmp_path / "pages/deep"], out)) == 2
    browser.open(out)
    links = browser.evaluate("[...document.querySelectorAll('a')].map((link) => link.getAttribute('href'))")
    assert sorted(links) == ["pages/deep/three.html", "pages/one%20%26%20two.html"]
    assert browser.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth === 320)")
    assert read_shared(out) is None
    write_gallery([tmp_path], out, overwrite=True)  # it does not list itself


def test_a_page_that_was_tampered_with_is_not_trusted(page, tmp_path):
    text = page.read_text()
    assert read_shared(page).title == "Fitness landscape: run, 20 steps, weights changed by ±70 %"
    changed = tmp_path / "changed.html"
    changed.write_text(text.replace("data:image/webp;base64,", "https://example.org/", 2))
    assert read_shared(changed) is None
    changed.write_text(text.replace('"caption":', '"caption":', 1).replace('"title":', '"tilte":', 1))
    assert read_shared(changed) is None


def test_titles_tell_pages_of_one_run_apart(run, tmp_path, browser):
    first, second = tmp_path / "a" / "first.html", tmp_path / "a" / "second.html"
    first.parent.mkdir()
    words = ["share", str(run), *OPTIONS, "--radius", "0.02", "--out"]
    assert main([*words, str(first), "--quantity", "tempo", "path"]) == 0
    assert main([*words, str(second), "--lifetime", "30", "--x", "0.123456", "--y", "-0.00002"]) == 0
    pages = [read_shared(path) for path in (first, second)]
    assert [page.title for page in pages] == [
        "How early foragers eat: run, 20 steps, weights changed by ±2 %",
        "Fitness landscape: run, 30 steps, around (0.123, -2e-5), weights changed by ±2 %",
    ]
    assert pages[0].caption.endswith("; it also shows its path")
    out = tmp_path / "index.html"
    write_gallery([tmp_path / "a"], out)
    browser.open(out)
    assert "pellets" not in browser.evaluate("document.body.innerText")


def test_folders_without_pages_are_refused(tmp_path):
    with pytest.raises(UserError, match="no shared page"):
        write_gallery([tmp_path], tmp_path / "index.html")
    with pytest.raises(UserError, match="there is no folder"):
        write_gallery([tmp_path / "none"], tmp_path / "index.html")
