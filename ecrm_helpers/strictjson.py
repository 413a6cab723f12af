"""Read JSON as the standard defines it, from a source that is not trusted.

Python's own reader lets through NaN, 1e400 as infinity, lone surrogates and repeated keys, and nesting that
breaks the next reader.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.errors import MarkingError

if TYPE_CHECKING:
    from ecrm_helpers.plaindata import Plain

__all__ = ["MAX_BYTES", "strict_loads"]

MAX_BYTES: Final = 512 * 1024  # more than the largest value `plaindata.plain` lets a session record
MAX_DEPTH: Final = 20
_MAX_INTEGER: Final = 2**63


def strict_loads(text: str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Plain:
    """Read JSON as the standard defines it, from a source that is not trusted.

    Parameters
    ----------
    text : str
        One JSON document.
    max_bytes : int
        Largest size in UTF-8.
    max_depth : int
        Deepest nesting of lists and objects.

    Raises
    ------
    MarkingError
        On a repeated key, NaN or infinity (also written as 1e400), a lone surrogate, an integer beyond 64
        bits, deeper nesting or a larger document than allowed, or text that is no JSON.

    Examples
    --------
    >>> strict_loads('{"v": 1, "value": [1, 2.5]}')
    {'v': 1, 'value': [1, 2.5]}
    """
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        message = "JSON with a lone surrogate"
        raise MarkingError(message) from error
    if size > max_bytes:
        message = f"JSON of at most {max_bytes} bytes expected, {size} came"
        raise MarkingError(message)
    _check_depth(text, max_depth)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_float=_strict_float,
            parse_int=_strict_int,
        )
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        message = f"no plain JSON: {type(error).__name__}"
        raise MarkingError(message) from error
    return value


def _check_depth(text: str, max_depth: int) -> None:
    depth, in_string, escaped = 0, False, False
    for mark in text:
        if in_string:
            in_string = escaped or mark != '"'
            escaped = mark == "\\" and not escaped
        elif mark == '"':
            in_string = True
        elif mark in "[{":
            depth += 1
            if depth > max_depth:
                message = f"JSON nested at most {max_depth} deep expected"
                raise MarkingError(message)
        elif mark in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        message = "JSON object with a repeated key"
        raise MarkingError(message)
    return made


def _refuse_constant(name: str) -> float:
    message = f"JSON with the constant {name}"
    raise MarkingError(message)


def _strict_float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        message = "JSON with a number beyond the range of floats"
        raise MarkingError(message)
    return value


def _strict_int(text: str) -> int:
    if len(text) > len(str(_MAX_INTEGER)) + 1 or abs(int(text)) >= _MAX_INTEGER:
        message = "JSON with an integer beyond 64 bits"
        raise MarkingError(message)
    return int(text)
