"""Ask a limited process what an attached file holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.marking.limited import LimitedError, read_apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["examined"]

SECONDS: Final = 20
_READER: Final = "ecrm_helpers.marking.attachments.reader"
_MOST: Final = 2**53


def examined(files: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return files as `gather` found them with what is in them.

    Returns
    -------
    list of dict
        Each file with ``about`` (numbers by name) or ``refused`` (why it is not kept: ``macro``, ``active``,
        ``external``, ``encrypted``, ``not_kind``, ``broken``, ``limits``).
    """
    return [{**file, **_examined(file["kind"], file["data"])} for file in files]


def _examined(kind: str, data: bytes) -> dict[str, Any]:
    try:
        told = read_apart(_READER, json.dumps(kind).encode() + b"\n" + data, seconds=SECONDS)
    except LimitedError:
        return {"refused": "limits"}
    if "refused" in told:
        return {"refused": str(told["refused"])[:20]}
    sound = {name: value for name, value in told.items() if isinstance(value, int) and 0 <= value < _MOST}
    return {"about": sound}
