"""Beginner slips in a notebook: one Chinese line and a 提示 line above a short traceback."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["install", "shell"]


def shell() -> Any:
    """Return the running IPython shell, or None outside IPython; never imports IPython."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def install() -> None:
    """Install the hook in the running IPython shell, once."""
