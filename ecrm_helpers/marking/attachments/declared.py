"""What an assignment asks for beside its notebook."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.messages import attachments as say

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["KINDS", "Declared", "declared", "same_name"]

KINDS: Final = ("docx", "pdf", "xlsx", "png", "json")
MAX_MB: Final = 50
_NAME: Final = re.compile(r"[\w*() .（）-]{1,80}\.(docx|pdf|xlsx|png|json)")
_KEYS: Final = {"name", "label", "max_mb", "task"}


@dataclass(frozen=True)
class Declared:
    """One attachment: file name or pattern, what it is called, size in MB, the task it belongs to."""

    name: str
    label: str
    max_mb: float = 10
    task: str = ""

    @property
    def kind(self) -> str:
        """The file type: docx, pdf, xlsx, png or json."""
        return self.name.rpartition(".")[2]

    def fits(self, file_name: str) -> bool:
        """Tell whether a file is meant.

        Examples
        --------
        >>> Declared("*.docx", "报告").fits("我的报告.DOCX"), Declared("a.pdf", "报告").fits("b.pdf")
        (True, False)
        """
        pattern = "".join(".*" if mark == "*" else re.escape(mark) for mark in same_name(self.name))
        return re.fullmatch(pattern, same_name(file_name)) is not None


def same_name(name: str) -> str:
    """Return a file name as it is compared: macOS takes accents apart, Windows knows no case."""
    return unicodedata.normalize("NFC", name).casefold()


def declared(release: Mapping[str, Any]) -> list[Declared]:
    """Return the attachments that a released notebook declares.

    Raises
    ------
    MarkingError
        A declaration is not what the module's description says: the solution must be mended.

    Examples
    --------
    >>> wanted = [{"name": "report.docx", "label": "调研报告", "max_mb": 5}]
    >>> declared({"metadata": {"ecrm": {"attachments": wanted}}})
    [Declared(name='report.docx', label='调研报告', max_mb=5.0, task='')]
    """
    ours = release["metadata"].get("ecrm", {})
    told = ours.get("attachments", []) if hasattr(ours, "get") else []
    if not isinstance(told, list):
        message = say.bad_declaration(str(told)[:200])
        raise MarkingError(message)
    return [_declared(one) for one in told]


def _declared(told: Any) -> Declared:
    sound = (
        isinstance(told, dict)
        and {"name", "label"} <= set(told) <= _KEYS
        and all(isinstance(told.get(key, ""), str) for key in ("name", "label", "task"))
        and _NAME.fullmatch(told["name"]) is not None
        and told["name"].count("*") <= 1
        and bool(told["label"].strip())
        and isinstance(told.get("max_mb", 1), int | float)
        and math.isfinite(told.get("max_mb", 1))
        and 0 < told.get("max_mb", 1) <= MAX_MB
    )
    if not sound:
        message = say.bad_declaration(str(told)[:200])
        raise MarkingError(message)
    return Declared(told["name"], told["label"], float(told.get("max_mb", 10)), told.get("task", ""))
