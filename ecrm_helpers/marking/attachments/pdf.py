"""PDF files that were attached; runs where time and memory are limited."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.marking.attachments.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["pages"]

_KEYS: Final = frozenset({"/JS", "/JavaScript", "/AA", "/EF", "/EmbeddedFiles", "/RichMediaContent", "/XFA"})
_ACTIONS: Final = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie"}
)
_PARTS: Final = frozenset({"/RichMedia", "/3D", "/Screen", "/Movie", "/FileAttachment", "/EmbeddedFile"})
# What a reader may find when it repairs the file, beyond what the table of objects lists.
_RAW: Final = (b"/JavaScript", b"/Launch", b"/RichMedia", b"/EmbeddedFile", b"/SubmitForm")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_DEPTH: Final = 60
_READ: Final = 30  # pages whose letters are counted


def pages(content: bytes) -> dict[str, int]:
    """Return the number of pages, and of letters on the first 30; refuse what can act."""
    from pypdf import PdfReader  # noqa: PLC0415 - inside the limits

    if b"%PDF-" not in content[:1024]:
        reason = "not_kind"
        raise Refused(reason)
    named = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    if any(name in named for name in _RAW):
        reason = "active"
        raise Refused(reason)
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        reason = "encrypted"
        raise Refused(reason)
    for one in _objects(reader):
        _refuse_active(one, 0)
    letters = sum(len("".join(page.extract_text().split())) for page in reader.pages[:_READ])
    return {"pages": len(reader.pages), "letters": letters}


def _objects(reader: Any) -> Iterator[Any]:
    from pypdf.generic import IndirectObject  # noqa: PLC0415

    yield reader.trailer
    listed = [(number, generation) for generation, table in reader.xref.items() for number in table]
    for number, generation in [*listed, *((number, 0) for number in reader.xref_objStm)]:
        yield IndirectObject(number, generation, reader).get_object()


def _refuse_active(value: Any, depth: int) -> None:
    from pypdf.generic import IndirectObject  # noqa: PLC0415

    if isinstance(value, IndirectObject):
        return
    if depth > _DEPTH:
        reason = "limits"
        raise Refused(reason)
    if isinstance(value, dict):
        raw = dict(value.items())
        acts = not _KEYS.isdisjoint(raw) or raw.get("/S") in _ACTIONS or raw.get("/Subtype") in _PARTS
        if acts:
            reason = "active"
            raise Refused(reason)
        for part in raw.values():
            _refuse_active(part, depth + 1)
    elif isinstance(value, list):
        for part in list.__iter__(value):
            _refuse_active(part, depth + 1)
