"""A student's page: all of one's own, nothing of anybody else's."""

import re
import stat
from dataclasses import replace
from fractions import Fraction
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.coverage.records import Section
from ecrm_helpers.grades.items.review import to_review
from ecrm_helpers.grades.page import stale_pages, write_students
from ecrm_helpers.grades.page.filenames import page_name
from ecrm_helpers.grades.page.tree import Task
from ecrm_helpers.grades.plan import TOTAL
from ecrm_helpers.grades.record import Line, Mark
from tests.pageresults import SECTIONS, made


def pages(results, folder) -> dict[str, str]:
    written = write_students(results, folder)
    assert len(written) == len(results.listed.rows)
    rows = zip(results.listed.rows, written, strict=True)
    return {row.person.shown_id: path.read_text("utf-8") for row, path in rows}


def changed(results, number, **changes):
    rows = list(results.listed.rows)
    rows[number] = replace(rows[number], **changes)
    return replace(results, listed=replace(results.listed, rows=tuple(rows)))


def words(html) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)))


def test_names_are_shown_as_they_are_and_run_nowhere(tmp_path):
    found = pages(made(6), tmp_path)
    for (shown, html), name in zip(
        found.items(),
        ("王芳", "𠮷田·买买提", "=1+1", "<script>alert(1)</script>", "欧阳楠", "李强"),
        strict=True,
    ):
        assert f"{name} 学号 {shown}" in words(html)
        assert "<script" not in html
        assert "default-src 'none'" in html
        assert not re.search(r"https?:|\bsrc=|\bon\w+=|url\(", html)


def test_words_of_judge_and_roster_are_text_never_markup(tmp_path):
    results = made(1)
    results.gradebook.findings["message"] = '<img src=x onerror="act()">'
    row = results.listed.rows[0]
    results = changed(results, 0, person=replace(row.person, class_name="<b>班</b>", group='"><i>'))
    (html,) = pages(results, tmp_path).values()
    assert "<img" not in html
    assert "<b>班" not in html
    assert '<img src=x onerror="act()">' in unescape(html)


def test_what_the_score_sheet_says_stands_under_its_mark_as_text(tmp_path):
    results = made(1)
    row = results.listed.rows[0]
    marks = {**row.marks, "X2": replace(row.marks["X2"], note="出勤 14、迟到 1 <b>")}
    (html,) = pages(changed(results, 0, marks=marks), tmp_path).values()
    assert "出勤 14、迟到 1 &lt;b&gt;" in html


def test_page_holds_nothing_of_other_students(tmp_path):
    results = made(24)
    people = [row.person for row in results.listed.rows]
    for shown, html in pages(results, tmp_path).items():
        own = next(one for one in people if one.shown_id == shown)
        text = unescape(html)
        assert [one.shown_id for one in people if one.shown_id in text] == [shown]
        assert not any(one.name in text for one in people if one.name not in own.name)


@pytest.mark.parametrize(("count", "told"), [(4, False), (5, True)])
def test_class_mean_is_told_over_five_students_at_least(tmp_path, count, told):
    html = next(iter(pages(made(count), tmp_path).values()))
    assert ("全班平均" in html) is told
    assert ('class="mean"' in html) is told


def test_class_mean_of_an_outcome_with_fewer_students_is_left_out(tmp_path):
    results = made(6)
    first, *others = results.attained.outcomes
    alone = dict.fromkeys(first.students) | {next(iter(first.students)): Fraction("0.512")}
    attained = replace(results.attained, outcomes=(replace(first, students=alone), *others))
    found = pages(replace(results, attained=attained), tmp_path)
    assert not any("0.51" in words(html) for html in list(found.values())[1:])


def test_every_line_stands_at_its_mark_with_what_it_was_before(tmp_path):
    results = made(3)
    row = results.listed.rows[1]
    (line,) = row.marks["X2"].lines
    html = pages(results, tmp_path)[row.person.shown_id]
    assert f"迟交 {line.text} （处理前 {float(row.marks['X2'].before):.1f}）" in words(html)
    assert "处理前" not in pages(results, tmp_path)[results.listed.rows[0].person.shown_id]


def test_override_and_state_are_told_in_their_own_words(tmp_path):
    results = made(3)
    row = results.listed.rows[0]
    told = Line("X3", "override", None, "由张老师于 2026-10-19 改为 88 分：补交了附件")
    out = Line(TOTAL, "state", None, "状态为缓考，课程总评不出分数")
    total = Mark(None, lines=(out,))
    marks = {**row.marks, "X3": Mark(Fraction(88), lines=(told,), before=Fraction(70)), TOTAL: total}
    person = replace(row.person, state="缓考")
    results = changed(results, 0, marks=marks, total=total, person=person, shown_total=None, level="")
    text = words(pages(results, tmp_path)[row.person.shown_id])
    assert f"改分 {told.text}" in text
    assert "处理前" not in text  # an override tells by itself what it replaced
    assert f"状态 {out.text}" in text
    assert "课程总评 状态" in text
    assert "缓考 课程总评（百分制）" in text  # the state stands where the total would


def test_tasks_show_points_and_what_the_judge_said(tmp_path):
    results = made(1)
    (html,) = pages(results, tmp_path).values()
    marks = results.gradebook.marks.set_index("task")
    assert "第 2 题 亲手数 R、F、M" in words(html)
    shown = re.findall(r"([\d.]+) / (\d+)", words(html))
    assert [float(got) for got, _ in shown] == marks["score"].tolist()
    assert [full for _, full in shown] == ["4", "9", "8"]
    assert html.count("F 数的是订单，不是商品件数。") == len(results.gradebook.findings)


def test_what_is_missing_or_waits_is_named_and_the_mark_called_preliminary(tmp_path):
    waiting, fine, lacking = pages(made(3, pending=1, lacking=1), tmp_path).values()
    assert "等老师批改：unit3_segments 的 第 3 题 写给老板" in words(waiting)
    assert "初步成绩" in waiting
    assert "缺：课程论文（缓考）" in words(lacking)
    assert "初步" not in words(fine).replace("初步的", "")


def test_class_without_any_mark_has_pages_all_the_same(tmp_path):
    for html in pages(made(3, empty=True), tmp_path).values():
        assert "还没有批改过的题，暂时没有建议。" in html
        assert "暂不能算" in html


def test_pages_and_their_folder_are_their_owners_only(tmp_path):
    written = write_students(made(2), tmp_path)
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}
    assert stat.S_IMODE(written[0].parent.stat().st_mode) == 0o700


def test_only_the_students_asked_for_are_written(tmp_path):
    (path,) = write_students(made(5), tmp_path, only=[" ２０２６０００３a"])
    assert path.name == "20260003A.html"
    assert sorted(one.name for one in path.parent.iterdir()) == ["20260003A.html"]


def test_unknown_student_is_refused_with_the_nearest_id(tmp_path):
    with pytest.raises(GradingError, match=r"没有学号 2026003A。\n提示：最接近的是 2026000\dA"):
        write_students(made(5), tmp_path, only=["2026003A"])
    assert not any(tmp_path.iterdir())


def test_pages_of_those_who_left_are_named_and_left_alone(tmp_path):
    write_students(made(4), tmp_path)
    assert stale_pages(made(2), tmp_path) == ["20260002A.html", "20260003A.html"]
    assert stale_pages(made(4), tmp_path) == []


@given(st.lists(st.text(min_size=1, max_size=200), min_size=2, max_size=2, unique=True))
def test_file_names_are_safe_and_never_shared(ids):
    names = [page_name(one) for one in ids]
    assert all(re.fullmatch(r"[0-9A-Za-z_=-]{1,100}\.html", one) for one in names)
    assert names[0] != names[1]


@pytest.mark.parametrize("reserved", ["CON", "nul", "com1", "LPT9"])
def test_names_windows_keeps_for_itself_are_avoided(reserved):
    assert page_name(reserved) == f"{reserved}=.html"


def task(name, score, full=10.0, *, pending=False) -> Task:
    return Task(("a", "a", name), name, score, full, pending)


OBJECTIVES = {
    ("a", "a", "broad"): ("XB3",),
    ("a", "a", "narrow"): ("XB3.D",),
    ("a", "a", "english"): ("XB.EN",),
}


def reviewed(*tasks):
    lost = [(one.key, one.title, one.lost) for one in tasks]
    return [one.section.id for one in to_review(lost, OBJECTIVES, SECTIONS)]


def test_weak_task_leads_to_the_sections_that_serve_what_it_asked_for():
    assert reviewed(task("narrow", 2)) == ["segmentation"]
    assert reviewed(task("english", 2)) == ["english"]
    assert reviewed(task("broad", 2)) == ["segmentation", "value"]


def test_good_and_waiting_tasks_lead_nowhere():
    assert reviewed(task("narrow", 8), task("english", 0, pending=True)) == []


def test_sections_that_teach_nothing_new_are_not_recommended():
    card = Section("unit3", "card", "客户细分与生命周期", "theory", 1, ("XB.EN",))
    assert to_review([(("a", "a", "english"), "English", Fraction(1))], OBJECTIVES, [card]) == []


def test_product_and_what_a_part_counts_are_told(tmp_path):
    results = made(1)
    (html,) = pages(results, tmp_path).values()
    assert "课堂表现 占 11.11%" in words(html)
    assert "分析 占 60%" in words(html)
