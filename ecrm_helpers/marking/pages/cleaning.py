r"""Make what a student wrote safe to show: no script, no request, nothing that poses as the page itself.

Texts, HTML, Markdown with its attachments and pictures come through here before a page is made of them.
Links stay links; pictures stay only when their data is in the file. What these functions return is unchanged
by a second cleaning, and Markdown made of it again is the same: nbgrader's own template renders it again.
"""

from __future__ import annotations

import base64
import html
import re
from functools import cache
from typing import Any, Final

from ecrm_helpers.messages import feedback as say

__all__ = ["clean_html", "clean_markdown", "clean_text", "image"]

MAX_TEXT: Final = 100_000
MAX_HTML: Final = 16_000_000
MAX_TAGS: Final = 10_000  # the cleaner's time grows with the square of the depth: 0.2 s here, else minutes
MAX_DEPTH: Final = 60
MAX_MARKDOWN: Final = 20_000
MAX_IMAGE: Final = 12_000_000


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


_TAGS: Final = _words(
    "a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3",
    "h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table",
    "tbody td tfoot th thead tr tt u ul var",
)
# Of these not even the text between the tags stays.
_DROPPED: Final = _words(
    "applet audio button canvas embed form frameset head iframe map math noembed noframes noscript object",
    "option plaintext script select style svg template textarea title video xml xmp",
)
_ATTRIBUTES: Final = {
    "*": {"style", "dir", "lang"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "details": {"open"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
# Nothing that lifts a box out of its place: it could cover the page's own words.
_STYLES: Final = _words(
    "background-color border border-collapse color font-style font-weight height max-width min-width",
    "overflow-x text-align text-decoration vertical-align white-space width",
)
_ACTIVE_STYLE: Final = re.compile(r"(?<!rgb)(?<!rgba)\(|[@\\<]|/\*", re.IGNORECASE)
_PICTURE: Final = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/]*={0,2}")
_LINK: Final = re.compile(
    r"(?:https?://|mailto:)[^\s\\]+"
    # An attachment of this very submission, its name perhaps in percent signs.
    r"|attachments/(?!\.)(?:[^/\\?#:%]|%(?!2[ef]|5c|[01])[0-9a-f]{2})+",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"\d{1,4}%?")
_START_TAG: Final = re.compile(r"<[A-Za-z]")
_TAG: Final = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
_VOID: Final = frozenset({"br", "col", "hr", "img"})
# Colours stay; other control sequences go, and marks that turn the direction of a line.
_ESCAPE: Final = re.compile(
    r"\x1b(?!\[[0-9;]{0,40}m)(?:\[[0-?]{0,40}[ -/]{0,8}[@-~]?|\][^\x07\x1b]{0,4000}(?:\x07|\x1b\\)?|[^\[\]])?"
)
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]{0,40}m")
# 38 and 48 take numbers after them; where they are missing nbconvert's ansi2html fails, and the page with it.
_SOUND: Final = re.compile(
    r"\x1b\[(?:(?:[34]8;(?:5;\d{1,3}|2(?:;\d{1,3}){3})|(?!0*[34]8[;m])\d{1,3})(?:;(?=\d)|(?=m)))*m"
)
_CONTROL: Final = re.compile(
    r"[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_MANY_COLOURS: Final = 2_000


def clean_text(text: object, *, limit: int = MAX_TEXT) -> str:
    r"""Return plain text without control characters but for line ends, tabs and colours.

    Examples
    --------
    >>> clean_text("a\x1b]8;;http://x\x07b\x08\r\n")
    'ab\n'
    """
    whole = text if isinstance(text, str) else str(text)
    cut = _ESCAPE.sub("", whole[:limit].replace("\r\n", "\n").replace("\r", "\n"))
    few = cut.count("\x1b") <= _MANY_COLOURS
    cut = _COLOUR.sub(lambda found: found[0] if few and _SOUND.fullmatch(found[0]) else "", cut)
    cut = _CONTROL.sub("", cut)
    return cut if len(whole) <= limit else f"{cut}\n{say.TOO_LONG}"


def clean_html(text: str) -> str:
    """Return a fragment of HTML with nothing in it that acts, loads or poses as part of the page.

    Examples
    --------
    >>> clean_html('<b onclick="x()" class="score" id="t1">2</b><script>x()</script><img src="http://h/x.png">')
    '<b>2</b><img>'
    >>> clean_html('<a href="javascript:x()">好</a>')
    '<a rel="noopener noreferrer">好</a>'
    """
    if len(text) > MAX_HTML or len(_START_TAG.findall(text)) > MAX_TAGS:
        return _only_text(text)
    cleaned: str = _cleaner().clean(_CONTROL.sub("", text).replace("\x1b", ""))
    return cleaned if _depth(cleaned) <= MAX_DEPTH else _only_text(text)


def clean_markdown(text: str, attachments: Any = None) -> str:
    r"""Return Markdown as clean HTML on one line, with the pictures attached to its cell.

    Examples
    --------
    >>> clean_markdown("**先** <u onclick='x()'>老客</u> $a_1$")
    '<div><p><strong>先</strong> <u>老客</u> <code>a_1</code></p></div>'
    """
    if text.startswith("<div>") and "\n" not in text:  # such a line is HTML for Markdown, too
        rendered = text
    elif len(text) > MAX_MARKDOWN:
        rendered = f"<div><pre>{html.escape(clean_text(text))}</pre></div>"
    else:
        rendered = f"<div>{_rendered(clean_text(text), _pictures(attachments)).strip()}</div>"
    return clean_html(rendered).replace("\n", "&#10;")


def image(kind: str, data: object, alt: str) -> str | None:
    """Return an ``<img>`` of picture data, None when the data is no such picture.

    Examples
    --------
    >>> image("image/png", "iVBORw0KGgo=", "图")
    '<img src="data:image/png;base64,iVBORw0KGgo=" alt="图">'
    >>> image("image/png", '"><script>', "图") is None
    True
    """
    source = _picture(kind, data)
    if source is None:
        return None
    return f'<img src="{source}" alt="{html.escape(clean_text(alt, limit=1_000))}">'


def _picture(kind: str, data: object) -> str | None:
    if not isinstance(data, str) or not data or len(data) > MAX_IMAGE:
        return None
    if kind == "image/svg+xml" and data.lstrip().startswith("<"):
        data = base64.b64encode(data.encode("utf-8", "replace")).decode("ascii")
    source = f"data:{kind};base64,{''.join(data.split())}"
    return source if _PICTURE.fullmatch(source) else None


def _pictures(attachments: Any) -> dict[str, str]:
    """Return the data addresses of the attached pictures by name."""
    found: dict[str, str] = {}
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        if isinstance(name, str) and isinstance(bundle, dict):
            made = [_picture(kind, data) for kind, data in bundle.items() if isinstance(kind, str)]
            found |= dict.fromkeys([name] * any(made), next(filter(None, made), ""))
    return found


def _rendered(text: str, pictures: dict[str, str]) -> str:
    import mistune  # noqa: PLC0415 - only where pages are made
    from markupsafe import escape  # noqa: PLC0415

    class Renderer(mistune.HTMLRenderer):
        """Pictures come from the cell, formulas are shown as written."""

        def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002 - mistune's
            source = pictures.get(url.removeprefix("attachment:"), url)
            return f'<img src="{escape(source)}" alt="{escape(text or say.PICTURE_ALT)}">'

        def inline_math(self, text: str) -> str:
            return f"<code>{escape(text)}</code>"

        def block_math(self, text: str) -> str:
            return f"<pre>{escape(text)}</pre>\n"

    plugins = ["table", "strikethrough", "math"]
    try:
        return str(mistune.create_markdown(renderer=Renderer(escape=False), plugins=plugins)(text))
    except RecursionError:
        return f"<pre>{html.escape(text)}</pre>"


@cache
def _cleaner() -> Any:
    import nh3  # noqa: PLC0415 - only where pages are made

    return nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        filter_style_properties=set(_STYLES),
        allowed_classes={"div": {"ecrm-answer"}, "table": {"dataframe"}},
        url_schemes={"http", "https", "mailto", "data"},
        url_relative="pass_through",
        strip_comments=True,
        link_rel="noopener noreferrer",
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return None if _ACTIVE_STYLE.search(value) else value
    if name in ("src", "href"):
        kept = _PICTURE if tag == "img" and name == "src" else _LINK
        return value if kept.fullmatch(value.strip()) else None
    if name in ("width", "height", "colspan", "rowspan", "start"):
        return value if _NUMBER.fullmatch(value) else None
    return value


def _depth(cleaned: str) -> int:
    depth = deepest = 0
    for end, name in _TAG.findall(cleaned):
        if name not in _VOID:
            depth += -1 if end else 1
            deepest = max(deepest, depth)
    return deepest


def _only_text(text: str) -> str:
    plain = html.unescape(re.sub(r"<[^<>]{0,2000}>", "", text[: 2 * MAX_TEXT]))
    return f"<p>{say.TOO_TANGLED}</p><pre>{html.escape(clean_text(plain))}</pre>"
