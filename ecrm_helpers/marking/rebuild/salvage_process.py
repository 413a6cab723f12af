"""The process that reads large and foreign files, started by `salvage` with ``python -I -m``."""

from __future__ import annotations

from typing import Any

from ecrm_helpers.marking.limited import serve
from ecrm_helpers.marking.rebuild.foreign import notebook_in_archive, what_it_is
from ecrm_helpers.marking.rebuild.rawcells import packed_cells
from ecrm_helpers.marking.rebuild.salvage import read_here
from ecrm_helpers.messages import marking as say

__all__ = ["read"]


def read(data: bytes) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the cells of a file as plain data, and notes."""
    notes: list[str] = []
    kind = what_it_is(data)
    if kind is not None and kind in say.PACKED_KINDS:
        inner = notebook_in_archive(data)
        if inner is None:
            return [], [say.not_a_notebook(kind)]
        data, notes = inner, [say.UNPACKED]
    cells, more = read_here(data)
    if kind is not None and say.UNREADABLE in more:
        return [], [say.not_a_notebook(kind)]
    return packed_cells(cells), notes + more


if __name__ == "__main__":
    serve(read)
