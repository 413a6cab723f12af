"""Rows that are no order, rows that stand twice, and whether repeating order ids mean lines."""

# ruff: noqa: S608  names and texts from outside enter SQL through `quoted` and `literal` only
from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.report import Correction
from ecrm_helpers.intake.scan.expressions import literal
from ecrm_helpers.messages import intake_files as files_say
from ecrm_helpers.messages import intake_orders as notes_say
from ecrm_helpers.messages import scan as say

if TYPE_CHECKING:
    from ecrm_helpers.intake.scan.desk import Desk

__all__ = ["are_lines", "without_no_orders", "without_repeats"]


def without_no_orders(desk: Desk, notes: list[Correction]) -> tuple[str, int]:
    """Leave out rows that are no order; return the others, and how many they are."""
    source = desk.staged.table
    rows, blank, total, stripped = desk.ask(
        "SELECT count(*), count_if(blank), count_if(total), count_if(stripped AND NOT blank AND NOT total) "
        f"FROM {source}"
    )
    titles = sum(part.titles for part in desk.staged.parts)
    counts = {
        files_say.TITLE_ROWS: titles,
        files_say.BLANK_ROWS: blank,
        files_say.TOTAL_ROWS: total,
        notes_say.STRIPPED: stripped,
    }
    notes += [Correction(what, count) for what, count in counts.items() if count]
    if not blank and not total:
        return source, rows
    return f"(SELECT * FROM {source} WHERE NOT blank AND NOT total)", rows - blank - total


def without_repeats(desk: Desk, source: str, notes: list[Correction]) -> tuple[str, bool]:
    """Leave out rows that equal an earlier one in every cell; tell whether order ids still repeat."""
    if not _repeat(desk, source):
        return source, False
    every, distinct = desk.ask(f"SELECT count(*), count(DISTINCT (row, hash(order_id))) FROM {source}")
    if every == distinct:
        return source, True
    one = desk.roles[0]
    summed = "amount" not in one.positions and "line_id" not in one.matched.columns
    if summed and not desk.wishes.drop:
        example = desk.ask(
            f"SELECT order_id FROM {source} GROUP BY order_id, row HAVING count(*) > 1 LIMIT 1"
        )[0]
        raise DataError(say.same_lines(example, every - distinct))
    table = f"(SELECT DISTINCT ON (row, order_id) * FROM {source})"
    source = f"read_parquet({literal(str(desk.write(table, 'once')))})"
    notes.append(Correction(notes_say.SAME_ROWS, every - distinct))
    return source, _repeat(desk, source)


def _repeat(desk: Desk, source: str) -> bool:
    rows, orders = desk.ask(
        f"SELECT count(*), count(DISTINCT hash(order_id)) FROM {source} WHERE order_id IS NOT NULL"
    )
    return bool(rows != orders)


def are_lines(desk: Desk, source: str) -> bool:
    """Tell whether repeating order ids mean lines; a column that only lines have says so."""
    if desk.wishes.grain == "line" or desk.roles[0].lines:
        return True
    example, count = desk.ask(
        f"SELECT min(order_id), count(*) FROM (SELECT order_id FROM {source} WHERE order_id IS NOT NULL "
        "GROUP BY order_id HAVING count(*) > 1)"
    )
    raise DataError(say.orders_repeat(example, count))
