"""How long unit 3 takes from top to bottom with papermill, beside starting a kernel, and what it stores."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import papermill

sys.path.insert(0, str(Path(__file__).parent))
from _table import report

UNIT = Path(__file__).parents[1] / "notebooks/crossborder_crm/unit3.ipynb"
LIMIT_SECONDS = 10.0
LIMIT_MEGABYTES = 1.0
RUNS = 3


def run(source: Path, target: Path, shop: str | None = None) -> float:
    start = time.perf_counter()
    papermill.execute_notebook(
        source,
        target,
        parameters={"SHOP": shop, "REVEAL": True} if shop else {},
        cwd=UNIT.parent,
        progress_bar=False,
        log_output=False,
    )
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        empty, target = Path(folder) / "empty.ipynb", Path(folder) / "run.ipynb"
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        cells = [nbformat.v4.new_code_cell("1 + 1")]
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), empty)
        start = statistics.median(run(empty, target) for _ in range(RUNS))
        cdnow = statistics.median(run(UNIT, target, "cdnow") for _ in range(RUNS))
        unit = statistics.median(run(UNIT, target, "rongyu") for _ in range(RUNS))
        widgets = nbformat.read(target, as_version=nbformat.NO_CONVERT).metadata.widgets
        megabytes = len(json.dumps(widgets, ensure_ascii=False).encode()) / 1e6
    limit = {"baseline": LIMIT_SECONDS, "runs": RUNS, "note": "baseline: the limit"}
    stored = {"baseline": LIMIT_MEGABYTES, "runs": 1, "unit": "MB", "note": "baseline: the limit"}
    report(
        "Unit 3 as a notebook",
        [
            {"metric": "unit 3, top to bottom", "ours": unit, **limit},
            {"metric": "unit 3 on CDNOW", "ours": cdnow, **limit},
            {"metric": "of which: starting a kernel", "ours": start, "baseline": None, "runs": RUNS},
            {"metric": "widget state stored", "ours": megabytes, **stored},
        ],
    )


if __name__ == "__main__":
    main()
