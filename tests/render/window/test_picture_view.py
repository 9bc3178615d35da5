from render.window.watch.picture_view import MOST_UNDONE, PictureView

SIZE = (360, 640)


def test_a_zoom_keeps_the_place_under_the_cursor():
    view = PictureView(SIZE)
    view.zoom(100, 120, 4)
    assert view.place_at(100, 120) == (100, 120)
    assert view.viewport.zoom > 2


def test_a_drag_is_undone_in_one_step():
    view = PictureView(SIZE)
    view.zoom(100, 100, 5)
    close = view.viewport
    view.remember()
    for _ in range(5):
        view.drag(-10, 0)
    assert view.place_at(50, 100)[0] > close.pixel(50, 100)[1]
    view.undo()
    assert view.viewport == close
    view.undo()
    assert view.place_at(33, 44) == (33, 44)
    view.undo()  # there is no view before
    assert view.place_at(33, 44) == (33, 44)


def test_a_fit_is_undone_too():
    view = PictureView(SIZE)
    view.zoom(10, 10, 9)
    close = view.viewport
    view.fit()
    assert view.viewport.zoom == 1
    view.undo()
    assert view.viewport == close


def test_a_new_size_shows_all_and_forgets_the_views_before():
    view = PictureView(SIZE)
    view.zoom(10, 10, 9)
    view.resize((500, 400))
    view.undo()
    assert view.place_at(399, 499) == (399, 499)
    assert view.place_at(400, 10) == (-1, -1)


def test_the_number_of_stored_views_is_limited():
    view = PictureView(SIZE)
    for step in range(2 * MOST_UNDONE):
        view.zoom(step, step, 1 if step % 3 else -1)
    zooms = set()
    for _ in range(2 * MOST_UNDONE):
        view.undo()
        zooms.add(view.viewport)
    assert len(zooms) <= MOST_UNDONE + 1
