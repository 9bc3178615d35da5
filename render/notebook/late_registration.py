"""Register the Gymnasium environment, be gymnasium imported before us or after, without importing it ourselves."""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

GYMNASIUM = "gymnasium"
ROOM = "sim.gym"
"""The module that registers the environment when it is imported; see there."""


def register_with_gymnasium() -> None:
    """Register the environment now, if gymnasium is imported, else right after somebody imports it."""
    if GYMNASIUM in sys.modules:
        import_module(ROOM)
    else:
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Waits for gymnasium's import, and finds it as the other finders do."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of gymnasium, with a loader that registers; None for other modules, and where there is none."""
        if fullname != GYMNASIUM:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = next(filter(None, (finder.find_spec(fullname, path, target) for finder in others)), None)
        if found is not None and found.loader is not None:
            found.loader = _Loader(found.loader, self)
        return found


class _Loader(Loader):
    """Loads as another loader does, registers the environment then, and ends the finder's wait."""

    def __init__(self, loader: Loader, finder: _Finder) -> None:
        self._loader, self._finder = loader, finder

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the other loader does."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """As the other loader does, which the module then has; then register."""
        spec = module.__spec__
        if spec is not None:
            spec.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        import_module(ROOM)
