"""One cell as it was handed in: only what marking may look at, with bounds, whatever the file says."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final

from ecrm_helpers.answers import MIME
from ecrm_helpers.errors import MarkingError
from ecrm_helpers.strictjson import strict_loads

__all__ = ["MAX_SOURCE", "RawCell", "packed_cells", "raw_cell", "unpacked_cells"]

MAX_SOURCE: Final = 200_000
MAX_ATTACHMENTS: Final = 8 * 1024 * 1024
_KINDS: Final = {
    "code": "code",
    "markdown": "markdown",
    "heading": "markdown",
    "html": "markdown",
    "raw": "raw",
}
_IMAGES: Final = ("image/png", "image/jpeg", "image/gif")
_MOST_OUTPUTS: Final = 50


@dataclass(frozen=True)
class RawCell:
    """One cell as handed in: only its type, text, ids and whose shop its saved answer came from."""

    kind: str
    source: str
    cell_id: str | None = None
    grade_id: str | None = None
    owner: str | None = None
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)


def raw_cell(raw: Any) -> RawCell | None:
    r"""Return a cell of a notebook's JSON, None where it is none.

    Examples
    --------
    >>> raw_cell({"cell_type": "code", "source": ["x = 1\r\n", None]}).source, raw_cell([1])
    ('x = 1\n', None)
    """
    if not isinstance(raw, dict):
        return None
    kind = raw.get("cell_type")
    if not isinstance(kind, str) or kind not in _KINDS:
        return None
    metadata = raw.get("metadata")
    told = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = told.get("grade_id") if isinstance(told, dict) else None
    cell_id = raw.get("id")
    return RawCell(
        kind=_KINDS[kind],
        source=_joined(raw.get("source", raw.get("input", "")))[:MAX_SOURCE],
        cell_id=cell_id if isinstance(cell_id, str) else None,
        grade_id=grade_id if isinstance(grade_id, str) else None,
        owner=_saved_owner(raw.get("outputs")),
        attachments=_attachments(raw.get("attachments")),
    )


def packed_cells(cells: list[RawCell]) -> list[dict[str, Any]]:
    """Return cells as plain data, to pass between processes."""
    return [asdict(cell) for cell in cells]


def unpacked_cells(packed: list[dict[str, Any]]) -> list[RawCell]:
    """Return what `packed_cells` packed."""
    return [RawCell(**cell) for cell in packed]


def _joined(source: Any) -> str:
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    # A lone surrogate cannot be written to a file again.
    return text.encode("utf-8", errors="replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")


def _saved_owner(outputs: Any) -> str | None:
    """Return whose shop the saved answer in `outputs` was made on: a hint, which anyone can forge."""
    for output in outputs[:_MOST_OUTPUTS] if isinstance(outputs, list) else ():
        data = output.get("data") if isinstance(output, dict) else None
        record = data.get(MIME) if isinstance(data, dict) else None
        if isinstance(record, list) and all(isinstance(part, str) for part in record):
            record = "".join(record)
        if not isinstance(record, str):
            continue
        # An answer cell saves one record: reading every forged one would cost time.
        return _owner_of(record)
    return None


def _owner_of(record: str) -> str | None:
    try:
        told = strict_loads(record)
    except MarkingError:
        return None
    owner = told.get("shop_owner") if isinstance(told, dict) else None
    return owner[:64] if isinstance(owner, str) else None


def _attachments(raw: Any) -> dict[str, dict[str, str]]:
    """Return pasted pictures (name, image type, base64), or none when they are odd or too large."""
    kept: dict[str, dict[str, str]] = {}
    for name, bundle in raw.items() if isinstance(raw, dict) else ():
        if not isinstance(bundle, dict):
            continue
        images = {kind: bundle[kind] for kind in _IMAGES if isinstance(bundle.get(kind), str)}
        if images:
            kept[_joined(name)] = images
    size = sum(len(data) for images in kept.values() for data in images.values())
    return kept if size <= MAX_ATTACHMENTS else {}
