"""The parts of a page: questions, answers with their outputs, results of tasks."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

from ecrm_helpers.marking.cleaning import clean_html, clean_markdown, clean_text
from ecrm_helpers.marking.feedback import message_of
from ecrm_helpers.messages import feedback as say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

__all__ = ["Part", "Task", "coloured", "highlighted", "outputs_of", "parts_of"]

MAX_HIGHLIGHTED: Final = 20_000
_HEADING: Final = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_FIRST_LINE: Final = re.compile(r"<(h[1-6]|p|strong)[^>]*>(.*?)</\1>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")
_BRACKETS: Final = re.compile(r"[（(][^（）()]*[）)]\s*$")
_SCHEME: Final = "BEGIN MARK SCHEME"  # nbgrader's mark of what only teachers read
_NOTES_CELL: Final = "ecrm-notes"
_ADDED: Final = "ecrm-"  # lists that rebuilding put in: no question
_OWN: Final = "own-"
TITLE: Final = 40
_UNTOLD: Final = {"grade": False, "solution": False, "task": False, "grade_id": "", "points": 0}


@dataclass(frozen=True, kw_only=True)
class Task:
    """The result of one graded cell.

    Attributes
    ----------
    state : {'full', 'part', 'none', 'missing', 'waiting', 'held'}
    points : float or None
        None while nobody knows them.
    """

    grade_id: str
    title: str
    full: float
    points: float | None
    state: str
    message: str = ""
    extra: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Part:
    """One cell on the page: `html`, `code`, `outputs` and `comment` are clean, `told` is nbgrader's entry."""

    kind: Literal["text", "answer", "written", "code", "own", "own_text", "result"]
    html: Any = ""
    code: Any = ""
    outputs: tuple[Any, ...] = ()
    task: Task | None = None
    comment: Any = ""
    heading: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)


def parts_of(
    nb: NotebookNode,
    grades: Mapping[str, Mapping[str, Any]],
    comments: Mapping[str, str],
    *,
    held: bool = False,
    for_teacher: bool = False,
) -> list[Part]:
    """Return the parts of a page.

    Parameters
    ----------
    nb : NotebookNode
        Marked and cleaned.
    grades : mapping
        By cell: ``points``, ``full``, ``waits``, ``by_teacher``, ``extra``.
    comments : mapping of str to str
        The teacher's, in Markdown.
    held : bool, default=False
        Leave out points and messages.
    for_teacher : bool, default=False
        Keep what students must not see: locked tests and the scheme of a task.
    """
    parts: list[Part] = []
    title = ""
    for cell in nb.cells:
        if str(cell.get("id")) == _NOTES_CELL:
            continue
        told = cell.metadata.get("nbgrader", {})
        made = _part(cell, told, for_teacher=for_teacher)
        if made.kind == "text" and not str(cell.get("id")).startswith(_ADDED):
            title = _title(str(made.html)) or title
        row = grades.get(told.get("grade_id", ""))
        task = _task(cell, told, row, title, held=held) if row is not None else None
        remark = comments.get(told.get("grade_id", ""), "")
        comment = _safe(clean_markdown(remark)) if remark.strip() else ""
        parts.append(replace(made, task=task, comment=comment, told={**_UNTOLD, **told}))
    return parts


def _part(cell: Any, told: Mapping[str, Any], *, for_teacher: bool) -> Part:
    own = str(cell.get("id", "")).startswith(_OWN)
    if cell.cell_type == "markdown":
        kept = cell.source if for_teacher else cell.source.split(_SCHEME)[0]
        source = kept if kept == cell.source else clean_html(kept)
        if told.get("solution"):
            return Part(kind="written", html=_safe(source))
        found = _HEADING.search(source) if not own else None
        heading = _plain(found[1]) if found else ""
        return Part(kind="own_text" if own else "text", html=_safe(source), heading=heading)
    if told.get("grade") and not told.get("solution"):
        shown = for_teacher
        return Part(
            kind="result",
            code=highlighted(cell.source) if shown else "",
            outputs=outputs_of(cell) if shown else (),
        )
    kind: Literal["answer", "own", "code"] = "answer" if told.get("solution") else "own" if own else "code"
    return Part(kind=kind, code=highlighted(cell.source), outputs=outputs_of(cell))


def _task(cell: Any, told: Mapping[str, Any], row: Mapping[str, Any], title: str, *, held: bool) -> Task:
    status = cell.metadata.get("ecrm", {}).get("status", "")
    written = bool(told.get("solution") or told.get("task"))
    missing = status == "missing" and not row["by_teacher"]
    state, points, message = (
        _state(row, missing=missing),
        float(row["points"]),
        message_of(cell.get("outputs", [])),
    )
    if written:
        message = say.WRITTEN_WAITING if state == "waiting" else say.WRITTEN_DONE
    if held:
        message = say.HELD_WRITTEN if written else say.HELD_MISSING if missing else say.HELD_RECEIVED
        state = "missing" if missing else "held"
    known = (state != "waiting" or points > 0) and state != "held" and not (held and missing)
    return Task(
        grade_id=told["grade_id"],
        title=title or say.UNNAMED_TASK,
        full=float(row["full"]),
        points=points if known else None,
        state=state,
        message=message,
        extra=0.0 if held else float(row["extra"]),
    )


def _state(row: Mapping[str, Any], *, missing: bool) -> str:
    if row["waits"]:
        return "waiting"
    if missing:
        return "missing"
    if row["points"] >= row["full"]:
        return "full"
    return "part" if row["points"] > 0 else "none"


def _title(source: str) -> str:
    """Return the name of a task: the first heading, paragraph or bold words of its question."""
    found = _FIRST_LINE.search(source)
    if found is None:
        return ""
    bold = re.match(r"\s*<strong>(.*?)</strong>", found[2], re.DOTALL)
    words = _BRACKETS.sub("", _plain(bold[1] if bold else found[2])).strip()
    return words if len(words) <= TITLE else f"{words[: TITLE - 1]}…"


def _plain(source: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", source)).split())


def outputs_of(cell: Any) -> tuple[Any, ...]:
    """Return the outputs of a cleaned code cell as HTML."""
    shown = [_output(output) for output in cell.get("outputs", [])]
    return tuple(_safe(one) for one in shown if one)


def _output(output: Any) -> str:
    if output["output_type"] == "stream":
        text = output["text"]
        return f'<pre class="{output["name"]}">{coloured(text)}</pre>' if text.strip() else ""
    if output["output_type"] == "error":
        lines = "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"
        return f'<pre class="error">{coloured(lines)}</pre>'
    data = output["data"]
    if "text/html" in data:
        return f'<div class="shown">{data["text/html"]}</div>'
    plain = data.get("text/plain", "")
    return f"<pre>{coloured(plain)}</pre>" if plain.strip() else ""


def coloured(text: str) -> str:
    """Return terminal text as HTML; its colours become classes."""
    from nbconvert.filters.ansi import ansi2html  # noqa: PLC0415 - a second to import

    return str(ansi2html(clean_text(text)))


def highlighted(source: str) -> Any:
    """Return Python source as HTML with classes of its parts."""
    from pygments import highlight  # type: ignore[import-untyped]  # noqa: PLC0415 - only for pages
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]  # noqa: PLC0415

    if not source.strip():
        return ""
    text = clean_text(source)
    if len(text) > MAX_HIGHLIGHTED:
        from markupsafe import escape  # noqa: PLC0415

        return escape(text)
    return _safe(highlight(text, _lexer(), HtmlFormatter(nowrap=True)).rstrip("\n"))


@cache
def _lexer() -> Any:
    from IPython.lib.lexers import IPython3Lexer  # noqa: PLC0415 - only for pages

    return IPython3Lexer()


def _safe(clean: str) -> Any:
    """Mark a text that has been cleaned as HTML for the template."""
    from markupsafe import Markup  # noqa: PLC0415 - only for pages

    return Markup(clean)  # noqa: S704 - all of it went through `cleaning`
