"""The file that is handed in: cells that steer the run, links, and modules beside the notebook."""

import copy
from pathlib import Path
from typing import Any

from tests.attacks.attack import FULL, GOOD, SECRET, Attack, Place, Seen, paid
from tests.attacks.spending import classmate_unmarked


def cell(book: dict[str, Any], grade_id: str) -> dict[str, Any]:
    return next(
        one for one in book["cells"] if one["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def skip_checks(book: dict[str, Any]) -> None:
    """nbclient runs no cell with this tag, and nbgrader pays in full for a check without output."""
    for one in book["cells"]:
        one["metadata"]["tags"] = ["skip-execution"]


def delete_check(book: dict[str, Any]) -> None:
    book["cells"].remove(cell(book, "t1_total"))


def repeat_check(book: dict[str, Any]) -> None:
    book["cells"].append(copy.deepcopy(cell(book, "t1_total")))


def old_schema(book: dict[str, Any]) -> None:
    cell(book, "t1_total")["metadata"]["nbgrader"]["schema_version"] = 1


def new_schema(book: dict[str, Any]) -> None:
    cell(book, "t1_total")["metadata"]["nbgrader"]["schema_version"] = 99


def link_to_classmate(folder: Path, place: Place) -> None:
    (folder / "quiz.ipynb").unlink()
    (folder / "quiz.ipynb").symlink_to(place.root / "submitted/zz_classmate/quiz/quiz.ipynb")


def link_to_secret(folder: Path, place: Place) -> None:
    (folder / "notes.txt").symlink_to(place.home / ".ssh/id_ed25519")


def module_beside(folder: Path, _: Place) -> None:
    (folder / "numpy.py").write_text("mean = lambda _: 99\n", encoding="utf-8")


def waits_for_teacher(seen: Seen) -> bool:
    """It worked if a wrong answer waits instead of scoring nothing."""
    found = seen.place.rows(
        "SELECT grade.needs_manual_grade FROM grade JOIN base_cell ON base_cell.id = grade.cell_id"
        " JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id"
        " JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id"
        " WHERE submitted_assignment.student_id = ? AND base_cell.name = 't1_total'",
        seen.student,
    )
    return bool(found[0][0])


def secret_copied(seen: Seen) -> bool:
    folder = seen.marked.parent
    return any(SECRET in path.read_text(encoding="utf-8") for path in folder.rglob("*.txt"))


WRONG = {"a1_total": "total_orders = 99"}
ATTACKS = [
    Attack(name="checks_told_to_skip", boundary="rebuild", cells=WRONG, change=skip_checks,
           won=paid("t1_total")),
    Attack(name="check_deleted", boundary="rebuild", cells=WRONG, change=delete_check, won=waits_for_teacher),
    Attack(name="check_repeated", boundary="rebuild", cells=GOOD, change=repeat_check, won=classmate_unmarked,
           earned=FULL, alone=True),
    Attack(name="old_schema", boundary="rebuild", cells=GOOD, change=old_schema, won=classmate_unmarked,
           earned=FULL, alone=True),
    Attack(name="new_schema", boundary="rebuild", cells=GOOD, change=new_schema, won=classmate_unmarked,
           earned=FULL, alone=True),
    Attack(name="link_to_a_classmate", boundary="rebuild", folder=link_to_classmate, won=paid("t1_total")),
    Attack(name="link_to_a_secret", boundary="rebuild", folder=link_to_secret, won=secret_copied),
    Attack(name="module_beside", boundary="rebuild", folder=module_beside,
           cells={"a4_mean": "mean_orders = 99"}, won=paid("t4_mean")),
]  # fmt: skip
