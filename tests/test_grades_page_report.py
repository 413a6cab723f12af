"""The class report: complete, private, and every figure of its sentences stands in it."""

import re
import stat
from dataclasses import replace
from fractions import Fraction
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrm_helpers.figures import PALETTE
from ecrm_helpers.grades.attainment.records import OutcomeResult, SourceResult
from ecrm_helpers.grades.page import write_report
from ecrm_helpers.grades.page.facts import facts
from ecrm_helpers.grades.page.sentences import sentences
from ecrm_helpers.grades.record import Line, Mark
from ecrm_helpers.messages import report as messages
from tests.pageresults import COURSE, NAMES, made

CASES = {
    "three": {"count": 3}, "24": {}, "120": {"count": 120, "classes": 4}, "two": {"count": 2},
    "nothing": {"empty": True}, "preliminary": {"pending": 5, "lacking": 3}, "no roster": {"classes": 0},
}  # fmt: skip


def page(results, folder) -> str:
    (path,) = write_report(results, folder)
    return path.read_text("utf-8")


@pytest.fixture(params=CASES, ids=str)
def case(request, tmp_path):
    results = made(**CASES[request.param])
    return results, page(results, tmp_path)


def figures(html, attribute) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key, text in re.findall(rf'<span {attribute}="([^"]+)">([^<]*)</span>', html):
        found.setdefault(unescape(key), set()).add(unescape(text))
    return found


def test_page_asks_nothing_of_anywhere_and_runs_nothing(case):
    _, html = case
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in html
    for forbidden in (
        r"https?:",
        r"<script",
        r"<link",
        r"@import",
        r"<iframe",
        r"<form",
        r"\bsrc=",
        r"\bon\w+=",
    ):
        assert re.findall(forbidden, html, re.IGNORECASE) == [], forbidden
    assert set(re.findall(r"url\(([^)]*)\)", html)) <= {"#hatch"}


def test_every_figure_of_a_sentence_stands_in_the_report_with_the_same_words(case):
    _, html = case
    held, said = figures(html, "data-fact"), figures(html, "data-of")
    assert said
    for key, texts in said.items():
        assert texts == held.get(key), key


def test_words_of_a_sentence_hold_no_figure_of_their_own(case):
    results, _ = case
    for sentence in sentences(results, facts(results)):
        words = "".join(part.text for part in sentence if not part.key)
        assert not re.search(r"[0-9０-９]", words), words


def test_no_student_is_in_the_report(case):
    results, html = case
    text = unescape(html)
    for row in results.listed.rows:
        assert row.person.shown_id.lower() not in text.lower()
    assert [name for name in NAMES if name in text] == []


def test_ids_and_names_in_notes_and_sources_are_taken_out(tmp_path):
    results = made(3)
    row = results.listed.rows[0]
    listed = replace(
        results.listed, sources=(f"{row.name}-X2.xlsx",), policies=(f"见 {row.person.shown_id}",)
    )
    noted = replace(results.attained, notes=(f"{row.student_id}（{row.name}）没有证据",))
    html = page(replace(results, listed=listed, attained=noted), tmp_path)
    assert row.name not in html
    assert row.student_id not in html.lower()
    assert "某同学（某同学）没有证据" in html


def test_report_is_readable_by_its_owner_only(tmp_path):
    (path,) = write_report(made(3), tmp_path / "reports")
    assert path.name == "report.html"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("kind", "banner"), [({}, False), ({"pending": 2}, True), ({"lacking": 2}, True), ({"empty": True}, True)]
)
def test_report_is_called_preliminary_while_something_is_open(tmp_path, kind, banner):
    assert ("初步报告" in page(made(**kind), tmp_path)) is banner


def test_sum_behind_an_attainment_is_written_out_and_adds_up(tmp_path):
    # The worked check of facts.md: 89 of 100 at 5/15 and 50 of 100 at 10/15 give 0.63.
    third = Fraction(1, 3)
    sources = (
        SourceResult("报告", "X3", "", third, Fraction(100), Fraction(89), 24),
        SourceResult("论文", "X4", "", 2 * third, Fraction(100), Fraction(50), 24),
    )
    results = made()
    known = results.attained.outcomes[0]
    outcome = replace(known, sources=sources, value=Fraction(63, 100), reached=False)
    attained = replace(results.attained, outcomes=(outcome, *results.attained.outcomes[1:]), weakest=outcome)
    html = page(replace(results, attained=attained), tmp_path)
    shown = re.sub(r"<[^>]+>|\s+", "", re.search(r'<p class="sum below">(.*?)</p>', html, re.DOTALL)[1])
    assert shown == "A=0.3333×89.00/100+0.6667×50.00/100=0.2967+0.3333=0.630未达成"


def test_sum_over_part_of_the_evidence_says_what_it_is_divided_by(tmp_path):
    half = Fraction(1, 2)
    sources = (
        SourceResult("报告", "X3", "", half, Fraction(100), Fraction(80), 24),
        SourceResult("论文", "X4", "", half, Fraction(100), None, 0),
    )
    outcome = OutcomeResult("LO211", "", sources, Fraction(4, 5), 24, (), {}, reached=True)
    results = made()
    html = page(
        replace(results, attained=replace(results.attained, outcomes=(outcome,), weakest=outcome)), tmp_path
    )
    shown = re.sub(r"<[^>]+>|\s+", "", re.search(r'<p class="sum">(.*?)</p>', html, re.DOTALL)[1])
    assert shown == "A=（0.5×80.00/100）÷0.5=（0.4000）÷0.5=0.800达成"


def test_value_just_below_the_threshold_never_looks_reached(tmp_path):
    results = made()
    outcome = replace(results.attained.outcomes[0], value=Fraction("0.69996"), reached=False)
    told = facts(replace(results, attained=replace(results.attained, outcomes=(outcome,))))
    assert told["outcome.LO211.value"] == "0.69996"
    assert told["outcome.LO211.gap"] == "−0.00004"


def test_bands_and_levels_hold_everybody_with_a_total():
    results = made(120, lacking=7)
    told = facts(results)
    totals = [int(row.shown_total) for row in results.listed.rows if row.shown_total is not None]
    bands = {told[f"band.{index}.label"]: int(told[f"band.{index}.count"]) for index in range(5)}
    assert bands == {
        "60 以下": sum(one < 60 for one in totals),
        "60–69": sum(60 <= one < 70 for one in totals),
        "70–79": sum(70 <= one < 80 for one in totals),
        "80–89": sum(80 <= one < 90 for one in totals),
        "90–100": sum(one >= 90 for one in totals),
    }
    assert sum(int(told[f"level.{index}.count"]) for index in range(5)) == len(totals) == 113
    assert (told["outside.0.label"], told["outside.0.count"]) == ("暂无总评（缺成绩）", "7")


def test_states_without_a_total_are_counted_by_name_and_not_in_bands():
    results = made(10)
    first = results.listed.rows[0]
    decided = Mark(None, lines=(Line("总评", "state", None, "状态为缓考，课程总评不出分数"),))
    excused = replace(first, person=replace(first.person, state="缓考"), shown_total=None, total=decided)
    told = facts(replace(results, listed=replace(results.listed, rows=(excused, *results.listed.rows[1:]))))
    assert told["class.totals"] == "9"
    assert (told["outside.0.label"], told["outside.0.count"]) == ("缓考（不出总评）", "1")


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [((10, 10), 2), ((10, 2), 0), ((10, 10, 2), 2), ((10, 2, 2), 2), ((10, 1, 1), 0), ((9,), 0)],
)
def test_classes_of_fewer_than_three_are_merged(sizes, expected):
    results = made(sum(sizes))
    names = [f"{number} 班" for number, size in enumerate(sizes) for _ in range(size)]
    rows = tuple(
        replace(row, person=replace(row.person, class_name=name))
        for row, name in zip(results.listed.rows, names, strict=True)
    )
    told = facts(replace(results, listed=replace(results.listed, rows=rows)))
    counts = [int(told[key]) for key in told if re.fullmatch(r"group\.\d\.students", key)]
    assert len(counts) == expected
    assert all(count >= 3 for count in counts)
    assert sum(counts) in {0, sum(sizes)}


def test_two_students_get_no_figure_that_is_one_persons_mark():
    told = facts(made(2))
    hidden = ("total.low", "total.high", "total.sd", "component.X2.low", "outcome.LO351.own.high")
    assert {told[key] for key in hidden} == {messages.NOTHING}
    assert "band.0.count" not in told


def test_points_missed_by_fewer_than_three_are_not_told():
    results = made()
    few = replace(results.items.missed[0], students=2)
    told = facts(replace(results, items=replace(results.items, missed=(few,))))
    assert not any(key.startswith("missed.") for key in told)


def test_charts_take_their_colours_from_the_palette_and_never_speak_by_colour_alone(tmp_path):
    course = replace(COURSE, attainment=replace(COURSE.attainment, threshold=0.779))
    html = page(made(course=course), tmp_path)
    colours = set(re.findall(r'(?:fill|stroke)="(#[0-9a-fA-F]{3,6})"', html))
    neutral = {"#fff", "#1b1f24", "#8a949e", "#f3f6f8"}
    assert colours - neutral <= set(PALETTE.values())
    assert {"达成", "未达成"} <= set(re.findall(r'class="verdict[^"]*">([^<]+)<', html))
    assert "url(#hatch)" in html
    pictures = re.findall(r'role="img" aria-label="([^"]*)"', html)
    assert len(pictures) == 4
    assert all(len(one) > 20 for one in pictures)
    assert html.count("<figcaption>") == len(pictures)


def test_report_has_room_for_the_teachers_own_words_and_a_signature(tmp_path):
    html = page(made(), tmp_path)
    for heading, _ in messages.REFLECTION:
        assert (
            f'contenteditable="plaintext-only" role="textbox" aria-multiline="true" aria-label="{heading}"'
            in html
        )
    assert all(name in html for name in messages.SIGNATURES)


def test_published_and_effective_weights_and_every_policy_stand_in_the_report(tmp_path):
    results = made()
    html = page(results, tmp_path)
    held = figures(html, "data-fact")
    assert held["component.X1.published"] == {"10"}
    assert held["component.X1.effective"] == {"11.11"}
    assert (held["weights.published"], held["weights.effective"]) == ({"90"}, {"100"})
    assert all(one in unescape(html) for one in results.listed.policies)


@given(
    count=st.integers(1, 40), classes=st.integers(0, 4), pending=st.integers(0, 5), lacking=st.integers(0, 5),
    empty=st.booleans(),
)  # fmt: skip
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_any_class_gets_sentences_that_hold_only_its_figures(count, classes, pending, lacking, empty):
    results = made(count, classes=classes, pending=pending, lacking=lacking, empty=empty)
    told = facts(results)
    written = sentences(results, told)
    assert written
    assert all(told[part.key] == part.text for sentence in written for part in sentence if part.key)


def test_every_dimension_of_a_rubric_has_its_statistics(tmp_path):
    results = made()
    held = figures(page(results, tmp_path), "data-fact")
    marks = [row.marks["X3:分析"].value for row in results.listed.rows]
    mean = results.listed.course.rounding.shown(sum(marks, Fraction(0)) / len(marks), digits=1)
    assert held["component.X3:分析.mean"] == {str(mean)}
    assert held["component.X3:分析.title"] == {"分析"}


def test_outcomes_of_the_unit_say_whether_they_are_knowledge_skill_or_attitude(tmp_path):
    results = made()
    kinds = {"EC9.K1": "知识", "EC9.S1": "技能", "EC9.Q1": "素养"}
    outcomes = tuple(
        replace(one, outcome=code) for one, code in zip(results.attained.outcomes, kinds, strict=True)
    )
    attained = replace(results.attained, outcomes=outcomes, weakest=outcomes[0], programme={})
    course = replace(results.listed.course, programme={})
    unit = replace(results, attained=attained, listed=replace(results.listed, course=course))
    html = page(unit, tmp_path)
    for code, kind in kinds.items():
        assert re.search(rf">{code}</span></th><td>{kind}</td>", html)
    assert "类别" not in page(results, tmp_path)
