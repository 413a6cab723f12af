"""The outputs and cells of a marked notebook in a form that is safe to show, and figures as pictures.

`CleanStudentWork` is named in ``c.HTMLExporter.preprocessors``: nbgrader's feedback and its formgrader both
use that exporter. It reads a notebook as hostile: of every cell only what is listed here is kept.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any, Final

from nbconvert.preprocessors import Preprocessor
from traitlets import Bool

from ecrm_helpers.marking.pages.cleaning import clean_html, clean_markdown, clean_text, image
from ecrm_helpers.marking.pages.drawing import picture_of
from ecrm_helpers.messages import feedback as say

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["CleanStudentWork", "clean_cell", "clean_output"]

MAX_OUTPUTS: Final = 60
MAX_FIGURES: Final = 80  # of a notebook: drawing one takes a fifth of a second
MAX_SOURCE: Final = 40_000
MAX_TRACEBACK: Final = 200
PLOTLY: Final = "application/vnd.plotly.v1+json"
WIDGET: Final = "application/vnd.jupyter.widget-view+json"
_PICTURES: Final = ("image/png", "image/jpeg", "image/gif", "image/svg+xml")
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_VISIBLE: Final = re.compile(r"<img|[^\s<>](?![^<>]*>)")
_TOLD: Final[dict[str, Any]] = {  # of nbgrader's own metadata: what each entry may be
    "grade": bool, "solution": bool, "task": bool, "locked": bool, "grade_id": str, "points": (int, float),
    "schema_version": int, "cell_type": str, "checksum": str, "remove": bool,
}  # fmt: skip


class CleanStudentWork(Preprocessor):
    """Rebuilds every cell from what is safe to show."""

    enabled = Bool(default_value=True).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return a cleaned copy; the notebook given is not changed."""
        from nbformat import NotebookNode, from_dict  # noqa: PLC0415 - a second to import

        told = nb.metadata.get("ecrm", {})
        made = NotebookNode(nbformat=4, nbformat_minor=5, metadata=NotebookNode())
        made.metadata["language_info"] = from_dict({"name": "python", "pygments_lexer": "python"})
        made.metadata["ecrm"] = from_dict(told if isinstance(told, dict) else {})
        made.cells, left = [], MAX_FIGURES
        for number, cell in enumerate(nb.cells):
            made.cells.append(clean_cell(cell, number, figures=left))
            left -= sum(_is_figure(output) for output in _listed(cell))
        return made, resources


def clean_cell(cell: Any, number: int = 0, *, figures: int = MAX_FIGURES) -> NotebookNode:
    """Return a cell of which everything may be put on a page.

    Parameters
    ----------
    cell : NotebookNode
        Of any type; a raw cell becomes a text in Markdown.
    number : int, default=0
        Its place, which becomes its id where its own is none.
    figures : int
        How many of its plotly figures are drawn.
    """
    from nbformat import from_dict  # noqa: PLC0415 - a second to import

    kind = cell.get("cell_type")
    source = _joined(cell.get("source"))
    own = cell.get("id")
    made: dict[str, Any] = {
        "cell_type": "code" if kind == "code" else "markdown",
        "id": own if isinstance(own, str) and _ID.fullmatch(own) else f"cell-{number}",
        "metadata": _metadata(cell.get("metadata")),
    }
    if kind == "code":
        listed = _listed(cell)
        made["source"] = clean_text(source, limit=MAX_SOURCE)
        made["execution_count"] = None
        made["outputs"] = []
        for output in listed[:MAX_OUTPUTS]:
            made["outputs"].append(clean_output(output, draw=figures > 0))
            figures -= _is_figure(output)
        if len(listed) > MAX_OUTPUTS:
            made["outputs"].append(_stream(say.MORE_OUTPUTS))
    elif kind == "markdown":
        made["source"] = clean_markdown(source, cell.get("attachments"))
    else:
        made["source"] = f"<div><pre>{html.escape(clean_text(source))}</pre></div>".replace("\n", "&#10;")
    return from_dict(made)


def _metadata(metadata: Any) -> dict[str, Any]:
    """Keep what nbgrader and we wrote there, typed; tags, names and alternative texts go."""
    kept: dict[str, Any] = {}
    told = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if isinstance(told, dict) and isinstance(told.get("grade_id"), str) and _ID.fullmatch(told["grade_id"]):
        kept["nbgrader"] = {
            name: told[name] for name, of in _TOLD.items() if name in told and isinstance(told[name], of)
        }
    ours = metadata.get("ecrm") if isinstance(metadata, dict) else None
    if isinstance(ours, dict) and isinstance(ours.get("status"), str):
        kept["ecrm"] = {"status": ours["status"][:40]}
    return kept


def _listed(cell: Any) -> list[Any]:
    outputs = cell.get("outputs")
    return outputs if isinstance(outputs, list) else []


def _is_figure(output: Any) -> bool:
    data = output.get("data") if isinstance(output, dict) else None
    return isinstance(data, dict) and PLOTLY in data


def clean_output(output: Any, *, draw: bool = True) -> dict[str, Any]:
    """Return an output as text, as clean HTML or as a picture; without `draw` a figure is not drawn.

    Examples
    --------
    >>> clean_output({"output_type": "display_data", "data": {"text/html": "<script>x()</script>"}})["data"]
    {'text/plain': ''}
    >>> clean_output({"output_type": "stream", "name": "stdout", "text": ["a", "b"]})["text"]
    'ab'
    """
    kind = output.get("output_type") if isinstance(output, dict) else None
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return _stream(clean_text(_joined(output.get("text"))), name)
    if kind == "error":
        lines = output.get("traceback")
        listed = (
            [clean_text(_joined(line)) for line in lines[-MAX_TRACEBACK:]] if isinstance(lines, list) else []
        )
        name, value = (clean_text(_joined(output.get(part)), limit=4_000) for part in ("ename", "evalue"))
        return {"output_type": "error", "ename": name, "evalue": value, "traceback": listed}
    if kind not in ("display_data", "execute_result"):
        return _stream("")
    data = output.get("data")
    made: dict[str, Any] = {
        "output_type": kind,
        "metadata": {},
        "data": _shown(data if isinstance(data, dict) else {}, draw=draw),
    }
    if kind == "execute_result":
        made["execution_count"] = None
    return made


def _shown(data: dict[str, Any], *, draw: bool) -> dict[str, str]:
    """Return the one form of an output that says most, and the plain text beside it."""
    plain = clean_text(_joined(data.get("text/plain")))
    forms = _FORMS if draw else _FORMS[1:]
    made = next((shown for form in forms if (shown := form(data, plain))), None)
    if made is not None:
        return {"text/html": made, "text/plain": plain}
    return {"text/plain": plain or (say.SCRIPT if "application/javascript" in data else "")}


def _figure(data: dict[str, Any], plain: str) -> str | None:
    drawn = picture_of(data[PLOTLY]) if PLOTLY in data else None
    return image("image/png", drawn.data, drawn.alt or _alt(plain)) if drawn is not None else None


def _widget(data: dict[str, Any], _plain: str) -> str | None:
    return f"<p>{say.WIDGET}</p>" if WIDGET in data else None


def _page(data: dict[str, Any], _plain: str) -> str | None:
    cleaned = clean_html(_joined(data.get("text/html")))
    return cleaned if _VISIBLE.search(cleaned) else None


def _picture(data: dict[str, Any], plain: str) -> str | None:
    kind = next((kind for kind in _PICTURES if kind in data), None)
    if kind is None:
        return None
    return image(kind, _joined(data[kind]), _alt(plain)) or f"<p>{say.BAD_IMAGE}</p>"


def _prose(data: dict[str, Any], _plain: str) -> str | None:
    return clean_markdown(_joined(data["text/markdown"])) if "text/markdown" in data else None


def _formula(data: dict[str, Any], _plain: str) -> str | None:
    source = clean_text(_joined(data.get("text/latex")), limit=4_000)
    return f"<pre>{html.escape(source)}</pre>" if source else None


def _undrawn(data: dict[str, Any], _plain: str) -> str | None:
    return f"<p>{say.NO_FIGURE}</p>" if PLOTLY in data else None


def _alt(plain: str) -> str:
    told = plain and "\n" not in plain and not plain.startswith(("<", "Figure"))
    return plain if told else say.FIGURE_ALT


_FORMS: Final = (_figure, _widget, _page, _picture, _prose, _formula, _undrawn)


def _stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def _joined(text: Any) -> str:
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return "".join(part for part in text if isinstance(part, str))
    return ""
