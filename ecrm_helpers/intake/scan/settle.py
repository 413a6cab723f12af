"""From rows to orders: repeated rows, lines summed, one currency, states and refunds telling one story.

The same decisions, in the same order, as for small files (:mod:`ecrm_helpers.intake.assemble`).
"""

# ruff: noqa: S608  names and texts from outside enter SQL through `quoted` and `literal` only
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecrm_helpers.intake.report import Correction
from ecrm_helpers.intake.scan.parts import run
from ecrm_helpers.intake.statuses import OPEN, UNPAID
from ecrm_helpers.messages import intake_orders as say

if TYPE_CHECKING:
    from ecrm_helpers.intake.scan.rows import Rows

__all__ = ["orders_of_lines", "settled"]

_STOPPED = f"('cancelled', '{UNPAID}')"


def orders_of_lines(rows: Rows, *, wide: bool) -> tuple[str, dict[str, str], dict[str, str]]:
    """Sum lines to orders.

    Parameters
    ----------
    rows : Rows
    wide : bool
        Whether amounts are the orders' own, standing on every line or on the first.

    Returns
    -------
    table : str
        An SQL table, one row per order.
    wrong : dict
        Column -> condition that makes an order useless.
    differing : dict
        Column -> condition that its lines contradict each other.
    """
    has = set(rows.columns)
    bad = " OR ".join(f"({condition})" for condition in rows.wrong.values()) or "false"
    once: list[str] = [name for name in ("customer_id", "ordered_at", "currency", "sign") if name in has]
    source = rows.table if wide else _with_states(rows)
    once += [name for name in ("amount_cny", "refund_cny", "status") if name in has and wide]
    chosen = [f"min({name}) AS {name}" for name in once]
    chosen += [f"(min({name}) IS DISTINCT FROM max({name})) AS {name}_differs" for name in once]
    if "cancelled" in has:
        chosen.append("bool_or(cancelled) AS cancelled")
    if "refund_sign" in has:
        chosen.append("min(refund_sign) AS refund_sign")
    if not wide:
        chosen += _sums(has)
    chosen.append(
        f"bool_or({bad} OR order_id IS NULL" + ("" if wide else " OR amount_cny IS NULL") + ") AS bad"
    )
    table = f"(SELECT order_id, {', '.join(chosen)} FROM {source} GROUP BY order_id)"
    needed = ("customer_id", "ordered_at", "amount_cny")
    return table, {name: f"{name} IS NULL" for name in needed}, {name: f"{name}_differs" for name in once}


def _with_states(rows: Rows) -> str:
    """Give lines without a state of their own their order's first, and a cancelling to all lines."""
    told = [f"coalesce({name}, told_{name}) AS {name}" for name in ("status",) if name in rows.columns]
    asked = ["arg_min(status, n) FILTER (status IS NOT NULL) AS told_status"] if told else []
    if "cancelled" in rows.columns:
        told.append("told_cancelled AS cancelled")
        asked.append("bool_or(cancelled) AS told_cancelled")
    if not told:
        return rows.table
    orders = f"(SELECT order_id, {', '.join(asked)} FROM {rows.table} GROUP BY order_id)"
    return f"(SELECT r.* REPLACE ({', '.join(told)}) FROM {rows.table} r JOIN {orders} o USING (order_id))"


def _sums(has: set[str]) -> list[str]:
    """Sum what is a line's own; a cancelled line of a living order is left out."""
    state = "coalesce(status, 'completed')" if "status" in has else "'completed'"
    if "cancelled" in has:
        stopped = f"cancelled AND {state} IN ('completed', '{OPEN}', '{UNPAID}')"
        state = f"CASE WHEN {stopped} THEN 'cancelled' ELSE {state} END"
    live = f"({state}) NOT IN {_STOPPED}"
    alive = f"count(*) FILTER ({live}) > 0"
    refund = "coalesce(refund_cny, 0)" if "refund_cny" in has else "0"
    returned = f"CASE WHEN ({state}) = 'refunded' AND {refund} = 0 THEN amount_cny ELSE {refund} END"
    partly, waiting = f"bool_or(({state}) = 'partly_refunded')", f"bool_or(({state}) = '{OPEN}')"
    sums = {
        name: f"CAST(CASE WHEN {alive} THEN sum({value}) FILTER ({live}) ELSE sum({value}) END AS BIGINT)"
        for name, value in (("amount_cny", "amount_cny"), ("refund_cny", returned))
    }
    status = (
        f"CASE WHEN NOT ({alive}) THEN 'cancelled' WHEN {partly} THEN 'partly_refunded' "
        f"WHEN {waiting} THEN '{OPEN}' ELSE 'completed' END"
    )
    out = f"CASE WHEN {alive} THEN count(*) FILTER (NOT ({live})) ELSE 0 END"
    return [f"{value} AS {name}" for name, value in {**sums, "status": status, "left_out": out}.items()]


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Orders whose state and refund tell the same story, and how often which change was made."""

    table: str
    changes: list[Correction]


def settled(table: str, columns: set[str], *, connection: Any) -> Telling:
    """Give every order one of the four states and its refund; see ``intake.settle``.

    Parameters
    ----------
    table : str
        Orders as an SQL table.
    columns : set of str
        Which of ``status``, ``refund_cny`` and ``cancelled`` it has.
    """
    given = "status" if "status" in columns else "CAST(NULL AS VARCHAR)"
    refund = "coalesce(refund_cny, 0)" if "refund_cny" in columns else "CAST(0 AS BIGINT)"
    stopped = f"cancelled AND coalesce({given}, 'completed') IN ('completed', '{OPEN}', '{UNPAID}')"
    stopped = stopped if "cancelled" in columns else "false"
    dropped = [name for name in ("status", "refund_cny", "cancelled") if name in columns]
    others = f"* EXCLUDE ({', '.join(dropped)})" if dropped else "*"
    first = (
        f"(SELECT {others}, {given} AS given, {stopped} AS stopped, {refund} AS paid_back, "
        f"CASE WHEN {stopped} THEN 'cancelled' WHEN {given} IS NULL OR {given} = '{OPEN}' THEN 'completed' "
        f"WHEN {given} = '{UNPAID}' THEN 'cancelled' ELSE {given} END AS state FROM {table})"
    )
    silent = "state = 'refunded' AND paid_back = 0 AND amount_cny > 0"
    second = (
        f"(SELECT * EXCLUDE (paid_back), {silent} AS silent, "
        f"CASE WHEN {silent} THEN amount_cny ELSE paid_back END AS refund_cny FROM {first})"
    )
    whole = "refund_cny = amount_cny AND refund_cny > 0 AND state <> 'refunded'"
    part = "refund_cny > 0 AND refund_cny < amount_cny AND state IN ('completed', 'refunded')"
    counts = {
        say.EMPTY_STATUS: "given IS NULL" if "status" in columns else "false",
        say.CANCELLED_AT: f"stopped AND given IS DISTINCT FROM '{UNPAID}'",
        say.OPEN_ORDERS: f"given = '{OPEN}' AND NOT stopped",
        say.UNPAID_ORDERS: f"given = '{UNPAID}' AND NOT stopped",
        say.REFUND_ASSUMED: "silent",
        say.REFUND_UNKNOWN: "state = 'partly_refunded' AND refund_cny = 0",
        say.REFUND_ALL: whole,
        say.REFUND_PART: part,
    }
    found = run(
        connection, f"SELECT {', '.join(f'count_if({one})' for one in counts.values())} FROM {second}"
    )[0]
    changes = [Correction(what, count) for what, count in zip(counts, found, strict=True) if count]
    final = (
        "(SELECT * EXCLUDE (given, stopped, silent, state), "
        f"CASE WHEN {whole} THEN 'refunded' WHEN {part} THEN 'partly_refunded' ELSE state END AS status "
        f"FROM {second})"
    )
    return Telling(table=final, changes=changes)
