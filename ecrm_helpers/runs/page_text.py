"""Markdown, formulas and foreign HTML as safe HTML that asks nobody for anything."""

from __future__ import annotations

import base64
import html
import io
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ecrm_helpers.messages import unit as words

__all__ = ["Heading", "Writer", "clean", "formula", "picture"]

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "del", "details", "div", "em", "figcaption", "figure", "h1",
    "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "s", "small", "span", "strong",
    "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"style", "title", "role", "aria-label"},
    "a": {"href"},
    "div": {"class", "tabindex"},
    "img": {"src", "alt", "class", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
_STYLES = {
    "text-align", "white-space", "min-width", "max-width", "width", "height", "overflow-x", "vertical-align",
}  # fmt: skip
_CLASSES = {"math", "math block", "scroll"}
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=]*")
_ID = re.compile(r"ecrm-s\d+")
_POINTS = 12.0
_BLOCK_SCALE = 1.2


@dataclass(frozen=True)
class Heading:
    """One heading of the page: where it stands and what it says, as plain text."""

    level: int
    anchor: str
    text: str


@dataclass
class Writer:
    """Turns Markdown into HTML and remembers the headings it met."""

    headings: list[Heading] = field(default_factory=list)

    def cell(self, text: str) -> str:
        """Render a notebook's own text: headings get anchors, formulas become pictures."""
        return clean(_markdown(self, trusted=True)(text))

    def output(self, text: str) -> str:
        """Render what a cell said: it can hold a shop's foreign words, so HTML in it stays text."""
        return clean(_markdown(self, trusted=False)(text))


def clean(text: str) -> str:
    """Keep the HTML that formats and drop what runs, asks, frames or submits.

    Examples
    --------
    >>> clean('<p onclick="x()">好<script>alert(1)</script><img src="https://a.example/b.png"></p>')
    '<p>好<img></p>'
    """
    import nh3  # noqa: PLC0415  the instructor's extra

    return nh3.clean(
        text,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        filter_style_properties=_STYLES,
        url_schemes={"https", "http", "mailto", "data"},
    )


def _kept(_tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if _PICTURE.fullmatch(value) else None
    if name == "href":
        return value if value.startswith(("https:", "http:", "mailto:", "#")) else None
    if name == "class":
        return value if value in _CLASSES else None
    if name == "id":
        return value if _ID.fullmatch(value) else None
    return value


def picture(data: str, alt: str, *, kind: str) -> str:
    """Return an ``<img>`` that carries its picture and its words.

    Parameters
    ----------
    data : str
        As a notebook's output holds it: base64, or for SVG the text itself.
    alt, kind : str
        Alternative text and MIME type.
    """
    packed = base64.b64encode(data.encode()).decode() if kind == "image/svg+xml" else "".join(data.split())
    return f'<img src="data:{kind};base64,{packed}" alt="{html.escape(alt)}">'


@cache
def formula(tex: str, *, block: bool = False) -> str:
    """Draw a TeX formula as an SVG picture whose alternative text is the formula.

    Examples
    --------
    >>> formula("m/2").startswith('<img class="math" alt="m/2" style="height:')
    True
    """
    import matplotlib as mpl  # noqa: PLC0415  half a second that a page without formulas saves
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415
    from matplotlib.mathtext import MathTextParser  # noqa: PLC0415

    source = f"${tex.strip()}$".replace(r"\frac", r"\dfrac" if block else r"\frac")
    font = FontProperties(size=_POINTS, family="DejaVu Sans", math_fontfamily="cm")
    try:
        width, height, depth, _, _ = MathTextParser("path").parse(source, dpi=72, prop=font)
    except ValueError:  # not TeX that matplotlib knows: the reader sees what was written
        return f"<code>{html.escape(tex)}</code>"
    figure = Figure(figsize=(width / 72, height / 72))
    figure.text(0, depth / height, source, fontproperties=font)
    drawn = io.BytesIO()
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "ecrm"}):
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    data = base64.b64encode(drawn.getvalue()).decode()
    em = _POINTS / (_BLOCK_SCALE if block else 1)
    size = f"height:{height / em:.3f}em;vertical-align:{-depth / em:.3f}em"
    kind = "math block" if block else "math"
    return (
        f'<img class="{kind}" alt="{html.escape(tex)}" style="{size}" src="data:image/svg+xml;base64,{data}">'
    )


def _markdown(writer: Writer, *, trusted: bool) -> Any:
    """Build a renderer; a fresh one each time, because it writes into `writer`."""
    import mistune  # noqa: PLC0415  the instructor's extra

    class Renderer(mistune.HTMLRenderer):
        def heading(self, text: str, level: int, **_: Any) -> str:
            anchor = f"ecrm-s{len(writer.headings)}"
            plain = html.unescape(re.sub(r"<[^>]+>", "", text))
            writer.headings.append(Heading(level, anchor, plain))
            return f'<h{level} id="{anchor}">{text}</h{level}>\n'

        def table(self, text: str) -> str:
            label = f'role="region" tabindex="0" aria-label="{words.TABLE_SCROLLS}"'
            return f'<div class="scroll" {label}><table>{text}</table></div>\n'

    renderer = Renderer(escape=not trusted)
    parser = mistune.create_markdown(renderer=renderer, plugins=["table", "strikethrough"])
    if trusted:
        from mistune.plugins.math import math  # noqa: PLC0415

        math(parser)
        renderer.register("block_math", lambda _, text: f"<p>{formula(text, block=True)}</p>\n")
        renderer.register("inline_math", lambda _, text: formula(text))
    return parser
