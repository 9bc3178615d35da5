"""Registration of the Gymnasium environment when gymnasium is imported, before or after this program.

This program does not import gymnasium itself: that takes long, and most users do not need it.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

GYMNASIUM = "gymnasium"
REGISTRATION = "sim.gym"
"""The module that registers the environment when it is imported."""


def register_with_gymnasium() -> None:
    """Register the environment now if gymnasium is imported already, else right after it is imported."""
    if GYMNASIUM in sys.modules:
        import_module(REGISTRATION)
    else:
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """An import finder that notices the import of gymnasium, and leaves finding it to the other finders."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of gymnasium with a loader that registers; None for other modules, and if it is not installed."""
        if fullname != GYMNASIUM:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = next(filter(None, (finder.find_spec(fullname, path, target) for finder in others)), None)
        if found is not None and found.loader is not None:
            found.loader = _Loader(found.loader, self)
        return found


class _Loader(Loader):
    """A loader that loads gymnasium by its own loader, then registers the environment and removes the finder."""

    def __init__(self, loader: Loader, finder: _Finder) -> None:
        self._loader, self._finder = loader, finder

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Create the module by its own loader."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Load the module by its own loader, which it keeps; then register the environment."""
        spec = module.__spec__
        if spec is not None:
            spec.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        import_module(REGISTRATION)
