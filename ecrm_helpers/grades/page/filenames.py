"""File names made of ids: safe on every system, and two ids never share one."""

from __future__ import annotations

import hashlib
import re

__all__ = ["page_name"]

_LONG = 80
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)")


def page_name(shown_id: str) -> str:
    """Name a student's page; everything but letters, figures, - and _ is written as =HEX=.

    Examples
    --------
    >>> page_name("0202601A"), page_name("../a"), page_name("CON")
    ('0202601A.html', '=2e==2e==2f=a.html', 'CON=.html')
    """
    safe = re.sub(r"[^0-9A-Za-z_-]", lambda found: f"={ord(found[0]):x}=", shown_id)
    if len(safe) > _LONG:
        safe = f"{safe[:_LONG]}={hashlib.sha256(shown_id.encode()).hexdigest()[:12]}"
    if not safe or _RESERVED.fullmatch(safe):
        safe += "="
    return f"{safe}.html"
