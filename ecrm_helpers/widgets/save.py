"""Write widgets as one plain HTML file that opens from a disk or a phone and moves, with no kernel."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
from ipywidgets.embed import dependency_state

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.messages import widgets as say

__all__ = ["SavedWidgets", "save_html", "saved_widgets"]

_STATE_MIME = "application/vnd.jupyter.widget-state+json"
_VIEW_MIME = "application/vnd.jupyter.widget-view+json"
_SOURCES = ("_esm", "_css")
_LAYOUT = ("layout", "tabbable", "tooltip")
_LOADER = Path(__file__).parent / "src" / "page.js"
_PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' blob:; \
style-src 'unsafe-inline'; img-src data:; font-src data:">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; padding: clamp(16px, 4vw, 40px); background: #fff; color: #1d2433; }}
main {{ max-width: 1120px; margin: auto; display: grid; grid-template-columns: minmax(0, 1fr); gap: 48px; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #16191f; color: #e9ebef; }} }}
</style>
</head>
<body>
<main>
{places}
</main>
<script type="application/json" id="ecrm-state">{state}</script>
<script type="module">
{loader}
</script>
</body>
</html>
"""


@dataclass(frozen=True)
class SavedWidgets:
    """What a page of its own making needs to run the widgets of an executed notebook.

    `places` gives, by model id, the name to write into an element's ``data-model``; `state` is the JSON for
    ``<script type="application/json" id="ecrm-state">``; `loader` the module script that runs them.
    """

    places: dict[str, str]
    state: str
    loader: str


def saved_widgets(notebook: dict[str, Any]) -> SavedWidgets:
    """Return the widgets that an executed notebook shows, ready for any page.

    Parameters
    ----------
    notebook : dict
        A notebook as JSON or as nbformat gives it; widgets of other kinds are passed over.

    Examples
    --------
    >>> saved_widgets({"cells": [], "metadata": {}}).places
    {}
    """
    found = _shown(notebook)
    state, scripts, styles = _share_sources(list(found.values()))
    return SavedWidgets(
        places=dict(zip(found, state, strict=True)),
        state=_document(state, scripts, styles),
        loader=_LOADER.read_text("utf-8"),
    )


def save_html(widgets: Any, path: str | Path, *, title: str = say.PAGE_TITLE) -> Path:
    """Save widgets, as they stand now, as one self-contained HTML page.

    Parameters
    ----------
    widgets : widget, iterable of widgets, or path to an executed notebook
        Explorers and quizzes; from a notebook, every anywidget that an output shows, in order.
    path : str or Path
        The file to write; its folder must exist.
    title : str, optional
        The page's title.

    Returns
    -------
    Path
        The file written. Equal widgets give equal bytes.

    Raises
    ------
    SettingsError
        If no widget is given, or something other than a widget of this kind.
    DataError
        If the notebook cannot be read or holds no saved widget.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from ecrm_helpers.widgets import Quiz, choice
    >>> with TemporaryDirectory() as folder:
    ...     page = save_html(Quiz([choice("1 + 1 = ?", ["1", "2"], "2")]), Path(folder) / "quiz.html")
    ...     "https://" in page.read_text("utf-8")
    False
    """
    records = _from_notebook(Path(widgets)) if isinstance(widgets, str | Path) else _from_widgets(widgets)
    state, scripts, styles = _share_sources(records)
    target = Path(path)
    target.write_text(
        _PAGE.format(
            title=html.escape(title),
            places="\n".join(f'<div data-model="{key}"></div>' for key in state),
            state=_document(state, scripts, styles),
            loader=_LOADER.read_text("utf-8"),
        ),
        "utf-8",
    )
    return target


def _from_widgets(widgets: Any) -> list[dict[str, Any]]:
    listed = list(widgets) if isinstance(widgets, Iterable) else [widgets]
    if not listed:
        raise SettingsError(say.no_widgets())
    for widget in listed:
        if not isinstance(widget, anywidget.AnyWidget):
            message = say.not_widget(widget)
            raise SettingsError(message)
    models = dependency_state(listed, drop_defaults=False)
    return [_record(models[widget.model_id]) for widget in listed]


def _from_notebook(path: Path) -> list[dict[str, Any]]:
    try:
        notebook = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        message = say.unreadable_notebook(path)
        raise DataError(message) from error
    records = list(_shown(notebook).values())
    if not records:
        message = say.no_saved_widgets(path)
        raise DataError(message)
    return records


def _shown(notebook: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the records of the anywidgets that outputs show, by model id, in order."""
    models = notebook.get("metadata", {}).get("widgets", {}).get(_STATE_MIME, {}).get("state", {})
    shown = [
        output["data"][_VIEW_MIME]["model_id"]
        for cell in notebook.get("cells", [])
        for output in cell.get("outputs", [])
        if _VIEW_MIME in output.get("data", {})
    ]
    return {
        key: _record(models[key]) for key in shown if models.get(key, {}).get("model_module") == "anywidget"
    }


def _document(state: dict[str, Any], scripts: dict[str, str], styles: dict[str, str]) -> str:
    """Return the JSON that page.js reads; no text in it can end the script element."""
    document = {"state": state, "scripts": scripts, "styles": styles}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _record(model: dict[str, Any]) -> dict[str, Any]:
    """Keep what the browser code reads: no layout, no names that change from run to run."""
    state = {
        name: value
        for name, value in model["state"].items()
        if name in _SOURCES or not (name.startswith("_") or name in _LAYOUT)
    }
    return {"state": state, "buffers": model.get("buffers", [])}


def _share_sources(
    records: list[dict[str, Any]],
) -> tuple[dict[str, Any], dict[str, str], dict[str, str]]:
    """Give each model a short name and keep each distinct script and style once."""
    scripts: dict[str, str] = {}
    styles: dict[str, str] = {}
    models = {}
    for place, record in enumerate(records):
        state = {key: value for key, value in record["state"].items() if key not in _SOURCES}
        for name, shelf in zip(_SOURCES, (scripts, styles), strict=True):
            text = record["state"].get(name, "")
            key = f"ecrm-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
            shelf[key] = text
            state[f"{name}_key"] = key
        models[f"m{place}"] = {**record, "state": state}
    return models, scripts, styles
