"""Write what holds personal data: for its owner only, whole or not at all, no text run as a formula."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

__all__ = ["neutral", "write_privately"]

LIVE = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def neutral(text: str) -> str:
    """Put a quote before a text that a spreadsheet would run as a formula.

    Examples
    --------
    >>> neutral("=1+1"), neutral("王芳")
    ("'=1+1", '王芳')
    """
    return f"'{text}" if text.startswith(LIVE) else text


def write_privately(path: Path, content: bytes) -> Path:
    """Write aside with mode 0600 and move into place, so that a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    return path
