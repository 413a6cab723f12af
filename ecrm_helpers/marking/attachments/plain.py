"""Pictures and JSON data that were attached; runs where time and memory are limited."""

from __future__ import annotations

import io
import json
from typing import Final

from ecrm_helpers.marking.attachments.refusal import Refused

__all__ = ["data", "picture"]

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PIXELS: Final = 50_000_000


def picture(content: bytes) -> dict[str, int]:
    """Return width and height of a PNG that can be decoded to its end."""
    from PIL import Image  # noqa: PLC0415 - inside the limits

    if not content.startswith(_PNG):
        reason = "not_kind"
        raise Refused(reason)
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
            width, height = image.size
            if width * height > _PIXELS:
                reason = "limits"
                raise Refused(reason)
            image.load()
    except Image.DecompressionBombError as error:
        reason = "limits"
        raise Refused(reason) from error
    return {"width": width, "height": height}


def data(content: bytes) -> dict[str, int]:
    """Return the number of entries of a JSON list or object."""
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        reason = "not_kind"
        raise Refused(reason) from error
    return {"entries": len(value) if isinstance(value, list | dict) else 1}
