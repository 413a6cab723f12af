"""Group assignments: whose hand-in counts, what stays individual, and rosters that leave nothing open."""

from __future__ import annotations

import copy
import datetime as dt
import json

import pytest

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.groups import Groups, Member, load_groups, share_outcome
from tests.collecting import new_course

CLASS = {"s001": ("张", "三"), "s002": ("李", "四"), "s003": ("王", "五"), "s004": ("赵", "六")}
GROUPS = Groups(groups={"1": (Member("s001", "数据"), Member("s002")), "2": (Member("s003"), Member("s004"))})


def at(hour):
    return dt.datetime(2026, 10, 16, hour, tzinfo=dt.UTC)


def with_roster(tmp_path, text, *, students=CLASS, encoding="utf-8", name="tiny.csv"):
    root = new_course(tmp_path, students=students)
    (root / "groups").mkdir()
    (root / "groups" / name).write_bytes(text.encode(encoding))
    return root


def test_without_a_roster_everybody_works_alone(tmp_path):
    assert load_groups(new_course(tmp_path), "tiny") is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_roster_is_read(tmp_path, encoding):
    text = "组号,学号,姓名,分工\n1,s001,张三,数据\n1,Ｓ００２,李四,\n2,s003,,报告\n"
    found = load_groups(with_roster(tmp_path, text, encoding=encoding), "tiny")

    assert found.groups == {
        "1": (Member("s001", "数据"), Member("s002", "")),
        "2": (Member("s003", "报告"),),
    }


def test_a_workbook_with_merged_cells_is_read(tmp_path):
    from openpyxl import Workbook  # noqa: PLC0415 - one test needs it

    root = new_course(tmp_path, students={"2023001": ("张", "三")})
    (root / "groups").mkdir()
    book = Workbook()
    for row in (
        ["第三次作业分组", None, None],
        ["组号", "学号", "分工"],
        [1, 2023001, "数据"],
        [None, 2023002, None],
    ):
        book.active.append(row)
    book.active.merge_cells("A3:A4")
    book.save(root / "groups/tiny.xlsx")

    found = load_groups(root, "tiny")

    assert found.groups == {"1": (Member("2023001", "数据"), Member("2023002", ""))}
    assert "2023002" in found.remarks[0]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("学号,分工\ns001,x\ns002,y\n", "没有“组号”"),
        ("组号,姓名\n1,张三\n1,李四\n", "没有“学号”"),
        ("组号,组别,学号\n1,1,s001\n", "有两列都是“组号”"),
        ("组号,学号\n1,s001\n,s002\n", "第 3 行没有组号"),
        ("组号,学号\n1,s001\n2,张三\n", "第 3 行的“张三”不是学号"),
        ("组号,学号\n1,s001\n1,2.023E+12\n", "不是学号"),
        ("组号,学号\n1,s001\n2,s001\n", "第 2 行和第 3 行各出现一次"),
        ("组号,学号\n1,s001\n2,S００１\n", "各出现一次"),
        ("组号,学号\n1,2023001\n2,02023001\n", "只差开头的 0"),
        ("组号,学号,姓名\n1,s001,李四\n1,s002,张三\n", "在成绩册里叫“张三”，这里写的是“李四”"),
    ],
)
def test_a_roster_that_leaves_something_open_is_refused(tmp_path, text, problem):
    with pytest.raises(MarkingError, match=problem):
        load_groups(with_roster(tmp_path, text), "tiny")


def test_an_id_that_lost_its_zeros_is_not_taken_for_the_listed_one(tmp_path):
    root = with_roster(tmp_path, "组号,学号\n1,2023001\n", students={"02023001": ("张", "三")})

    with pytest.raises(MarkingError, match="只差开头的 0"):
        load_groups(root, "tiny")


def test_two_rosters_are_refused(tmp_path):
    root = with_roster(tmp_path, "组号,学号\n1,s001\n")
    (root / "groups/tiny.xlsx").write_bytes(b"")

    with pytest.raises(MarkingError, match="有两份"):
        load_groups(root, "tiny")


def test_the_latest_counts_and_a_second_is_reported():
    plan = GROUPS.counting({"s001": at(20), "s002": at(22), "s003": at(9)})

    assert plan.counts == {"s001": "s002", "s002": "s002", "s003": "s003", "s004": "s003"}
    assert len(plan.remarks) == 1
    assert "第 1 组有 2 份" in plan.remarks[0]
    assert plan.notes["s001"][-1] == "分工（小组名单）：数据"


def test_a_time_nobody_knows_is_the_earliest():
    assert GROUPS.counting({"s001": None, "s002": at(1)}).counts["s001"] == "s002"


def test_equal_times_are_told_to_the_teacher():
    plan = GROUPS.counting({"s002": at(1), "s001": at(1)})

    assert plan.counts["s002"] == "s001"
    assert any("时间相同" in remark for remark in plan.remarks)


def test_a_group_that_handed_in_nothing_is_reported():
    plan = GROUPS.counting({"s001": at(1)})

    assert "s003" not in plan.counts
    assert plan.remarks == ("第 2 组还没有人交。",)


def test_a_later_hand_in_with_a_blank_group_part_does_not_count():
    assert GROUPS.counting({"s001": at(1), "s002": at(2)}, blank={"s002"}).counts["s001"] == "s001"
    assert GROUPS.counting({"s001": at(1), "s002": at(2)}, blank={"s001", "s002"}).counts["s001"] == "s002"


def cell(grade_id, source="", *, grade=False, solution=False, individual=False, kind="code", **more):
    told = {"grade_id": grade_id, "grade": grade, "solution": solution}
    metadata = {"nbgrader": told} | ({"ecrm": {"individual": True}} if individual else {})
    return {"cell_type": kind, "id": grade_id, "metadata": metadata, "source": source, **more}


def released():
    return {
        "cells": [
            cell("a1", "stub 1", solution=True),
            cell("t1", "answer 1", grade=True),
            cell("a2", "stub 2", solution=True),
            cell("t2", "answer 2", grade=True, individual=True),
            cell("t3", "stub 3", grade=True, solution=True, individual=True, kind="markdown"),
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


@pytest.fixture
def groups(tmp_path):
    root = with_roster(tmp_path, "组号,学号\n1,s001\n1,s002\n1,s003\n")
    (root / "snapshots/tiny/tiny.ipynb").write_text(json.dumps(released()), "utf-8")
    return load_groups(root, "tiny")


def test_an_individual_task_brings_its_answer_cell_along(groups):
    assert groups.individual == {"tiny/a2", "tiny/t2", "tiny/t3"}


def outcome(student, first, second, *, third=None, blank=False):
    """What marking gives: `first` points on the group task, `second` and `third` on the individual ones."""
    book = released()
    for one in book["cells"]:
        one["source"] += f" by {student}"
        if one["cell_type"] == "code":
            one["outputs"], one["execution_count"] = [f"out of {student}"], 1
    grades = [("t1", first, False), ("t2", second, False), ("t3", third, third is None)]
    return {
        "student": student,
        "notebooks": {"tiny": json.dumps(book).encode()},
        "grades": [
            {
                "notebook": "tiny",
                "grade_id": name,
                "auto_score": score,
                "needs_manual": manual,
                "status": "judged",
            }
            for name, score, manual in grades
        ],
        "comments": [
            {"notebook": "tiny", "grade_id": "a1", "auto_comment": "No response." if blank else None},
            {"notebook": "tiny", "grade_id": "a2", "auto_comment": None},
        ],
        "answers": {"tiny/t3": f"essay of {student}"},
        "notes": [f"note of {student}"],
        "waiting": [["tiny", name, "pending", "", f"log of {student}"] for name in ("t1", "t2")],
        "forgeable": [],
        "files": {},
        "seconds": 1.0,
    }


def attach(made, *files):
    """Let an outcome have files, each (task, name), as marking keeps and lists them."""
    entries = [
        {"task": task, "line": f"- {name} of {made['student']}", "file": f"attachments/{name}"}
        for task, name in files
    ]
    book = json.loads(made["notebooks"]["tiny"])
    listing = {"cell_type": "markdown", "id": "ecrm-attachments", "source": "all of them"}
    book["cells"].append(listing | {"metadata": {"ecrm": {"listing": entries}}})
    made["notebooks"]["tiny"] = json.dumps(book).encode()
    made["files"] = {f"attachments/{name}": made["student"].encode() for _, name in files}
    return made


def points(made):
    return {row["grade_id"]: row["auto_score"] for row in made["grades"]}


def test_the_groups_marks_are_shared_and_individual_ones_are_not(groups):
    outcomes = {"s001": outcome("s001", 4.0, 1.0, third=5.0), "s002": outcome("s002", 0.0, 2.0, third=3.0)}
    before = copy.deepcopy(outcomes)

    made = share_outcome(groups.counting({"s001": at(2), "s002": at(1)}), outcomes)

    assert points(made["s001"]) == {"t1": 4.0, "t2": 1.0, "t3": 5.0}
    assert points(made["s002"]) == {"t1": 4.0, "t2": 2.0, "t3": 3.0}
    assert made["s002"]["answers"] == {"tiny/t3": "essay of s002"}
    assert [row[4] for row in made["s002"]["waiting"]] == ["log of s001", "log of s002"]
    assert outcomes == before


def test_a_member_who_handed_in_nothing_gets_the_groups_part_and_a_told_zero(groups):
    plan = groups.counting({"s001": at(2)})

    made = share_outcome(plan, {"s001": outcome("s001", 4.0, 1.0)})["s003"]

    assert made["student"] == "s003"
    assert points(made) == {"t1": 4.0, "t2": 0.0, "t3": 0.0}
    assert not any(row["needs_manual"] for row in made["grades"])
    assert made["answers"] == {}
    text = made["notebooks"]["tiny"].decode()
    assert "没有收到你自己交的那一份" in text
    assert "小组作业：第 1 组按 s001 的那一份" in text
    assert "stub 1 by s001" in text
    assert not any(own in text for own in ("stub 2 by s001", "stub 3 by s001"))


def test_a_marked_notebook_shows_each_members_own_individual_cells(groups):
    outcomes = {"s001": outcome("s001", 4.0, 1.0), "s002": outcome("s002", 0.0, 2.0)}

    made = share_outcome(
        groups.counting({"s001": at(2), "s002": at(1)}), outcomes, fingerprints={"s002": "f" * 64}
    )["s002"]

    book = json.loads(made["notebooks"]["tiny"])
    shown = {one["id"]: one["source"] for one in book["cells"]}
    assert shown["a1"] == "stub 1 by s001"
    assert (shown["a2"], shown["t3"]) == ("stub 2 by s002", "stub 3 by s002")
    assert book["metadata"]["ecrm"]["fingerprint"] == "f" * 64


def test_an_attachment_of_an_individual_task_is_its_authors_own(groups):
    both = [("t1", "report.docx"), ("t3", "mine.docx")]
    outcomes = {
        "s001": attach(outcome("s001", 4.0, 1.0), *both),
        "s002": attach(outcome("s002", 0.0, 2.0), *both),
    }

    made = share_outcome(groups.counting({"s001": at(2), "s002": at(1)}), outcomes)

    assert made["s001"]["files"] == outcomes["s001"]["files"]
    assert made["s002"]["files"] == {"attachments/report.docx": b"s001", "attachments/mine.docx": b"s002"}
    assert set(made["s003"]["files"]) == {"attachments/report.docx"}
    book = json.loads(made["s002"]["notebooks"]["tiny"])
    assert book["cells"][-1]["source"].splitlines()[2:] == ["- report.docx of s001", "- mine.docx of s002"]


def test_without_individual_tasks_a_broken_second_hand_in_harms_nobody():
    outcomes = {"s001": outcome("s001", 4.0, 1.0), "s002": {"student": "s002", "failed": "gone"}}

    made = share_outcome(GROUPS.counting({"s001": at(2), "s002": at(1)}), outcomes)

    assert points(made["s002"]) == {"t1": 4.0, "t2": 1.0, "t3": None}


def test_where_the_counting_hand_in_could_not_be_marked_nobody_gets_a_mark(groups):
    outcomes = {"s001": {"student": "s001", "failed": "gone"}, "s002": outcome("s002", 0.0, 2.0)}

    made = share_outcome(groups.counting({"s001": at(2), "s002": at(1)}), outcomes)

    assert made["s002"] == {"student": "s002", "failed": "gone"}


def test_students_without_a_group_keep_their_own(groups):
    alone = outcome("s009", 3.0, 1.0)

    assert share_outcome(groups.counting({"s009": at(1)}), {"s009": alone})["s009"] == alone


def test_a_group_part_as_released_is_told_from_what_marking_says(groups):
    outcomes = {"s001": outcome("s001", 0.0, 1.0, blank=True), "s002": outcome("s002", 4.0, 2.0)}

    assert groups.untouched(outcomes) == {"s001"}
