"""Load a ``marking.py``: the teacher's own code, which no student's process ever sees."""

from __future__ import annotations

import importlib.util
import sys
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.judge.tasks import Marking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

__all__ = ["MarkingFile", "load_marking"]

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

    Raises
    ------
    MarkingError
        There is no such file.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            message = f"no marking file at {path}"
            raise MarkingError(message)
        self.path = path
        self._loader = _ReadOnce(_NAME, str(path))
        with _no_bytecode():
            self._loader.get_code(_NAME)

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
