import pytest

from agents.errors import UserError
from render.window.explore.bookmarks import SLOTS, Bookmarks
from render.window.explore.place import Place, Terrain


def place(number):
    return Place(Terrain(seed=number), radius=0.5)


def test_slots_are_filled_in_order_and_then_the_last_is_replaced(tmp_path):
    marks = Bookmarks.read(tmp_path / "bookmarks.json")
    assert [marks.set(place(number)) for number in range(10)] == [*SLOTS, SLOTS[-1]]
    again = Bookmarks.read(marks.path)
    assert again.places == {**{slot: place(number) for number, slot in enumerate(SLOTS)}, "9": place(9)}


@pytest.mark.parametrize("text", ["{", "[]", '{"0": {}}', '{"1": {"x": 0}}'])
def test_a_damaged_file_is_refused_in_one_line(tmp_path, text):
    (tmp_path / "bookmarks.json").write_text(text)
    with pytest.raises(UserError, match=r"bookmarks\.json") as caught:
        Bookmarks.read(tmp_path / "bookmarks.json")
    assert "\n" not in str(caught.value)


def test_a_missing_folder_is_an_error_and_no_bookmark_is_set(tmp_path):
    marks = Bookmarks.read(tmp_path / "gone" / "bookmarks.json")
    with pytest.raises(UserError, match="cannot write"):
        marks.set(place(1))
    assert marks.places == {}
