"""RFM on 10 million and 100 million orders, each contender in its own process, peak memory beside its time.

Orders stand in one Parquet file, drawn once into a temporary folder. A process reads it (not timed, except
where the file is the engine's own table), does the whole task of `_rfm` on a few rows, then three times on
all; lifetimes, the textbook and the 100 million once. Rounds follow one another, so that a busy moment of
the machine hits all; times are medians, peaks the largest. A process also returns a fingerprint of each
column of its result: whoever counts as we do must agree with us in every customer, number, class and score,
the textbook in all but its fifths and their segments (ties by row order), lifetimes in customers and days
since the last order (it counts repeat days).

The 100 million are read by DuckDB from the file, under a limit of memory and with two threads, and scored in
pandas: 10 million customers. The process may not hold more than 8 GB.

BENCH_LARGE_ORDERS (10000000), BENCH_LARGE_ROUNDS (2), BENCH_HUGE_ORDERS (100000000; 0 leaves that part out).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import polars as pl

from ecrm_helpers.orders import read

sys.path.insert(0, str(Path(__file__).parent))
import _rfm  # the benchmarks are scripts, not a package
from _table import Row, report

if TYPE_CHECKING:
    from collections.abc import Callable

LARGE = int(os.environ.get("BENCH_LARGE_ORDERS", "10000000"))
HUGE = int(os.environ.get("BENCH_HUGE_ORDERS", "100000000"))
ROUNDS = int(os.environ.get("BENCH_LARGE_ROUNDS", "2"))
TIMES = 3  # in each process: the first run of all pays for memory that later ones reuse
LIMIT_GB, DUCKDB_GB, FEW = 8.0, 5, 20_000
SLOW = ("lifetimes", "textbook")  # once is enough
AGREE = {
    "textbook": ["customer_id", "recency_days", "frequency", "monetary", "segment"],
    "lifetimes": ["customer_id", "recency_days"],
}


def draw(orders: int, path: Path, *, text_ids: bool) -> None:
    """Write orders of two years and a tenth as many, unequal customers, in order of their numbers."""
    number = "printf('O%09d', i)" if text_ids else "i"
    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET memory_limit = '3GB'; SET TimeZone = 'UTC'")
    connection.execute(f"""
        COPY (
            SELECT {number} AS order_id,
                   printf('C%08d', (power(hash(i, 1) / 18446744073709551616.0, 1.8) * {orders // 10})::BIGINT)
                       AS customer_id,
                   TIMESTAMPTZ '2024-07-01 00:00:00+08' + INTERVAL (i * 63072000 // {orders}) SECOND
                       AS ordered_at,
                   CASE WHEN d < 86 THEN 'completed' WHEN d < 90 THEN 'partly_refunded'
                        WHEN d < 96 THEN 'cancelled' ELSE 'refunded' END AS status,
                   a AS amount_cny,
                   CASE WHEN d < 86 THEN 0 WHEN d < 90 THEN a // 3 WHEN d < 96 THEN 0 ELSE a END AS refund_cny
            FROM (SELECT range AS i, hash(range, 2) % 100 AS d, (1000 + hash(range, 3) % 40000)::BIGINT AS a
                  FROM range({orders}))
        ) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
    """)  # noqa: S608, numbers and a path of our own


def contender(name: str, path: str) -> tuple[Callable[[Any], pd.DataFrame], Callable[[int | None], Any]]:
    """Return what is timed and what loads its orders, all or the first few."""

    def few(table: Any, rows: int | None) -> Any:
        return table if rows is None else table.head(rows)

    def relation(rows: int | None, *, loaded: bool) -> Any:
        connection = duckdb.connect()
        connection.execute(f"SET threads = 2; SET memory_limit = '{DUCKDB_GB}GB'")
        connection.execute(f"SET temp_directory = '{path}.spill'")
        file = connection.read_parquet(path)
        file = file if rows is None else file.limit(rows)
        return file.create_view("shop") if not loaded else (file.create("shop"), connection.table("shop"))[1]

    if name == "pandas alone":
        read.LARGE = sys.maxsize
    loads: dict[str, Callable[[int | None], Any]] = {
        "pandas": lambda rows: few(pd.read_parquet(path), rows),
        "PyArrow": lambda rows: few(pl.read_parquet(path), rows).to_arrow(),
        "Polars": lambda rows: few(pl.read_parquet(path), rows).lazy(),
        "DuckDB": lambda rows: relation(rows, loaded=True),
        "DuckDB file": lambda rows: relation(rows, loaded=False),
    }
    calls: dict[str, tuple[Callable[[Any], pd.DataFrame], str]] = {
        **{engine: (_rfm.ours, engine) for engine in loads},
        "pandas alone": (_rfm.ours, "pandas"),
        "tuned": (_rfm.tuned, "pandas"),
        "textbook": (_rfm.textbook, "pandas"),
        "lifetimes": (_rfm.with_lifetimes, "pandas"),
        "Polars by hand": (_rfm.polars_by_hand, "Polars"),
        "SQL by hand": (_rfm.duckdb_by_hand, "DuckDB"),
        "SQL by hand, file": (_rfm.duckdb_by_hand, "DuckDB file"),
    }
    call, engine = calls[name]
    return call, loads[engine]


def child(name: str, path: str, times: str) -> None:
    """Run one contender some times and print its seconds, peak memory and fingerprints."""
    call, load = contender(name, path)
    call(load(FEW))
    orders = load(None)
    seconds = []
    for _ in range(int(times)):
        begin = perf_counter()
        result = call(orders)
        seconds.append(perf_counter() - begin)
    status = Path("/proc/self/status").read_text("ascii")
    # The high-water mark of this program alone: getrusage would count what the parent held when it forked.
    peak = int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e9
    shown = _rfm.comparable(result)
    marks = {column: int(pd.util.hash_pandas_object(shown[column]).sum()) for column in shown}
    print(
        json.dumps(
            {"seconds": statistics.median(seconds), "peak": peak, "customers": len(shown), "marks": marks}
        )
    )


def run(name: str, path: Path, *, times: int) -> dict[str, Any]:
    command = [sys.executable, __file__, name, str(path), str(times)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def compare(results: dict[str, list[dict[str, Any]]]) -> None:
    expected = results["pandas"][0]["marks"]
    for name, runs in results.items():
        for column in AGREE.get(name, expected):
            assert all(one["marks"][column] == expected[column] for one in runs), (name, column)


def large(folder: Path) -> list[Row]:
    path = folder / "large.parquet"
    draw(LARGE, path, text_ids=True)
    names = (
        "pandas",
        "pandas alone",
        "PyArrow",
        "tuned",
        "Polars",
        "Polars by hand",
        "DuckDB",
        "SQL by hand",
    )
    names = (*names, "DuckDB file", "SQL by hand, file", *SLOW)
    results: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for k in range(ROUNDS):
        for name in names:
            if k == 0 or name not in SLOW:
                results[name].append(run(name, path, times=1 if name in SLOW else TIMES))
    path.unlink()
    compare(results)
    seconds = {name: statistics.median(one["seconds"] for one in runs) for name, runs in results.items()}
    peaks = {name: max(one["peak"] for one in runs) for name, runs in results.items()}
    size = f"{LARGE / 1e6:g} M"
    return [
        {
            "metric": f"RFM {size}: {mine} vs {other}",
            "ours": seconds[mine],
            "baseline": seconds[other],
            "runs": 1 if other in SLOW else TIMES * ROUNDS,
            "peak": peaks[mine],
            "peak_baseline": peaks[other],
            "note": note,
        }
        for mine, other, note in (
            ("pandas", "lifetimes", "text ids; grouped by DuckDB; lifetimes counts repeat days"),
            ("pandas", "textbook", "its fifths differ by ties"),
            ("pandas", "tuned", "tuned takes every row for an order"),
            ("pandas alone", "tuned", "as where DuckDB is not installed"),
            ("PyArrow", "tuned", ""),
            ("Polars", "Polars by hand", "both count distinct orders"),
            ("DuckDB", "SQL by hand", "both count distinct orders"),
            ("DuckDB file", "SQL by hand, file", "Parquet to result"),
        )
    ]


def huge(folder: Path) -> list[Row]:
    path = folder / "huge.parquet"
    draw(HUGE, path, text_ids=False)
    result = run("DuckDB file", path, times=1)
    path.unlink()
    assert result["peak"] < LIMIT_GB, f"{result['peak']:.2f} GB for {HUGE:,} orders, {LIMIT_GB} allowed"
    note = f"{result['customers'] / 1e6:.1f} M customers; DuckDB limited to {DUCKDB_GB} GB, 2 threads"
    row: Row = {"metric": f"RFM {HUGE / 1e6:g} M: DuckDB, Parquet to classes", "ours": result["seconds"]}
    return [{**row, "baseline": None, "peak": result["peak"], "note": note}]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = large(Path(folder))
        rows += huge(Path(folder)) if HUGE else []
    report("RFM at scale: table, eight classes, fifths, ten segments", rows)


if __name__ == "__main__":
    child(*sys.argv[1:]) if len(sys.argv) > 1 else main()
