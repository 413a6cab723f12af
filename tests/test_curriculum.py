"""Every objective id a notebook or a task may name exists, with the published hours."""

import json
import re
from pathlib import Path

import pytest

from ecrm_helpers.curriculum import COURSE_HOURS, OBJECTIVES, Hours, objective, objective_ids, outcomes
from ecrm_helpers.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent


def test_units_of_the_crossborder_course_add_up_to_its_hours():
    units = [objective(f"XB{unit}").hours for unit in range(1, 8)]
    added = Hours(sum(one.theory for one in units), sum(one.practice for one in units))
    assert added == COURSE_HOURS["crossborder_crm"] == Hours(16, 16)
    assert added.total == 32


def test_labs_are_the_practice_hours():
    labs = sum(objective(f"XB.LAB{number}").hours.total for number in (1, 2, 3))
    assert labs == COURSE_HOURS["crossborder_crm"].practice


def test_lessons_of_the_vocational_unit_add_up_to_its_hours():
    lessons = [objective(f"EC9.L{number}").hours for number in range(1, 5)]
    added = Hours(sum(one.theory for one in lessons), sum(one.practice for one in lessons))
    assert added == COURSE_HOURS["ecommerce_crm"] == Hours(2, 2)


@pytest.mark.parametrize(
    ("code", "level", "focus", "difficulty"),
    [
        ("EC9.K1", "掌握", False, False),
        ("EC9.K2", "掌握", True, False),
        ("EC9.K3b", "熟悉", False, True),
        ("EC9.K4", "熟悉", True, False),
        ("EC9.K5", "了解", False, False),
    ],
)
def test_levels_focus_and_difficulty_are_as_published(code, level, focus, difficulty):
    result = objective(code)
    assert (result.level, result.focus, result.difficulty) == (level, focus, difficulty)


def test_programme_outcomes_are_written_with_the_letter_o():
    assert [(one.id, one.rolls_up_to) for one in outcomes("crossborder_crm")] == [
        ("LO211", "LO21"),
        ("LO351", "LO35"),
        ("LO811", "LO81"),
    ]
    assert all(re.fullmatch(r"LO\d+", code) for code in OBJECTIVES if code.startswith("L"))


def test_every_objective_has_a_line_of_chinese_and_belongs_to_one_course():
    for one in OBJECTIVES.values():
        assert re.search(r"[\u4e00-\u9fff]", one.text), one.id
        assert "\n" not in one.text
    both = objective_ids("ecommerce_crm") + objective_ids("crossborder_crm")
    assert sorted(both) == sorted(OBJECTIVES)


def test_unknown_id_names_the_nearest():
    with pytest.raises(SettingsError, match=r"“EC9.K3c”[\s\S]*EC9.K3"):
        objective("EC9.K3c")


def notebooks():
    folders = ("notebooks", "solutions", "exercises")
    found = [path for name in folders for path in sorted((ROOT / name).rglob("*.ipynb"))]
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_objective_a_notebook_names_exists(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    named = {code for cell in cells for code in cell["metadata"].get("ecrm", {}).get("objectives", [])}
    assert named <= set(OBJECTIVES)
