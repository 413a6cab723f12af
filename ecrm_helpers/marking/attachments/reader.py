"""The process that opens one attached file: ``python -I -m ecrm_helpers.marking.attachments.reader``.

Stdin holds the declared type on the first line, then the file. It counts (pages, letters, rows, pixels) and
looks for what could act when a teacher opens the file; it writes nothing but numbers or a reason.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.marking.limited import serve

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["read"]

MEMORY: Final = 512 * 1024**2


def read(stdin: bytes) -> dict[str, Any]:
    """Return numbers about the file, or the reason to refuse it."""
    from ecrm_helpers.marking.attachments import office, pdf, plain  # noqa: PLC0415 - inside the limits
    from ecrm_helpers.marking.attachments.refusal import Refused  # noqa: PLC0415

    first, _, data = stdin.partition(b"\n")
    readers: dict[str, Callable[[bytes], dict[str, int]]] = {
        "docx": office.document,
        "xlsx": office.workbook,
        "pdf": pdf.pages,
        "png": plain.picture,
        "json": plain.data,
    }
    try:
        return dict(readers[json.loads(first)](data))
    except Refused as refused:
        return {"refused": str(refused)}
    except MemoryError:
        return {"refused": "limits"}
    except Exception:  # noqa: BLE001 - a file its reader cannot make sense of is refused, whatever it raised
        return {"refused": "broken"}


if __name__ == "__main__":
    serve(read, memory=MEMORY)
