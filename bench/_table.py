"""Print a benchmark's table and keep its rows in the git-ignored bench/results.json."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import TypedDict

RESULTS = Path(__file__).with_name("results.json")


class Row(TypedDict, total=False):
    """One comparison: `ours` and `baseline` in `unit`; `baseline` is None where a bare figure is reported.

    `peak` and `peak_baseline` are the most memory that each process held, in GB, where that was measured.
    """

    metric: str
    ours: float
    baseline: float | None
    unit: str
    runs: int
    note: str
    peak: float
    peak_baseline: float


def machine() -> str:
    """Name the machine a figure was measured on: cores, processor kind, Python."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def _memory(row: Row) -> str:
    if "peak" not in row:
        return ""
    beside = f" vs {row['peak_baseline']:.2f}" if "peak_baseline" in row else ""
    return f"peak {row['peak']:.2f}{beside} GB; "


def report(title: str, rows: list[Row]) -> None:
    """Print rows side by side, with baseline / ours as ratio, and append them to results.json."""
    print(f"\n{title}  ({machine()})")
    print(f"{'metric':44} {'ours':>10} {'baseline':>10} {'unit':>5} {'ratio':>7} {'runs':>5}  note")
    records = []
    for row in rows:
        baseline = row.get("baseline")
        ratio = None if baseline is None or not row["ours"] else baseline / row["ours"]
        shown = f"{baseline:10.3f}" if baseline is not None else f"{'–':>10}"
        times = f"{ratio:6.1f}×" if ratio is not None else f"{'–':>7}"
        print(
            f"{row['metric']:44} {row['ours']:10.3f} {shown} {row.get('unit', 's'):>5} {times} "
            f"{row.get('runs', 1):5d}  {_memory(row)}{row.get('note', '')}"
        )
        records.append({"title": title, **row, "ratio": ratio, "machine": machine()})
    kept = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else []
    RESULTS.write_text(json.dumps([*kept, *records], ensure_ascii=False, indent=1) + "\n", "utf-8")
