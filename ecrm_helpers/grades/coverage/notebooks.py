"""Read what notebooks say about themselves: cells, headings, metadata; nothing is run."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import GradingError
from ecrm_helpers.messages import coverage as messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["Cell", "Notebook", "files", "heading", "named", "read_notebook"]

_HEADING = re.compile(r"^(#{1,6})\s+(\S.*)$", re.MULTILINE)
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Cell:
    """One cell: its kind, its text, its tags, and what our and nbgrader's metadata say."""

    kind: str
    text: str
    tags: tuple[str, ...] = ()
    ecrm: Mapping[str, Any] = field(default_factory=dict)
    nbgrader: Mapping[str, Any] = field(default_factory=dict)

    @property
    def objectives(self) -> tuple[str, ...]:
        """The objectives the cell names; one alone may stand without a list."""
        given = self.ecrm.get("objectives", ())
        return (given,) if isinstance(given, str) else tuple(given)


@dataclass(frozen=True)
class Notebook:
    """One notebook: file name without suffix, what its own metadata say, its cells."""

    name: str
    ecrm: Mapping[str, Any]
    cells: tuple[Cell, ...]


def files(folder: Path, pattern: str) -> list[Path]:
    """List notebooks in the order a teacher counts: unit2 before unit10; hidden copies left out."""
    found = [path for path in folder.glob(pattern) if not any(p.startswith(".") for p in path.parts[-3:])]
    return sorted(found, key=_counted)


def read_notebook(path: Path) -> Notebook:
    """Read one notebook.

    Raises
    ------
    GradingError
        The file is no notebook, or the objectives of a cell are no list of ids.
    """
    try:
        read = json.loads(path.read_bytes())
        cells = tuple(_cell(one) for one in read["cells"])
        name, own = path.stem, read["metadata"].get("ecrm", {})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = messages.no_notebook(path)
        raise GradingError(message) from error
    for number, cell in enumerate(cells, 1):
        if not all(isinstance(one, str) for one in cell.objectives):
            message = messages.no_ids(path, number)
            raise GradingError(message)
    return Notebook(name, own, cells)


def heading(cell: Cell) -> str:
    """Return the text of a markdown cell's first heading, empty without one."""
    found = _HEADING.search(cell.text) if cell.kind == "markdown" else None
    return found[2].strip() if found else ""


def named(cells: Iterable[Cell]) -> tuple[str, ...]:
    """List the objectives some cells name, each once, in order."""
    return tuple(dict.fromkeys(one for cell in cells for one in cell.objectives))


def _cell(read: Mapping[str, Any]) -> Cell:
    own = read["metadata"]
    text = read["source"] if isinstance(read["source"], str) else "".join(read["source"])
    tags = tuple(own.get("tags", ()))
    return Cell(read["cell_type"], text, tags, own.get("ecrm", {}), own.get("nbgrader", {}))


def _counted(path: Path) -> list[tuple[int, str]]:
    return list(_parts("/".join(path.parts[-2:])))


def _parts(text: str) -> Iterator[tuple[int, str]]:
    for piece in _DIGITS.split(text):
        yield (int(piece), "") if piece.isdigit() else (-1, piece)
