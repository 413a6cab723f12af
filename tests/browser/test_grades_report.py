"""Report and student page in a browser: nothing is asked of anywhere, they fit a phone, they print whole."""

from __future__ import annotations

import io
import unicodedata

import pytest
from pypdf import PdfReader

from ecrm_helpers.grades.page import write_report, write_students
from ecrm_helpers.grades.page.printing import find_browser, print_pdf
from tests.pageresults import made

pytestmark = pytest.mark.browser

SECTIONS = (
    "一、课程基本信息", "二、课程目标及其支撑的毕业要求", "三、考核方式与评价依据", "四、成绩分布与各项统计",
    "五、课程目标达成度", "六、学生个体达成度的分布", "七、题目分析与集中失分点", "八、结果分析",
    "九、教学反思与持续改进",
)  # fmt: skip
TOO_WIDE = """() => [...document.querySelectorAll('main *')].filter(
  one => !one.closest('.scroll, svg') && one.getBoundingClientRect().right > innerWidth + 1
).map(one => one.outerHTML.slice(0, 80))"""
# Text of a table's cell wider than the cell would be cut or lie over its neighbour.
CUT = "() => [...document.querySelectorAll('td, th')].filter(c => c.scrollWidth > c.clientWidth + 1).length"


def text_of(sheet) -> str:
    """Chromium writes some letters as the Kangxi radicals that look the same: ⽬ for 目."""
    return "".join(unicodedata.normalize("NFKC", sheet.extract_text()).split())


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for name, options in {
        "small": {"count": 3},
        "24": {"pending": 3, "lacking": 2},
        "120": {"count": 120},
    }.items():
        results = made(**options)
        found[name] = [*write_report(results, folder / name), write_students(results, folder / name)[1]]
    found["empty"] = write_report(made(empty=True), folder / "empty")
    return found


@pytest.mark.parametrize("width", [1200, 390])
@pytest.mark.parametrize("name", ["small", "24", "120", "empty"])
def test_pages_ask_for_nothing_and_fit_their_width(watched, pages, name, width):
    for path in pages[name]:
        with watched(viewport={"width": width, "height": 900}) as page:
            asked: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto(path.as_uri())
            assert asked == [path.as_uri()]
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(TOO_WIDE) == []
            assert page.evaluate(CUT) == 0


def test_charts_are_drawn_and_described(watched, pages):
    with watched(viewport={"width": 1200, "height": 900}) as page:
        page.goto(pages["24"][0].as_uri())
        bars = page.locator(".bars").first.locator("svg rect[stroke]")
        widths = [bars.nth(index).bounding_box()["width"] for index in range(bars.count())]
        assert len(widths) == 3
        assert all(width > 100 for width in widths)
        assert page.locator("circle").count() >= 3 * 20
        assert page.get_by_role("img").count() == 4


def test_teacher_writes_and_nothing_is_kept(watched, pages):
    with watched(viewport={"width": 1200, "height": 900}) as page:
        page.goto(pages["24"][0].as_uri())
        box = page.get_by_role("textbox", name="下一轮的持续改进措施")
        box.fill("多用真实案例")
        assert box.inner_text() == "多用真实案例"
        page.reload()
        assert page.get_by_role("textbox", name="下一轮的持续改进措施").inner_text() == ""


def test_printed_report_has_every_section_on_a4_with_page_numbers(watched, pages):
    with watched(viewport={"width": 1200, "height": 900}) as page:
        page.goto(pages["24"][0].as_uri())
        printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    texts = [text_of(sheet) for sheet in printed.pages]
    whole = "".join(texts)
    assert [one for one in SECTIONS if one not in whole] == []
    assert "任课教师(签字)" in whole
    assert "关掉页面就没有了" not in whole  # what only helps on the screen
    assert all(f"{number}/{len(texts)}" in text for number, text in enumerate(texts, start=1))
    assert {tuple(round(float(side)) for side in sheet.mediabox[2:]) for sheet in printed.pages} == {
        (595, 842)
    }


def test_command_prints_with_the_browser_that_is_there(pages):
    made_pdf = print_pdf(pages["small"][0], find_browser())
    assert made_pdf.name == "report.pdf"
    assert "课程目标达成度" in text_of(PdfReader(made_pdf).pages[0])
