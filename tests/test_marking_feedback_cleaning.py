"""What a student wrote, made safe to show: each attack is gone, and what is harmless stays."""

from __future__ import annotations

import base64
import copy
import json

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrm_helpers.marking.pages.cleaning import clean_html, clean_markdown, clean_text, image
from ecrm_helpers.marking.pages.showing import CleanStudentWork, clean_cell, clean_output

PNG = "iVBORw0KGgo="
SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>x()</script></svg>'
HOSTILE = {
    "script": "<script>x()</script>",
    "script_in_script": "<scr<script>ipt>x()</script>",
    "onerror": "<img src=x onerror=x()>",
    "onload": "<svg onload=x()>",
    "svg_script": "<svg><script>x()</script></svg>",
    "svg_use": "<svg><use href='data:image/svg+xml;base64,eA=='/></svg>",
    "svg_animate": "<svg><a><animate attributeName=href values=javascript:x() /><text>t</text></a></svg>",
    "javascript_link": "<a href='javascript:x()'>t</a>",
    "javascript_entity": "<a href='&#106;avascript:x()'>t</a>",
    "javascript_tab": "<a href='java\tscript:x()'>t</a>",
    "vbscript": "<a href='vbscript:x()'>t</a>",
    "data_link": "<a href='data:text/html;base64,PHNjcmlwdD4='>t</a>",
    "file_link": "<a href='file:///etc/passwd'>t</a>",
    "protocol_relative": "<a href='//evil.example'>t</a>",
    "api_link": "<a href='/formgrader/api/grades'>t</a>",
    "iframe": "<iframe src=https://evil.example></iframe>",
    "srcdoc": "<iframe srcdoc='<script>x()</script>'></iframe>",
    "object": "<object data=https://evil.example></object>",
    "embed": "<embed src=https://evil.example>",
    "meta_refresh": "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "base": "<base href=https://evil.example>",
    "link": "<link rel=stylesheet href=https://evil.example>",
    "style": "<style>@import 'https://evil.example'</style>",
    "css_url": "<p style='background:url(https://evil.example)'>t</p>",
    "css_colour_url": "<p style='background-color:url(https://evil.example)'>t</p>",
    "css_escaped_url": "<p style='background-color:\\75rl(https://evil.example)'>t</p>",
    "css_image_set": "<p style=\"border-image:image-set('https://evil.example' 1x)\">t</p>",
    "overlay": "<p style='position:fixed;inset:0;z-index:9'>t</p>",
    "pulled_up": "<p style='margin-top:-900px'>t</p>",
    "form": "<form action=https://evil.example><input name=q><button formaction=/x>t</button></form>",
    "page_field": "<input id=t1_total class='score tabbable'>",
    "page_box": "<div class='nbgrader_cell panel' id=t1_total data-link=x name=x>t</div>",
    "remote_picture": "<img src=https://evil.example/a.png srcset='https://evil.example/b.png 1x'>",
    "video": "<video src=https://evil.example autoplay poster=https://evil.example></video>",
    "table_background": "<table background=https://evil.example><td background=https://evil.example>t",
    "ping": "<a href=https://a.example ping=https://evil.example>t</a>",
    "math_mutation": "<math><mtext><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=x&gt;'>",
    "noscript_mutation": "<noscript><p title='</noscript><img src=x onerror=x()>'>",
    "template": "<template><img src=x onerror=x()></template>",
    "comment": "<!--><img src=x onerror=x()>-->",
    "cdata": "<![CDATA[<img src=x onerror=x()>]]>",
    "unclosed": "<img src=x onerror=x() ",
    "null_in_name": "<scr\x00ipt>x()</scr\x00ipt>",
    "mathjax": "$\\href{javascript:x()}{t}$ $$\\require{html}\\cssId{t1_total}{t}$$",
}
BANNED = (
    "<script", "<svg", "<iframe", "<object", "<embed", "<meta", "<base", "<link", "<style", "<form", "<input",
    "<button", "<video", "<math", "<template", "<noscript", "onerror", "onload", "position", "margin",
    "z-index",
    "url(", "image-set", "evil.example/", "srcset", "formaction", "ping=", "class=", "id=", "data-", "name=",
    "background=", "vbscript:", "file:", "text/html", "/formgrader", "=javascript", '="javascript', "&#106;",
)  # fmt: skip


def harmless(cleaned: str) -> bool:
    """Tell whether nothing of it is left in a tag; as text between tags it may stand."""
    import re  # noqa: PLC0415

    inside = " ".join(re.findall(r"<[^>]*>", cleaned)).lower()
    inside = re.sub(r' class=""| alt="[^"]*"', "", inside)
    return not any(banned in inside for banned in BANNED)


@pytest.mark.parametrize("name", HOSTILE)
def test_html_is_harmless(name):
    assert harmless(clean_html(HOSTILE[name]))


@pytest.mark.parametrize("name", HOSTILE)
def test_markdown_is_harmless_also_when_nbgrader_renders_it_again(name):
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath  # noqa: PLC0415

    for text in (
        HOSTILE[name],
        f"# a\n\n- {HOSTILE[name]}\n\n> b `c`\n\n</div>{HOSTILE[name]}",
    ):
        cleaned = clean_markdown(text)
        again = MarkdownWithMath(renderer=IPythonRenderer(escape=False)).render(cleaned).strip()

        assert harmless(cleaned)
        assert again == cleaned


PIECES = st.sampled_from([*HOSTILE.values(), "\n\n", "```", "$", "</div>", "<div>", "`"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=8))
def test_any_mixture_is_harmless_and_cleaning_again_changes_nothing(pieces):
    cleaned = clean_markdown("".join(pieces))

    assert harmless(cleaned)
    assert clean_markdown(cleaned) == cleaned


def test_what_is_harmless_stays():
    table = '<table class="dataframe"><tbody><tr><td style="color:red">新客</td></tr></tbody></table>'

    assert clean_html(table) == table
    assert '<a href="https://a.example/x?y=1" rel="noopener noreferrer">' in clean_html(
        "<a href=https://a.example/x?y=1>t</a>"
    )
    assert "<strong>先</strong>" in clean_markdown("**先**")
    assert f'src="data:image/png;base64,{PNG}"' in clean_html(f'<img src="data:image/png;base64,{PNG}">')


@pytest.mark.parametrize("name", ["report.docx", "调研报告.docx", "a b.pdf"])
def test_links_to_attachments_stay(name):
    assert 'href="attachments/' in clean_markdown(f"[调研报告](<attachments/{name}>)")


@pytest.mark.parametrize("name", ["../x", "..%2Fx", "a/b", "%2e%2e%5cx", "a?b=1", "x%00"])
def test_links_out_of_the_attachments_go(name):
    assert "href" not in clean_html(f'<a href="attachments/{name}">t</a>')


def test_pictures_attached_to_a_cell_are_shown_and_only_pictures():
    attachments = {
        "a.png": {"image/png": PNG},
        "b": {"text/html": "PHNjcmlwdD4="},
        "c": {'image/png" onerror="x()': PNG},
    }
    cleaned = clean_markdown("![甲](attachment:a.png) ![乙](attachment:b) ![丙](attachment:c)", attachments)

    assert f'<img src="data:image/png;base64,{PNG}" alt="甲">' in cleaned
    assert cleaned.count("src=") == 1
    assert harmless(cleaned)


def test_formulas_are_shown_as_written():
    assert "<code>\\frac{1}{2}</code>" in clean_markdown("$\\frac{1}{2}$")


@pytest.mark.parametrize(
    "text", ["<div>" * 200_000, "<b><p>" * 9_000, "<div title='</div>'>" * 9_999, "> " * 9_000, "[" * 20_000]
)  # fmt: skip
def test_nesting_costs_no_minutes(text):
    assert len(clean_markdown(text)) < 3_000_000
    assert len(clean_html(text)) < 3_000_000


def test_text_loses_control_characters_and_keeps_colours():
    assert clean_text("\x1b[31m红\x1b[0m\x1b[2J\x1b]0;title\x07\u202e\x00好") == "\x1b[31m红\x1b[0m好"
    assert clean_text("a" * 200_000).endswith("后面的省略了 ……")
    assert "\x1b" not in clean_text("\x1b[31m" * 5_000)


ANSI = st.sampled_from(["\x1b[", "\x1b", "38", "48", "5", "2", "255", "999", "0", ";", ";;", "m", "x", "<b>"])


@settings(max_examples=300, deadline=None)
@given(st.lists(ANSI, max_size=14))
def test_no_colour_a_student_prints_breaks_the_page(pieces):
    from ecrm_helpers.marking.pages.parts import coloured  # noqa: PLC0415

    assert "<b>" not in coloured("".join(pieces))
    assert clean_text(clean_text("".join(pieces))) == clean_text("".join(pieces))


@pytest.mark.parametrize("code", ["38", "48", "38;5", "38;2;1;2", "1;38", "038"])
def test_a_colour_without_its_numbers_goes(code):
    assert clean_text(f"\x1b[{code}m红") == "红"
    assert clean_text("\x1b[38;5;241m灰\x1b[48;2;1;2;3m") == "\x1b[38;5;241m灰\x1b[48;2;1;2;3m"


def test_pictures_are_pictures():
    assert image("image/png", '"><script>x()</script>', "a") is None
    assert image("text/html", PNG, "a") is None
    assert (
        image("image/png", PNG, '"><b>')
        == f'<img src="data:image/png;base64,{PNG}" alt="&quot;&gt;&lt;b&gt;">'
    )
    shown = image("image/svg+xml", SVG, "a")
    assert shown is not None
    assert (
        base64.b64decode(shown.split("base64,")[1].split('"')[0]).decode() == SVG
    )  # in an <img> it runs nothing


def display(data, metadata=None):
    return {"output_type": "display_data", "data": data, "metadata": metadata or {}}


OUTPUTS = [
    display({"application/javascript": "x()"}),
    display({"text/html": "<b>a</b>"}, {"text/html": {"isolated": True}}),
    display({"image/png": PNG}, {"filenames": {"image/png": "x' onerror=x()"}}),
    display({"image/png": '" onerror="x()'}, {"image/png": {"width": "1 onload=x()"}}),
    display({"image/svg+xml": SVG}),
    display({"text/vnd.mermaid": "<script>x()</script>"}),
    display({"text/latex": "</div><script>x()</script>"}),
    display({"text/markdown": "<script>x()</script>"}),
    display({"application/vnd.jupyter.widget-view+json": {"model_id": "</script>"}}),
    display({"application/vnd.plotly.v1+json": {"data": "x"}}),
    {"output_type": "execute_result", "execution_count": "<script>", "data": {"text/plain": "<script>x()"}},
    {"output_type": "stream", "name": "<script>", "text": "<script>x()</script>"},
    {"output_type": "error", "ename": "<script>", "evalue": "<b>", "traceback": ["<script>x()", 7, None]},
    {"output_type": "<script>"},
    display(["x"]),
    {"output_type": "stream", "text": {"a": 1}},
    "x", None, 7,
]  # fmt: skip


def hostile_notebook(*, odd: bool = False):
    """A notebook with scripts wherever one fits; `odd` adds cells that no program would open."""
    book = nbformat.v4.new_notebook(metadata={
        "title": "</title><script>x()</script>",
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"a": "</script><script>x()"}}},
    })  # fmt: skip
    for kind, text in (
        ("markdown", "<script>x()</script>"),
        ("code", "'<script>x()</script>'"),
        ("raw", "<script>x()</script>"),
    ):
        cell = nbformat.NotebookNode(cell_type=kind, id=f"{kind} <script>", source=text, metadata={
            "tags": ['"><script>x()</script>'], "alt": '"><script>', "raw_mimetype": "text/html",
            "nbgrader": {"grade_id": '"><script>x()', "grade": True, "points": "<script>"},
        })  # fmt: skip
        if kind == "code":
            cell.outputs, cell.execution_count = (
                [nbformat.from_dict(one) for one in copy.deepcopy(OUTPUTS if odd else OUTPUTS[:13])],
                "<script>",
            )
        book.cells.append(cell)
    if odd:
        book.cells.append(
            nbformat.NotebookNode(cell_type="markdown", source=["<script>", 7], attachments="x")
        )
        book.cells.append(nbformat.NotebookNode(cell_type="<script>", source="<script>"))
    return book


def test_nbgraders_own_templates_show_a_hostile_notebook_without_its_scripts():
    from nbconvert.exporters import HTMLExporter  # noqa: PLC0415
    from traitlets.config import Config  # noqa: PLC0415

    config = Config()
    config.Exporter.default_preprocessors = []  # as nbgrader sets it
    config.HTMLExporter.preprocessors = ["ecrm_helpers.marking.pages.showing.CleanStudentWork"]
    exporter = HTMLExporter(config=config, template_name="classic")
    shown, _ = exporter.from_notebook_node(hostile_notebook())

    assert "x()" in shown  # as text
    for active in (
        "<script>x()",
        "<svg",
        'onerror="',
        "onload=x",
        "</script><script>",
        "<iframe",
        "widget-state",
        "<b>a</b></iframe",
    ):
        assert active not in shown


def test_every_cell_becomes_a_valid_one():
    cleaned, _ = CleanStudentWork().preprocess(hostile_notebook(odd=True), {})

    nbformat.validate(cleaned)
    assert "x()" not in json.dumps([cell.metadata for cell in cleaned.cells])


def test_the_form_that_says_most_is_shown():
    shown = clean_output(
        {
            "output_type": "display_data",
            "data": {"text/html": "<script></script>", "image/png": PNG, "text/plain": "x"},
        }
    )
    assert shown["data"]["text/html"].startswith("<img")
    assert clean_cell({"cell_type": "raw", "source": "<b>"})["source"] == "<div><pre>&lt;b&gt;</pre></div>"
