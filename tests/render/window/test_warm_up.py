"""The explorer's own thread compiles no kernel, and loads none, so that the window answers while others compile."""

import subprocess
import sys

SCRIPT = """
import sys, threading, time
from pathlib import Path
from numba.core import dispatcher
from render.window.waiting_words import prepare_letters
from render.window.event import Key, Pointer, Resize, Tick, Wheel
from render.window.explore.explorer import Explorer
from render.window.explore.origin import Origin
from render.window.explore.place import Place, Terrain
from sim.rollout.machine import Machine

prepare_letters()
asked, compile = [], dispatcher.Dispatcher.compile


def noting(self, signature):
    if threading.current_thread() is threading.main_thread():
        asked.append(self.py_func.__name__)
    return compile(self, signature)


dispatcher.Dispatcher.compile = noting
model = Explorer(Origin.open(Path(sys.argv[1]), Machine(1)), Place(Terrain(lifetime=24, mazes=2)))
session = model.session


def go_on(*events):
    for event in events:
        model.update(event)
    for _ in range(1000):
        model.update(Tick(0.02))
        model.draw()
        painting = session.pipeline.painting
        if painting is not None and painting.view == session.navigation.view:
            return
        time.sleep(0.01)


go_on(Resize(400, 300))
go_on(Wheel(100, 50, 1.5), Pointer("move", 90, 80))
go_on(Wheel(300, 200, -3.0))
go_on(Key("right"))
go_on(Pointer("press", 200, 150, 1), Pointer("release", 200, 150, 1))
go_on(Wheel(100, 50, 1.3))
model.close()
print(*asked)
"""


def test_the_windows_thread_compiles_nothing(watched):
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(watched.path)], capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr
