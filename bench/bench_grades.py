"""Grades of a school year: `ecrm grades` and `ecrm report` on 1,000 students × 12 assignments × 8 tasks.

The gradebook is nbgrader's own schema, filled by plain inserts; beside it a roster and a score sheet. Whole
commands are timed as processes, the parts in one process, medians. Beside them: nbgrader's own export of
the same gradebook (scores per assignment in a CSV: no totals, no attainment, no workbook), and the
straightforward loop over nbgrader.api objects that a teacher's script would be, for the same totals. The loop
is timed on few students and scaled by the cost of one more; its totals are compared with ours before a figure
is printed.
"""

from __future__ import annotations

import csv
import os
import shutil
import statistics
import sys
import tempfile
import warnings
from dataclasses import replace
from datetime import timedelta
from math import ceil
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent))
from _gradebook import COURSE, DUE, Size, make_course  # the benchmarks are scripts, not a package
from _table import Row, report
from _tree import Cost, run

from ecrm_helpers.grades.attainment import attained
from ecrm_helpers.grades.book import write_book, write_csv
from ecrm_helpers.grades.course import CourseData, read_course, results
from ecrm_helpers.grades.gradebook import read_gradebook
from ecrm_helpers.grades.items import analysed
from ecrm_helpers.grades.totals import class_list

SIZE = Size(*(int(n) for n in os.environ.get("BENCH_GRADES", "1000,12,8").split(",")))
LOOPED = (20, 60)
RUNS = 3
TODAY = "2026-12-24"


def timed(call, runs: int = RUNS) -> tuple[float, object]:
    """Return the median of a few runs and the last result."""
    seconds = []
    for _ in range(runs):
        begin = perf_counter()
        result = call()
        seconds.append(perf_counter() - begin)
    return statistics.median(seconds), result


def command(root: Path, *arguments: str) -> Cost:
    programs = Path(sys.executable).parent
    env = {**os.environ, "PATH": os.pathsep.join([str(programs), os.environ.get("PATH", os.defpath)])}
    return run(arguments, cwd=root, env=env, log=root / "run.log")


def ecrm(root: Path, name: str) -> Cost:
    config = root.parents[1] / "grading_config.py"
    program = str(Path(sys.executable).with_name("ecrm"))
    return command(root, program, name, "--course", COURSE, "--root", str(root), "--config", str(config))


def looped_totals(root: Path, students: int) -> dict[str, float]:
    """Compute totals as a script over nbgrader's objects does, by the policies of grading_config.py."""
    from nbgrader.api import Gradebook  # noqa: PLC0415  a second's import

    with (root / "scores" / "marks.csv").open(encoding="utf-8", newline="") as file:
        sheet = {row["学号"]: row for row in csv.DictReader(file)}
    totals = {}
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", COURSE) as book:
        for student in sorted(book.students, key=lambda one: one.id)[:students]:
            works = [_one(submission) for submission in student.submissions]
            row = {key: float(value) for key, value in sheet[student.id].items() if key[0] == "X"}
            talk = (row["X1互动"] + sum(works) / SIZE.assignments) / 2
            parts = ((row["X1出勤"] + talk) / 2, row["X2"], row["X3"], row["X4"])
            totals[student.id] = sum(w * p for w, p in zip((10, 25, 25, 30), parts, strict=True)) / 90
    return totals


def _one(submission) -> float:
    """Ten points a day begun after ten minutes, at most 50; attempts are not in nbgrader's objects."""
    percent = 100 * submission.score / submission.max_score
    beyond = submission.timestamp - DUE - timedelta(minutes=10)
    days = max(0, ceil(beyond / timedelta(days=1)))
    return max(0.0, percent - min(50, 10 * days))


def check(root: Path, data: CourseData) -> None:
    """Compare the loop's totals with ours, which for this leave attempts and states alone."""
    plain = replace(data.course, resubmit={})
    people = {one: replace(person, state="正常") for one, person in data.people.people.items()}
    listed = class_list(plain, data.gradebook, data.sheets, people=replace(data.people, people=people))
    ours = {row.student_id: float(row.total.value) for row in listed.rows}
    theirs = looped_totals(root, LOOPED[0])
    worst = max(abs(ours[one] - total) for one, total in theirs.items())
    assert worst < 1e-9, worst


def scaled(seconds: dict[int, float], size: int) -> float:
    few, many = sorted(seconds)
    return seconds[many] + (size - many) * (seconds[many] - seconds[few]) / (many - few)


def main() -> None:
    warnings.simplefilter("ignore")
    folder = Path(tempfile.mkdtemp(prefix="ecrm-bench-"))
    try:
        root = make_course(folder, SIZE)
        config = folder / "grading_config.py"
        reading, data = timed(lambda: read_course(config, COURSE, root=root, project=folder))
        check(root, data)
        book_only, _ = timed(lambda: read_gradebook(root / "gradebook.db"))

        def listing():
            fresh = replace(data, gradebook=replace(data.gradebook))  # nothing kept from an earlier run
            return class_list(
                fresh.course, fresh.gradebook, fresh.sheets, people=fresh.people, overrides=fresh.overrides
            )

        totals, listed = timed(listing)
        outcome, _ = timed(lambda: attained(listed, data.gradebook, data.tasks))
        items, _ = timed(lambda: analysed(listed, data.gradebook, data.tasks))
        found = results(data, made_on=TODAY)
        workbook, _ = timed(lambda: write_book(found, folder / "grades.xlsx"), runs=1)
        plain, _ = timed(lambda: write_csv(found, folder / "grades.csv"), runs=1)
        loops = {count: timed(lambda count=count: looped_totals(root, count), runs=1)[0] for count in LOOPED}
        export = command(root, sys.executable, "-m", "nbgrader", "export", "--to", str(folder / "theirs.csv"))
        whole = ecrm(root, "grades")
        pages = ecrm(root, "report")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    loop = scaled(loops, SIZE.students)
    size = f"{SIZE.students} × {SIZE.assignments} × {SIZE.tasks}"
    rows: list[Row] = [
        {
            "metric": "ecrm grades, whole command", "ours": whole.seconds, "baseline": export.seconds,
            "note": "beside nbgrader export, which writes scores only", "peak": whole.peak,
            "peak_baseline": export.peak,
        },
        {"metric": "ecrm report, whole command", "ours": pages.seconds, "baseline": None, "peak": pages.peak,
         "note": f"the report and {SIZE.students} pages"},
        {
            "metric": "read gradebook and total", "ours": book_only + totals, "baseline": loop, "runs": RUNS,
            "note": f"beside a loop over nbgrader.api, timed on {LOOPED[0]} and {LOOPED[1]} students, scaled",
        },
        {"metric": "  reading: the gradebook", "ours": book_only, "baseline": None, "runs": RUNS},
        {"metric": "  reading: everything", "ours": reading, "baseline": None, "runs": RUNS},
        {"metric": "  totals", "ours": totals, "baseline": None, "runs": RUNS},
        {"metric": "  attainment", "ours": outcome, "baseline": None, "runs": RUNS},
        {"metric": "  item analysis", "ours": items, "baseline": None, "runs": RUNS},
        {"metric": "  workbook", "ours": workbook, "baseline": None},
        {"metric": "  CSV", "ours": plain, "baseline": None},
    ]  # fmt: skip
    report(f"Grades of a course, {size}", rows)


if __name__ == "__main__":
    main()
