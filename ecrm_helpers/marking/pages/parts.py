"""The parts of a page: questions, answers with their outputs, results of tasks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

from ecrm_helpers.marking.judge.check import answer_task
from ecrm_helpers.marking.pages.cleaning import clean_html, clean_markdown, clean_text
from ecrm_helpers.marking.pages.tasks import Task, is_judged, plain_words, task_of, title_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

__all__ = ["Part", "coloured", "highlighted", "outputs_of", "parts_of"]

MAX_HIGHLIGHTED: Final = 20_000
MAX_COLOURED: Final = 60_000  # characters of code in a notebook that get colours
_HEADING: Final = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_TO_FILE: Final = re.compile(r'<a href="attachments/[^>]*>(.*?)</a>', re.DOTALL)
_SCHEME: Final = "BEGIN MARK SCHEME"  # nbgrader's mark of what only teachers read
_NOTES_CELL: Final = "ecrm-notes"
_ADDED: Final = "ecrm-"  # lists that rebuilding put in: no question
_OWN: Final = "own-"
_UNTOLD: Final = {"grade": False, "solution": False, "task": False, "grade_id": "", "points": 0}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One cell on the page: `html`, `code`, `outputs` and `comment` are clean, `told` is nbgrader's entry.

    `judged`: the outputs are the judge's verdict, not something the student's process shows.
    """

    kind: Literal["text", "answer", "written", "code", "own", "own_text", "result"]
    html: Any = ""
    code: Any = ""
    outputs: tuple[Any, ...] = ()
    task: Task | None = None
    comment: Any = ""
    heading: str = ""
    judged: bool = False
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
        By cell: ``points``, ``full``, ``waits``, ``by_teacher``, ``auto``, ``extra``.
    comments : mapping of str to str
        The teacher's, in Markdown.
    held : bool, default=False
        Leave out points, messages, comments, and what could tell them.
    for_teacher : bool, default=False
        Keep what students must not see: locked tests and the scheme of a task.
    """
    parts: list[Part] = []
    title, after_tests, left = "", False, MAX_COLOURED
    for cell in nb.cells:
        if str(cell.get("id")) == _NOTES_CELL:
            continue
        told = cell.metadata.get("nbgrader", {})
        left -= len(cell.source)
        made = _part(cell, told, for_teacher=for_teacher, colours=left > 0)
        if held and after_tests:
            made = replace(made, outputs=())  # whatever runs behind a test can print what became of it
        after_tests |= made.kind == "result" and answer_task(cell.source) != told.get("grade_id")
        if made.kind == "text" and not str(cell.get("id")).startswith(_ADDED):
            title = title_of(str(made.html)) or title
        row = grades.get(told.get("grade_id", ""))
        task = task_of(cell, told, row, title, held=held) if row is not None else None
        remark = "" if held else comments.get(told.get("grade_id", ""), "")
        comment = _safe(clean_markdown(remark)) if remark.strip() else ""
        parts.append(replace(made, task=task, comment=comment, told={**_UNTOLD, **told}))
    return parts


def _part(cell: Any, told: Mapping[str, Any], *, for_teacher: bool, colours: bool) -> Part:
    own = str(cell.get("id", "")).startswith(_OWN)
    if cell.cell_type == "markdown":
        kept = cell.source if for_teacher else cell.source.split(_SCHEME)[0]
        source = kept if kept == cell.source else clean_html(kept)
        if not for_teacher:
            source = _TO_FILE.sub(r"\1", source)  # released feedback is one file: nothing lies beside it
        if told.get("solution"):
            return Part(kind="written", html=_safe(source))
        found = _HEADING.search(source) if not own else None
        heading = plain_words(found[1]) if found else ""
        return Part(kind="own_text" if own else "text", html=_safe(source), heading=heading)
    if told.get("grade") and not told.get("solution"):
        shown = for_teacher
        return Part(
            kind="result",
            code=highlighted(cell.source, colours=colours) if shown else "",
            outputs=outputs_of(cell) if shown else (),
            judged=is_judged(cell),
        )
    kind: Literal["answer", "own", "code"] = "answer" if told.get("solution") else "own" if own else "code"
    return Part(kind=kind, code=highlighted(cell.source, colours=colours), outputs=outputs_of(cell))


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


def highlighted(source: str, *, colours: bool = True) -> Any:
    """Return Python source as HTML, with classes of its parts where `colours` are wanted."""
    from pygments import highlight  # noqa: PLC0415 - only for pages
    from pygments.formatters import HtmlFormatter  # noqa: PLC0415

    if not source.strip():
        return ""
    text = clean_text(source)
    if not colours or len(text) > MAX_HIGHLIGHTED:
        from markupsafe import escape  # noqa: PLC0415

        return escape(text)
    return _safe(highlight(text, _lexer(), HtmlFormatter(nowrap=True)).rstrip("\n"))


@cache
def _lexer() -> Any:
    from pygments.lexers import PythonLexer  # noqa: PLC0415 - only for pages

    return PythonLexer()  # IPython's own needs 13 seconds for "a.a.a.…" of 20,000 characters


def _safe(clean: str) -> Any:
    """Mark a text that has been cleaned as HTML for the template."""
    from markupsafe import Markup  # noqa: PLC0415 - only for pages

    return Markup(clean)  # noqa: S704 - all of it went through `cleaning`
