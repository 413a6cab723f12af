"""The simulated class's papers: every component of both courses is fed, and every trouble is there once."""

import pytest

from ecrm_helpers.grades.course import read_course, results
from tests.coursefolder import CONFIG, ROOT, filled_course


@pytest.fixture(scope="module", params=["crossborder_crm", "ecommerce_crm"])
def found(request, tmp_path_factory):
    root = filled_course(tmp_path_factory.mktemp("papers"), request.param)
    data = read_course(CONFIG, request.param, root=root, project=ROOT)
    return results(data, made_on="2026-11-22")


def test_everybody_has_a_mark_for_everything_a_sheet_feeds(found):
    for row in found.listed.rows:
        deferred = row.person.state == "缓考"
        for place, node in found.listed.plan.items():
            if node.kind == "sheet" and not deferred:
                assert row.marks[place].value is not None, (row.student_id, place)


def test_class_has_two_classes_one_deferred_one_retaking_and_a_formula(found):
    people = [row.person for row in found.listed.rows]
    assert sorted({one.class_name for one in people}) == ["电商 2401", "电商 2402"]
    states = [one.state for one in people]
    assert (states.count("缓考"), states.count("重修"), states.count("正常")) == (1, 1, 22)
    assert [one.name for one in people].count("=1+1") == 1
    assert all(one.group and one.role and one.contribution is not None for one in people)


def test_override_leaves_its_line_and_late_paper_its_deduction(found):
    lines = [line for row in found.listed.rows for line in row.lines]
    assert [line.kind for line in lines].count("override") == 1
    late = [line for line in lines if line.kind == "late"]
    assert [line.points for line in late] == ([-5] if found.listed.course.late else [])


def test_marks_follow_the_kind_of_student(found):
    totals = {row.student_id: row.total.value for row in found.listed.rows if row.total.value is not None}
    if found.listed.course.id == "ecommerce_crm":  # the other waits for its unit exercise
        assert (
            min(totals[f"02026{number:02d}"] for number in range(1, 6)) > totals["0202619"]
        )  # strong > blank
