"""What must be known of clean orders before they are added up: complete, from when to when, which grain."""

# ruff: noqa: S608  names and texts from outside enter SQL through `quoted` and `literal` only
from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecrm_helpers.intake.scan.expressions import literal, text
from ecrm_helpers.intake.scan.parts import run, speaking
from ecrm_helpers.intake.statuses import STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["Facts", "find_facts", "ids_are_unique", "is_clean"]


_DIFFERENT = (
    "refund_cny > 0 AND (refund_cny = amount_cny AND status <> 'refunded' "
    "OR refund_cny < amount_cny AND status NOT IN ('partly_refunded', 'cancelled'))"
)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Clean orders in four numbers."""

    rows: int
    customers: int
    first_day: dt.date
    last_day: dt.date


def files_sql(files: Sequence[Path]) -> str:
    """Return Parquet files as an SQL table."""
    return "read_parquet([" + ", ".join(literal(str(file)) for file in files) + "], hive_partitioning=false)"


def is_clean(files: Sequence[Path], kinds: Mapping[str, str], connection: Any) -> bool:
    """Tell whether canonical columns hold nothing missing, negative, unknown, untrimmed or contradictory."""
    wrong = []
    for name, kind in kinds.items():
        if name == "refund_cny":
            wrong.append("coalesce(refund_cny < 0 OR refund_cny > amount_cny, false)")
            wrong.append(f"coalesce({_DIFFERENT if 'status' in kinds else 'refund_cny > 0'}, false)")
            continue
        wrong.append(f"{name} IS NULL")
        if name == "amount_cny":
            wrong.append("amount_cny < 0")
        elif name == "status":
            wrong.append(f"status NOT IN ({', '.join(map(literal, STATUSES))})")
        elif kind == "VARCHAR":
            wrong.append(f"{name} IS DISTINCT FROM {text(name, kind)}")
    with speaking(files[0]):
        return not run(connection, f"SELECT count_if({' OR '.join(wrong)}) FROM {files_sql(files)}")[0][0]


def find_facts(files: Sequence[Path], *, naive: bool, timezone: str, connection: Any) -> Facts | None:
    """Count rows and find the first and last local day; None when there is no row."""
    local = "{0}(ordered_at)" if naive else "timezone(" + literal(timezone) + ", {0}(ordered_at))"
    days = ", ".join(f"CAST(CAST({local.format(which)} AS DATE) AS VARCHAR)" for which in ("min", "max"))
    with speaking(files[0]):
        query = f"SELECT count(*), count(DISTINCT hash(customer_id)), {days} FROM {files_sql(files)}"
        rows, customers, first, last = run(connection, query)[0]
    if not rows:
        return None
    return Facts(
        rows=rows,
        customers=customers,
        first_day=dt.date.fromisoformat(first),
        last_day=dt.date.fromisoformat(last),
    )


def ids_are_unique(files: Sequence[Path], *, rows: int, connection: Any) -> bool:
    """Tell whether every row is an order of its own.

    Hashes are a third of the ids' memory; two equal ones by accident only cost a careful second look.
    """
    with speaking(files[0]):
        query = f"SELECT count(DISTINCT hash(order_id)) FROM {files_sql(files)}"
        return bool(run(connection, query)[0][0] == rows)
