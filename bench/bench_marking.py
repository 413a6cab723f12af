"""Marking a class: `ecrm mark`, sandboxed, two workers, beside nbgrader's own `nbgrader autograde`.

The same submissions of the unit 3 exercise on the same machine in one run: a class of strong, average and
careless students, answers planned from marking.py, all files whole (stock nbgrader would stop at a broken
one). Both are whole commands on a course that was just released and handed in. nbgrader is timed on few
submissions, in its own default configuration; its time for more is scaled by the cost of one more
submission, and the table says so. Every mark of ours is compared with the plan before a figure is printed.
The floor is the students' own cells: the seconds they take, one after the other, in the warm sandbox.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).parent))
from _table import Row, report  # the benchmarks are scripts, not a package
from _tree import Cost, run

from ecrm_helpers.classroom.commands import Nbgrader
from ecrm_helpers.classroom.cycle import hand_in
from ecrm_helpers.classroom.room import Room, opened, prepare
from ecrm_helpers.classroom.students import roster
from ecrm_helpers.grades.config import load_course
from ecrm_helpers.marking.execute_cells import draws
from ecrm_helpers.marking.sandbox import Sandbox

PROJECT = Path(__file__).parents[1]
COURSE, ASSIGNMENT = "crossborder_crm", "unit3_segments"
SIZES = tuple(int(n) for n in os.environ.get("BENCH_CLASS", "40,200").split(","))
STOCK = tuple(int(n) for n in os.environ.get("BENCH_STOCK", "4,20").split(","))
WORKERS = 2
FLOOR = 20
LIMITS = {40: 12, 200: 20}


@dataclass(frozen=True)
class Class:
    """A course in a folder of its own, released and handed in."""

    room: Room
    env: dict[str, str]

    @property
    def notebooks(self) -> list[Path]:
        return sorted(self.room.root.glob(f"submitted/*/{ASSIGNMENT}/*.ipynb"))


def make_class(folder: Path, size: int) -> Class:
    """Release the exercise to `size` students and let them hand it in."""
    third = size // 3
    counts = {"strong": third, "careless": third, "average": size - 2 * third}
    root = folder / "courses" / COURSE
    nbgrader = Nbgrader(root, folder / "exchange", folder / "nbgrader.log")
    scheme = load_course(PROJECT / "grading_config.py", COURSE)
    room = Room(folder, scheme, roster(counts), nbgrader, exchange=False, progress=lambda *_: None)
    folder.mkdir()
    prepare(room, PROJECT)
    for assignment in room.assignments:
        nbgrader.run("generate_assignment", assignment.name, "--create")
    hand_in(room)
    programs = str(Path(sys.executable).parent)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ECRM_", "NBGRADER_"))}
    env = {**kept, "PATH": os.pathsep.join([programs, kept.get("PATH", os.defpath)])}
    return Class(room, env)


def mark_ours(one: Class) -> Cost:
    """Mark with `ecrm mark`, and compare every mark with the plan."""
    ecrm = str(Path(sys.executable).with_name("ecrm"))
    command = [ecrm, "mark", ASSIGNMENT, "--root", str(one.room.root), "--workers", str(WORKERS)]
    cost = run(command, cwd=one.room.root, env=one.env, log=one.room.folder / "run.log")
    planned = {name: plan.points for name, plan in one.room.plans[ASSIGNMENT].items()}
    found = _marks(one)
    assert found == planned, {name: (found.get(name), planned[name]) for name in planned}
    return cost


def _marks(one: Class) -> dict[str, float]:
    with opened(one.room) as book:
        return {
            submission.student.id: sum(
                grade.auto_score or 0.0 for notebook in submission.notebooks for grade in notebook.grades
            )
            for submission in book.assignment_submissions(ASSIGNMENT)
        }


def mark_stock(one: Class, students: int) -> Cost:
    """Mark the first students with nbgrader as it comes: no class and no setting of ours but the folders."""
    root = one.room.root
    (root / "nbgrader_config.py").write_text(
        f'c = get_config()\nc.CourseDirectory.course_id = "{COURSE}"\n'
        f'c.CourseDirectory.source_directory = "../../solutions/{COURSE}"\n'
        f'c.CourseDirectory.release_directory = "../../exercises/{COURSE}"\n',
        "utf-8",
    )
    for folder in sorted((root / "submitted").iterdir())[students:]:
        shutil.rmtree(folder)
    command = [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT]
    return run(command, cwd=root, env=one.env, log=one.room.folder / "run.log")


def floor(one: Class) -> float:
    """Return the seconds that one student's own cells take, in the warm sandbox, one student at a time."""
    seconds = []
    released = one.notebooks[0].read_bytes()  # its cells are those of the release, answers apart
    with Sandbox(course=COURSE, drawing=draws(released)) as sandbox:
        for path in one.notebooks[: FLOOR + 2]:
            cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
            runs = sandbox.run(
                cells=[(n, cell.source) for n, cell in enumerate(cells)], student_id=path.parts[-3]
            )
            seconds.append(sum(one.seconds for one in runs))
    kept = seconds[2:]  # the first ones still fill caches of the machine
    return sum(kept) / len(kept)


def scaled(costs: dict[int, Cost], size: int) -> Cost:
    """Return what nbgrader takes for `size` submissions, by the cost of one more."""
    few, many = sorted(costs)
    share = (size - many) / (many - few)
    low, high = costs[few], costs[many]
    return Cost(
        high.seconds + share * (high.seconds - low.seconds),
        high.cpu + share * (high.cpu - low.cpu),
        high.peak,
    )


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="ecrm-bench-"))
    try:
        ours, stock = {}, {}
        for count in STOCK:
            stock[count] = mark_stock(make_class(folder / f"stock{count}", count), count)
        for size in SIZES:
            one = make_class(folder / f"ours{size}", size)
            ours[size] = mark_ours(one)
        own = floor(one)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    timed = f"nbgrader timed on {STOCK[0]} and {STOCK[1]} submissions and scaled"
    rows: list[Row] = []
    for size in SIZES:
        theirs, mine = scaled(stock, size), ours[size]
        least = f"; at least {LIMITS[size]} × wanted" if size in LIMITS else ""
        rows += [
            {
                "metric": f"{size} submissions, whole command", "ours": mine.seconds,
                "baseline": theirs.seconds, "note": timed + least,
                "peak": mine.peak, "peak_baseline": theirs.peak,
            },
            {
                "metric": f"{size} submissions, CPU-seconds", "ours": mine.cpu, "baseline": theirs.cpu,
                "note": "of the whole process tree",
            },
        ]  # fmt: skip
    few, many = min(SIZES), max(SIZES)
    low, high = (scaled(stock, size).seconds for size in (few, many))
    if few != many:
        more = (ours[many].seconds - ours[few].seconds) / (many - few)
        rows += [
            {
                "metric": "one more submission", "ours": more,
                "baseline": (high - low) / (many - few), "note": f"{WORKERS} workers against one process",
            },
            {
                "metric": "one more submission beside its own cells", "ours": more,
                "baseline": own / WORKERS, "note": f"the floor: {own:.3f} s of cells, {WORKERS} at a time",
            },
        ]  # fmt: skip
    rows.append({"metric": "a student's own cells, warm", "ours": own, "baseline": None, "runs": FLOOR})
    report("Marking the unit 3 exercise", rows)


if __name__ == "__main__":
    main()
