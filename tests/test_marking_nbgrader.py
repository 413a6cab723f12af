"""Plain nbgrader on a course of odd students: everyone has a row, nobody gets more than was earned."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

REPOSITORY = Path(__file__).parents[1]
FIXTURES = Path(__file__).parent / "fixtures"
COURSE = "crossborder_crm"
MIME = "application/vnd.ecrm.answer+json"


def nbgrader(root, *arguments, check=True, path="/usr/bin:/bin"):
    """Run nbgrader as an instructor would, without the environment's bin on PATH."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("ECRM_", "NBGRADER_"))}
    env |= {"PATH": str(path), "JUPYTERHUB_USER": "grader", "JUPYTERHUB_API_TOKEN": "secret"}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(
        command, cwd=root, env=env, capture_output=True, text=True, check=False, timeout=600
    )
    assert not check or done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done


def new_course(folder):
    """A course as in the repository, with the fixture assignment."""
    root = folder / "courses" / COURSE
    root.mkdir(parents=True)
    shutil.copy(REPOSITORY / "courses" / COURSE / "nbgrader_config.py", root)
    shutil.copytree(FIXTURES / "solutions", folder / "solutions")
    (folder / "exercises").mkdir()
    return root


def released(root):
    return json.loads((root / "../../exercises" / COURSE / "tiny/tiny.ipynb").read_text(encoding="utf-8"))


def cell(book, grade_id):
    return next(
        cell for cell in book["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def code(source, **metadata):
    return {
        "cell_type": "code",
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


GOOD = {
    "a1_total": "total_orders = sum(orders)",
    "a2_letter": 'letter = "b。"',
    "a3_counts": 'counts = {"新客": "２", "老客": 3}',
    "t4_essay": "先联系老客，因为他们买得多。",
}
HALF = {
    "a1_total": "total_orders = 5",
    "a2_letter": 'letter = "A"',
    "a3_counts": 'counts = {"新客": 2, "老客": 2}',
}
TWICE = (
    "from ecrm_helpers import answers\n"
    "before = answers._display\n"
    "answers._display = lambda *a, **k: (before(*a, **k), before(*a, **k))\n"
)
FORGED = (
    "from IPython.display import publish_display_data\n"
    f'record = \'{{"v":1,"task":"t1_total","value":14}}\'\n'
    f"publish_display_data({{'{MIME}': record, 'text/plain': '4.0'}})"
)
ANSWERS = {
    "good": (GOOD, 9.0),
    "untouched": ({}, 0.0),
    "half": (HALF, 2.5),
    # Attacks that plain nbgrader pays for.
    "always_equal": (
        {"a1_total": "class Equal(int):\n    __eq__ = lambda *a: True\n    __hash__ = int.__hash__\n"
                     "total_orders = Equal(99)"},
        0.0,
    ),
    "nan": ({"a1_total": 'total_orders = float("nan")', "a3_counts": 'counts = {"新客": 1e400}'}, 0.0),
    "silenced": ({"a1_total": "total_orders = 99\nanswer = lambda *a, **k: 4.0"}, 0.0),
    "points_shown": ({"a1_total": "total_orders = 99\nanswer = lambda *a, **k: print(4.0) or 4.0"}, 0.0),
    "twice": ({"a1_total": f"total_orders = 14\n{TWICE}", "a2_letter": 'letter = "B"'}, 0.0),
    "transformer": (
        {"a1_total": "total_orders = 99\n"
                     "get_ipython().input_transformers_post.append("
                     "lambda lines: ['4.0'] if 'answer(' in ''.join(lines) else lines)"},
        0.0,
    ),
    "warned": ({**GOOD, "a1_total": "import warnings, logging\nwarnings.warn('x')\nlogging.warning('y')\n"
                                    "total_orders = 14"}, 9.0),
    # Trouble in one task leaves the others.
    "error": ({**GOOD, "a1_total": "total_orders = 1 / 0"}, 5.0),
    "syntax": ({**GOOD, "a1_total": "total_orders = 14，"}, 5.0),
    "kernel_killed": ({**GOOD, "a1_total": "import os\nos._exit(1)"}, 5.0),
    "exit": ({**GOOD, "a1_total": "total_orders = 14\nexit()"}, 9.0),
    "endless": ({**GOOD, "a1_total": "while True:\n    pass"}, 5.0),
    "deaf": ({**GOOD, "a1_total": "while True:\n    try:\n        while True: pass\n"
                                  "    except KeyboardInterrupt: pass"}, 5.0),
    "loud": ({**GOOD, "a1_total": "total_orders = 14\nprint('x' * 30_000_000)"}, 5.0),
    "huge_answer": ({**GOOD, "a1_total": "total_orders = list(range(100_000))"}, 5.0),
}  # fmt: skip


def with_answers(book, answers):
    book = copy.deepcopy(book)
    for grade_id, source in answers.items():
        cell(book, grade_id)["source"] = source
    return book


def forged_cells(book):
    book["cells"].insert(2, code(FORGED))
    bonus = {"grade": True, "solution": False, "locked": False, "task": False, "schema_version": 3}
    book["cells"].append(code("4.0", nbgrader={**bonus, "grade_id": "t9_bonus", "points": 100}))
    cell(book, "t1_total")["metadata"]["nbgrader"]["points"] = 400
    cell(book, "t1_total")["source"] = "4.0"
    cell(book, "t2_letter")["metadata"]["nbgrader"]["grade_id"] = "t2_renamed"
    return book


def duplicated(book):
    book["cells"] += [copy.deepcopy(cell(book, "t1_total")), copy.deepcopy(cell(book, "a1_total"))]
    return book


def deleted(book):
    for grade_id in ("t1_total", "t3_counts"):
        book["cells"].remove(cell(book, grade_id))
    return book


def schema(version):
    def change(book):
        for raw in book["cells"]:
            if "nbgrader" in raw["metadata"]:
                raw["metadata"]["nbgrader"]["schema_version"] = version
        return book

    return change


def stripped(book):
    for raw in book["cells"]:
        raw["metadata"] = {}
    book["metadata"] = {}
    return book


def other_id(book):
    book["cells"].insert(1, code('class Shop:\n    owner = "s999"\nshop = Shop()'))
    return book


CHANGES = {
    "forged": (forged_cells, {}, 0.0),
    "duplicated": (duplicated, GOOD, 9.0),
    "deleted": (deleted, GOOD, 9.0),
    "schema_1": (schema(1), GOOD, 9.0),
    "schema_99": (schema(99), GOOD, 9.0),
    "stripped": (stripped, GOOD, 9.0),
    "other_id": (other_id, {**GOOD, "a1_total": "total_orders = 5"}, 6.0),
}
FILES = {
    "empty": (lambda data: b"", 0.0),
    "garbage": (lambda data: b"\x00\xffPK" * 99, 0.0),
    "deep": (lambda data: b"[" * 100_000, 0.0),
    "json_list": (lambda data: b"[]", 0.0),
    "cut": (lambda data: data[: data.index(b"t2_letter")], 6.0),
    "gbk": (lambda data: data.decode().encode("gb18030"), 9.0),
}


def hand_in(root, student, data, name="tiny.ipynb"):
    folder = root / "submitted" / student / "tiny"
    folder.mkdir(parents=True)
    if data is not None:
        (folder / name).write_bytes(data)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A course with the assignment released: generated once, then copied."""
    folder = tmp_path_factory.mktemp("template")
    nbgrader(new_course(folder), "generate_assignment", "tiny")
    return folder


@pytest.fixture
def root(template, tmp_path):
    """A course of one's own with the assignment released."""
    return copy_of(template, tmp_path)


def copy_of(template, folder):
    shutil.copytree(template, folder, dirs_exist_ok=True)
    return folder / "courses" / COURSE


@pytest.fixture(scope="module")
def course(template, tmp_path_factory):
    """Hand in for every student, mark and write feedback: once."""
    root = copy_of(template, tmp_path_factory.mktemp("course"))
    book = released(root)
    as_bytes = lambda made: json.dumps(made, ensure_ascii=False).encode()  # noqa: E731 - three uses below
    for student, (answers, _) in ANSWERS.items():
        hand_in(root, student, as_bytes(with_answers(book, answers)))
    for student, (change, answers, _) in CHANGES.items():
        hand_in(root, student, as_bytes(change(with_answers(book, answers))))
    for student, (change, _) in FILES.items():
        hand_in(root, student, change(as_bytes(with_answers(book, GOOD))))
    hand_in(root, "renamed", as_bytes(with_answers(book, GOOD)), name="tiny 副本.ipynb")
    hand_in(root, "no_file", None)
    hand_in(root, "linked", None)
    (root / "submitted/linked/tiny/tiny.ipynb").symlink_to(
        root / "../../solutions" / COURSE / "tiny/tiny.ipynb"
    )
    settings = ("--ExecuteSubmission.timeout=4",)
    nbgrader(root, "autograde", "tiny", *settings)
    nbgrader(root, "generate_feedback", "tiny")
    return root


@pytest.fixture(scope="module")
def scores(course):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        return {found.student.id: found.score for found in book.assignment_submissions("tiny")}


EXPECTED = (
    {name: points for name, (_, points) in ANSWERS.items()}
    | {name: points for name, (_, _, points) in CHANGES.items()}
    | {name: points for name, (_, points) in FILES.items()}
    | {"renamed": 9.0, "no_file": 0.0, "linked": 0.0}
)


@pytest.mark.parametrize("student", EXPECTED)
def test_every_student_has_a_row_with_what_was_earned(scores, student):
    assert scores[student] == EXPECTED[student]


def marked(course, student):
    path = course / "autograded" / student / "tiny/tiny.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


def feedback(course, student):
    return (course / "feedback" / student / "tiny/tiny.html").read_text(encoding="utf-8")


def test_feedback_shows_points_and_message_per_task(course):
    page = feedback(course, "half")

    for words in ("得分 1 / 4", "这是有几个数，不是一共几单。", "得分 1.5 / 3", "有一项不对。"):
        assert words in page


def test_feedback_says_what_was_wrong_with_the_file(course):
    assert "交来的文件是空的" in feedback(course, "empty")
    assert "文件不完整" in feedback(course, "cut")
    assert "有 2 格重复出现" in feedback(course, "duplicated")


def test_feedback_holds_no_judge(course):
    assert "share_right" not in feedback(course, "half")


def test_slips_are_explained_in_feedback(course):
    assert "用了中文标点“，”" in feedback(course, "syntax")


def test_missing_answer_says_which_cell_to_run(course):
    assert "先运行上面“改这里”的那一格" in feedback(course, "error")


def test_essay_waits_for_the_teacher_and_untouched_essay_does_not(course):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        written = book.find_grade("t4_essay", "tiny", "tiny", "good")
        untouched = book.find_grade("t4_essay", "tiny", "tiny", "untouched")

        assert (written.auto_score, written.needs_manual_grade) == (None, True)
        assert (untouched.auto_score, untouched.needs_manual_grade) == (0, False)


def test_outputs_are_bounded(course):
    size = (course / "autograded/loud/tiny/tiny.ipynb").stat().st_size

    assert size < 100_000
    assert "输出太长" in feedback(course, "loud")


def test_answer_on_another_shop_is_told_to_the_student(course):
    assert "学号尾号 99 的店铺上做的" in feedback(course, "other_id")


def test_solution_was_not_copied_through_a_link(course):
    assert "sum(orders)" not in json.dumps(marked(course, "linked"))


def test_release_holds_neither_solution_nor_marking(course):
    folder = course / "../../exercises" / COURSE / "tiny"

    assert [path.name for path in folder.iterdir()] == ["tiny.ipynb"]
    assert "sum(orders)" not in (folder / "tiny.ipynb").read_text(encoding="utf-8")


def test_student_id_of_the_submission_wins_and_secrets_stay_out(root):
    book = released(root)
    told = 'import os\nprint("who", os.environ["ECRM_STUDENT"], "JUPYTERHUB_API_TOKEN" in os.environ)'
    book["cells"].insert(1, code(told))
    hand_in(root, "s042", json.dumps(book).encode())

    nbgrader(root, "autograde", "tiny")

    assert "who s042 False" in json.dumps(marked(root, "s042"))


def test_task_the_judge_cannot_decide_waits_for_the_teacher(root, tmp_path):
    judges = tmp_path / "solutions" / COURSE / "tiny/marking.py"
    text = judges.read_text(encoding="utf-8")
    judges.write_text(text.replace("if close(value, 14)", "if 1 / 0"), encoding="utf-8")
    hand_in(root, "s001", json.dumps(with_answers(released(root), GOOD)).encode())

    nbgrader(root, "autograde", "tiny")
    nbgrader(root, "generate_feedback", "tiny")

    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        grade = book.find_grade("t1_total", "tiny", "tiny", "s001")
        assert (grade.auto_score, grade.needs_manual_grade) == (None, True)
        assert book.find_submission("tiny", "s001").score == 5.0
    assert "分数由老师来定" in feedback(root, "s001")
    assert "ZeroDivisionError" in (root / "marking.log").read_text(encoding="utf-8")


def test_unexecuted_submission_waits_for_the_teacher(root):
    hand_in(root, "s001", json.dumps(with_answers(released(root), GOOD)).encode())

    nbgrader(root, "autograde", "tiny", "--no-execute")

    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        grade = book.find_grade("t1_total", "tiny", "tiny", "s001")
        assert (grade.auto_score, grade.needs_manual_grade) == (None, True)


def test_a_renamed_notebook_stays_on_the_list_of_marks_to_look_at_again(root):
    hand_in(root, "s001", json.dumps(with_answers(released(root), GOOD)).encode(), name="作业.ipynb")
    nbgrader(root, "autograde", "tiny", "--no-execute")
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        grade = book.find_grade("t4_essay", "tiny", "tiny", "s001")
        grade.manual_score, grade.needs_manual_grade = 4, True
        book.db.commit()

    nbgrader(root, "autograde", "tiny", "--no-execute", "--force", "--student", "s001")

    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        grade = book.find_grade("t4_essay", "tiny", "tiny", "s001")
        assert (grade.manual_score, grade.needs_manual_grade) == (4, True)


def test_failing_generate_leaves_the_release_alone(root, tmp_path):
    path = tmp_path / "exercises" / COURSE / "tiny/tiny.ipynb"
    before = path.read_bytes()
    source = tmp_path / "solutions" / COURSE / "tiny/tiny.ipynb"
    source.write_text(source.read_text(encoding="utf-8").replace("### END SOLUTION", ""), encoding="utf-8")

    done = nbgrader(root, "generate_assignment", "tiny", "--force", check=False)

    assert done.returncode != 0
    assert path.read_bytes() == before


def test_generate_that_conflicts_with_the_gradebook_leaves_the_release_alone(root, tmp_path):
    hand_in(root, "s001", json.dumps(released(root)).encode())
    nbgrader(root, "autograde", "tiny")
    path = tmp_path / "exercises" / COURSE / "tiny/tiny.ipynb"
    before = path.read_bytes()
    source = tmp_path / "solutions" / COURSE / "tiny/tiny.ipynb"
    source.write_text(source.read_text(encoding="utf-8").replace("t2_letter", "t2_other"), encoding="utf-8")

    done = nbgrader(root, "generate_assignment", "tiny", "--force", check=False)

    assert done.returncode != 0
    assert path.read_bytes() == before


def test_generating_twice_gives_the_same_bytes(root, tmp_path):
    path = tmp_path / "exercises" / COURSE / "tiny/tiny.ipynb"
    first = path.read_bytes()

    nbgrader(root, "generate_assignment", "tiny", "--force")

    assert path.read_bytes() == first == (root / "snapshots/tiny/tiny.ipynb").read_bytes()


def test_stock_nbgrader_pays_nothing_for_an_unchecked_answer(tmp_path):
    root = new_course(tmp_path)
    (root / "nbgrader_config.py").write_text(
        f'c = get_config()\nc.CourseDirectory.course_id = "{COURSE}"\n'
        f'c.CourseDirectory.source_directory = "../../solutions/{COURSE}"\n'
        'import os, sys\nos.environ["PATH"] = os.path.join(sys.prefix, "bin") + ":" + os.environ["PATH"]\n',
        encoding="utf-8",
    )
    nbgrader(root, "generate_assignment", "tiny")
    book = json.loads((root / "release/tiny/tiny.ipynb").read_text(encoding="utf-8"))
    hand_in(root, "s001", json.dumps(with_answers(book, GOOD)).encode())

    nbgrader(root, "autograde", "tiny")

    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        assert gradebook.find_submission("tiny", "s001").score == 0


def test_validate_complains_about_a_failed_public_check(root):
    book = released(root)
    good, bad = root / "good.ipynb", root / "bad.ipynb"
    good.write_text(json.dumps(with_answers(book, GOOD)), encoding="utf-8")
    bad.write_text(
        json.dumps(with_answers(book, {**GOOD, "a1_total": "total_orders = -3"})), encoding="utf-8"
    )

    assert "Success" in nbgrader(root, "validate", str(good)).stdout
    assert "FAILED ON 1 CELL" in nbgrader(root, "validate", str(bad)).stdout


@pytest.mark.parametrize("course_id", ["crossborder_crm", "ecommerce_crm"])
def test_both_courses_share_one_configuration(course_id):
    text = (REPOSITORY / "courses" / course_id / "nbgrader_config.py").read_text(encoding="utf-8")
    other = (REPOSITORY / "courses" / COURSE / "nbgrader_config.py").read_text(encoding="utf-8")

    assert text == other.replace(COURSE, course_id)
