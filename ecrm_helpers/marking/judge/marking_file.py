"""Load a ``marking.py``: the teacher's own code, which no student's process ever sees."""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.judge.tasks import Marking

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from types import CodeType

__all__ = ["MarkingFile", "forget_modules", "is_in", "load_marking"]

SLOW_SECONDS: Final = 0.2
_IMPORT_SECONDS: Final = 10.0  # no import takes longer
_NAME = "_ecrm_marking"


def load_marking(path: str | Path) -> Marking:
    """Load ``marking.py`` from `path`.

    Raises
    ------
    MarkingError
        When there is no such file, it declares no ``TASKS``, or two tasks have one id.
    """
    return MarkingFile(Path(path)).run()


class MarkingFile:
    """A ``marking.py``, read once and run as often as a judge needs it as new.

    Parameters
    ----------
    path : Path

    Attributes
    ----------
    slow : Marking or None
        What `warm_up` ran, where running it anew for every submission would take too long.

    Raises
    ------
    MarkingError
        There is no such file.
    """

    slow: Marking | None = None

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            message = f"no marking file at {path}"
            raise MarkingError(message)
        self.path = path
        self._loader = _ReadOnce(_NAME, str(path))
        with _no_bytecode():
            self._loader.get_code(_NAME)

    def warm_up(self) -> Marking:
        """Run it for the first time, and find out how long that takes once its modules are loaded.

        Raises
        ------
        MarkingError
            As `run`.
        """
        marking, seconds = self._timed()
        if SLOW_SECONDS < seconds < _IMPORT_SECONDS:
            forget_modules(self.path.parent)
            marking, seconds = self._timed()
        self.slow = marking if seconds > SLOW_SECONDS else None
        return marking

    def _timed(self) -> tuple[Marking, float]:
        started = time.monotonic()
        return self.run(), time.monotonic() - started

    def run(self) -> Marking:
        """Return what it declares, with names that nothing has used before.

        Raises
        ------
        MarkingError
            It declares no ``TASKS``, or two tasks have one id.
        """
        spec = importlib.util.spec_from_file_location(_NAME, self.path, loader=self._loader)
        if spec is None:
            message = f"{self.path} is no Python file"
            raise MarkingError(message)
        module = importlib.util.module_from_spec(spec)
        with _no_bytecode():
            self._loader.exec_module(module)
        tasks = list(getattr(module, "TASKS", ()))
        by_id = {task.id: task for task in tasks}
        if not tasks or len(by_id) != len(tasks):
            ids = [task.id for task in tasks]
            message = f"TASKS of {self.path} must list tasks with different ids, got {ids}"
            raise MarkingError(message)
        return Marking(
            tasks=by_id, wrong=tuple(getattr(module, "WRONG", ())), sample=getattr(module, "SAMPLE", None)
        )


def forget_modules(folder: Path, *, known: Container[str] = ()) -> None:
    """Have modules from `folder` imported anew, but for those that are `known` not to be from there."""
    for name in [name for name in sys.modules if name not in known]:
        if is_in(sys.modules[name], folder):
            del sys.modules[name]


def is_in(module: Any, folder: Path) -> bool:
    """Tell whether a module is from a folder; a package without ``__init__.py`` has places, but no file."""
    told = getattr(module, "__dict__", {})
    start = str(folder) + os.sep
    if str(told.get("__file__")).startswith(start):
        return True
    spec = told.get("__spec__")
    return any(
        str(place).startswith(start) for place in getattr(spec, "submodule_search_locations", ()) or ()
    )


class _ReadOnce(SourceFileLoader):
    _code: CodeType | None = None

    def get_code(self, fullname: str) -> CodeType | None:
        """Return the compiled file as it was when it was first asked for."""
        if self._code is None:
            self._code = super().get_code(fullname)
        return self._code


@contextmanager
def _no_bytecode() -> Iterator[None]:
    """Write no ``.pyc`` beside the solutions: nbgrader would copy it along."""
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = written
