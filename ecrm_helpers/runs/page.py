"""An executed unit as one HTML file: no kernel, no server, no request to anywhere.

Explorers and quizzes run from their saved state, figures from plotly's own script, which travels packed
inside the page. The security policy lets only these scripts run, by their hashes, so that a word from a
shop's table can never become one.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from ecrm_helpers.messages import unit as words
from ecrm_helpers.runs.page_text import Writer, clean, picture
from ecrm_helpers.widgets.save import SavedWidgets, saved_widgets

__all__ = ["unit_page"]

_HERE = Path(__file__).parent
_PLOTLY = "application/vnd.plotly.v1+json"
_WIDGET = "application/vnd.jupyter.widget-view+json"
_PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
_CHANGE = "# 改这里"
_CONTENTS_LEVEL = 2


def unit_page(notebook: dict[str, Any], *, title: str, file_name: str) -> str:
    """Turn an executed notebook into a page.

    Parameters
    ----------
    notebook : dict
        An executed notebook, as JSON or as nbformat gives it, with its widgets' state.
    title : str
        The page's title.
    file_name : str
        What the notebook is called, for the sentence that says where values can be changed.

    Returns
    -------
    str
        The whole page; equal notebooks give equal pages.

    Examples
    --------
    >>> cell = {"cell_type": "markdown", "metadata": {}, "source": "## 情境"}
    >>> page = unit_page({"cells": [cell], "metadata": {}}, title="单元 3", file_name="unit3.ipynb")
    >>> '<h2 id="ecrm-s0">情境</h2>' in page
    True
    """
    build = _Page(saved_widgets(notebook))
    body = "\n".join(build.cell(cell) for cell in notebook["cells"])
    contents = "\n".join(
        f'<li><a href="#{one.anchor}">{html.escape(one.text)}</a></li>'
        for one in build.writer.headings
        if one.level == _CONTENTS_LEVEL
    )
    # The script elements hold these texts with a line break on both sides: the hash counts them.
    own, loader = _text("page.js"), build.widgets.loader
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"script-src {_fingerprint(own)} {_fingerprint(loader)} blob:; "
        "style-src 'unsafe-inline'; img-src data:; font-src data:"
    )
    return Template(_text("page.html")).substitute(
        policy=policy,
        title=html.escape(title),
        style=_text("page.css"),
        contents=words.CONTENTS,
        toc=contents,
        show_code=words.SHOW_CODE,
        note=html.escape(words.PAGE_NOTE.format(notebook=file_name)),
        no_script=words.NO_SCRIPT,
        body=body,
        to_top=words.TO_TOP,
        state=build.widgets.state,
        figures=_json(build.figures),
        plotly=_packed_plotly() if build.figures else "",
        page_script=own,
        loader=loader,
    )


class _Page:
    """Collects what the cells need at the page's end: headings, figures, widgets."""

    def __init__(self, widgets: SavedWidgets) -> None:
        self.widgets = widgets
        self.writer = Writer()
        self.figures: list[dict[str, Any]] = []

    def cell(self, cell: dict[str, Any]) -> str:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            text = self.writer.cell(source)
            if "instructor" in cell["metadata"].get("tags", []):
                return f'<aside class="teach" aria-label="{words.INSTRUCTOR}">{text}</aside>'
            return f"<section>{text}</section>"
        if cell["cell_type"] != "code":
            return ""
        shown = "\n".join(filter(None, map(self.output, cell.get("outputs", []))))
        fold = cell["metadata"].get("ecrm", {}).get("reveal")
        if fold and shown:
            shown = f'<details class="fold"><summary>{html.escape(fold)}</summary>{shown}</details>'
        wide = " wide" if 'class="widget"' in shown else ""
        out = f'<div class="out">{shown}</div>' if shown else ""
        return f'<div class="cell{wide}">{_source(source)}{out}</div>'

    def output(self, output: dict[str, Any]) -> str:
        if output["output_type"] == "stream":
            return f"<pre>{html.escape(''.join(output['text']))}</pre>"
        if output["output_type"] == "error":
            said = f"{output['ename']}: {output['evalue']}"
            return f'<pre class="error">{html.escape(said)}</pre>'
        return self._shown({kind: _joined(value) for kind, value in output["data"].items()})

    def _shown(self, data: dict[str, Any]) -> str:
        """Render the richest form that a page can carry."""
        plain = data.get("text/plain", "")
        if _WIDGET in data:
            return self._widget(data[_WIDGET]["model_id"])
        if _PLOTLY in data:
            return self._figure(data[_PLOTLY], data.get("text/html") or html.escape(plain))
        if "text/html" in data:
            return clean(data["text/html"]).strip()
        for kind in _PICTURES:
            if kind in data:
                return clean(picture(data[kind], plain, kind=kind))
        if "text/markdown" in data:
            return self.writer.output(data["text/markdown"])
        return f"<pre>{html.escape(plain)}</pre>" if plain else ""

    def _widget(self, model: str) -> str:
        place = self.widgets.places.get(model)
        if place is None:
            return f"<p>{words.ONLY_IN_LAB}</p>"
        return f'<div class="widget" data-model="{place}"></div>'

    def _figure(self, figure: dict[str, Any], instead: str) -> str:
        self.figures.append({key: figure.get(key, {}) for key in ("data", "layout", "config")})
        return f'<div class="figure" data-figure="{len(self.figures) - 1}">{clean(instead)}</div>'


def _source(source: str) -> str:
    """Show the lines a reader is asked to change; all other code waits for the switch."""
    if not source.strip():
        return ""
    code = f'<pre class="source"><code>{html.escape(source)}</code></pre>'
    if _CHANGE not in source:
        return code
    return f'<div class="asks">{code}<small>{words.CHANGE_ELSEWHERE}</small></div>'


def _joined(value: Any) -> Any:
    """Join a text that nbformat's file form keeps as a list of lines."""
    return "".join(value) if isinstance(value, list) else value


def _json(value: Any) -> str:
    """Write JSON for a script element that no text in it can end."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _fingerprint(script: str) -> str:
    digest = hashlib.sha256(f"\n{script}\n".encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _text(name: str) -> str:
    return (_HERE / name).read_text("utf-8").strip("\n")


@cache
def _packed_plotly() -> str:
    """Return the script that came with the installed plotly, packed; browsers unpack it when needed."""
    import plotly  # noqa: PLC0415  only a page with figures needs it

    script = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    packed = base64.b64encode(gzip.compress(script.read_bytes(), mtime=0)).decode()
    return f'<script type="text/plain" id="ecrm-plotly">{packed}</script>'
