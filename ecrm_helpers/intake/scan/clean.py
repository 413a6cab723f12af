"""Clean large files once, on DuckDB, into Parquet in canonical columns: counted, exact, never silent.

``stage`` reads every file once; ``rows`` has what SQL does not understand read by the reader of small files;
here the rows become orders: repeated rows and useless ones out, lines summed, one currency, one story.
"""

# ruff: noqa: S608  names and texts from outside enter SQL through `quoted` and `literal` only
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.report import Correction
from ecrm_helpers.intake.scan.converting import in_one_currency
from ecrm_helpers.intake.scan.desk import Desk, Wishes
from ecrm_helpers.intake.scan.expressions import literal
from ecrm_helpers.intake.scan.parts import speaking
from ecrm_helpers.intake.scan.repeats import are_lines, without_no_orders, without_repeats
from ecrm_helpers.intake.scan.roles import PRICES, canonical_name
from ecrm_helpers.intake.scan.rows import Rows, first_bad, read_rows
from ecrm_helpers.intake.scan.settle import orders_of_lines, settled
from ecrm_helpers.intake.scan.stage import stage
from ecrm_helpers.messages import intake_orders as notes_say
from ecrm_helpers.messages import scan as say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ecrm_helpers.intake.scan.oddities import OddReader
    from ecrm_helpers.intake.scan.parts import Part
    from ecrm_helpers.intake.scan.roles import Roles

__all__ = ["Cleaned", "clean"]

ORDERS = ("order_id", "customer_id", "ordered_at", "amount_cny", "refund_cny", "status")


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """Where the clean orders are, one row each, and what became of the rows."""

    files: tuple[Path, ...]
    columns: tuple[str, ...]
    rows: int  # found
    currency: str | None
    corrections: tuple[Correction, ...] = ()


def clean(
    parts: Sequence[Part],
    roles: Sequence[Roles],
    reader: OddReader,
    wishes: Wishes,
    *,
    folder: Path,
    connection: Any,
) -> Cleaned:
    """Write the orders of all parts as Parquet files in canonical columns.

    Returns
    -------
    Cleaned
        ``ordered_at`` is a UTC moment, ``amount_cny`` and ``refund_cny`` int64 hundredths of the shop's
        currency, all else text.

    Raises
    ------
    DataError
        If a cell cannot be read and `wishes` does not drop its row (file, row and column are named), orders
        contradict themselves, or currencies differ without rates.
    """
    staged = stage(parts, roles, reader, folder=folder, connection=connection)
    with speaking():
        return _cleaned(
            Desk(
                staged=staged, roles=roles, reader=reader, wishes=wishes, folder=folder, connection=connection
            )
        )


def _cleaned(desk: Desk) -> Cleaned:
    one = desk.roles[0]
    notes: list[Correction] = []
    source, found = without_no_orders(desk, notes)
    repeated = False
    if "order_id" in one.positions and desk.wishes.grain != "order":
        source, repeated = without_repeats(desk, source, notes)
    lines = repeated and are_lines(desk, source)
    rows = read_rows(desk.staged, one, desk.reader, source=source, connection=desk.connection)
    notes += rows.changes
    if "unit_price" in one.positions:
        notes.append(Correction(notes_say.PRICES_ONLY, found))
    wrong = {**rows.wrong} if lines else _both(rows)
    dropped = _refuse_or_count(desk, rows, wrong, notes)
    if lines:
        table, columns = _summed(desk, rows, notes)
    else:
        whole = " OR ".join(f"({condition})" for condition in wrong.values()) or "false"
        table = f"(SELECT * FROM {rows.table} WHERE NOT ({whole}))" if dropped else rows.table
        columns = set(rows.columns)
    table, currency = _one_currency(desk, table, columns, notes)
    before = len(notes)
    if columns & {"status", "refund_cny", "cancelled"}:
        told = settled(table, columns, connection=desk.connection)
        table, columns = told.table, (columns - {"cancelled"}) | {"status", "refund_cny"}
        notes += told.changes
    if "status" not in one.positions:
        notes.append(Correction(notes_say.NO_STATUS, found))
    names = tuple(name for name in ORDERS if name in columns)
    count = desk.ask(f"SELECT count(*) FROM {table}")[0] if lines or dropped else found
    if not count:
        message = say.no_rows_left(found)
        raise DataError(message)
    excess = _too_much_refunded(desk, table, notes) if "refund_cny" in columns else False
    changed = (dropped, lines, excess, rows.reread, source != desk.staged.table, len(notes) > before)
    untouched = not any(changed) and currency is None and set(names) <= set(rows.columns)
    if untouched:
        return Cleaned(
            files=desk.staged.files, columns=names, rows=found, currency=None, corrections=tuple(notes)
        )
    chosen = (
        f"(SELECT {', '.join(names)} FROM {table} WHERE {'refund_cny <= amount_cny' if excess else 'true'})"
    )
    target = desk.write(chosen, "orders")
    for file in desk.folder.glob("*.parquet"):
        if file != target:
            file.unlink()
    return Cleaned(files=(target,), columns=names, rows=found, currency=currency, corrections=tuple(notes))


def _both(rows: Rows) -> dict[str, str]:
    return {
        name: " OR ".join(f"({one[name]})" for one in (rows.empty, rows.wrong) if name in one)
        for name in rows.columns
        if name in rows.empty or name in rows.wrong
    }


def _refuse_or_count(desk: Desk, rows: Rows, wrong: dict[str, str], notes: list[Correction]) -> int:
    """Refuse the first cell that cannot be used, or count the rows that are left out."""
    if not wrong:
        return 0
    each = ", ".join(f"count_if({condition})" for condition in wrong.values())
    every = " OR ".join(f"({condition})" for condition in wrong.values())
    total, *counts = desk.ask(f"SELECT count_if({every}), {each} FROM {rows.table}")
    if not total:
        return 0
    by_name = {name: count for name, count in zip(wrong, counts, strict=True) if count}
    name, count = next(iter(by_name.items()))
    if not desk.wishes.drop:
        raise DataError(
            first_bad(
                desk.staged, desk.roles, desk.reader, rows, name, count=count, connection=desk.connection
            )
        )
    headers = {canonical_name(role): header for role, header in desk.roles[0].matched.columns.items()}
    notes += [Correction(say.dropped_rows(headers[one]), many) for one, many in by_name.items()]
    return int(total)


def _summed(desk: Desk, rows: Rows, notes: list[Correction]) -> tuple[str, set[str]]:
    """Sum lines to orders, or say which order's lines contradict each other."""
    wide = "amount" in desk.roles[0].positions
    table, empty, differing = orders_of_lines(rows, wide=wide)
    table = f"read_parquet({literal(str(desk.write(table, 'lines')))})"
    headers = {canonical_name(role): header for role, header in desk.roles[0].matched.columns.items()}
    lost = " OR ".join(["bad", *empty.values()])
    for name, condition in differing.items():
        order, count = desk.ask(
            f"SELECT min(order_id), count(*) FROM {table} WHERE NOT ({lost}) AND {condition}"
        )
        if count:
            price = headers.get(name, headers["amount_cny"])
            raise DataError(say.lines_disagree(order, price, count, amount=name == "amount_cny"))
    order, count, whole = desk.ask(
        f"SELECT min(order_id) FILTER ({lost}), count_if({lost}), count_if(NOT ({lost})) FROM {table}"
    )
    if count and not desk.wishes.drop:
        raise DataError(say.order_incomplete(order, count))
    if count:
        notes.append(Correction(say.DROPPED_ORDERS, count))
    notes += _filled(desk, rows, table, wide=wide)
    if wide:
        again = "count(amount_cny) - count(DISTINCT order_id) FILTER (amount_cny IS NOT NULL)"
        once = desk.ask(f"SELECT {again} FROM {rows.table}")[0]
        notes += [Correction(notes_say.AMOUNT_ONCE, once)] if once else []
    else:
        out = desk.ask(f"SELECT sum(left_out) FROM {table}")[0]
        notes += [Correction(notes_say.CANCELLED_LINES, int(out))] if out else []
    notes.append(Correction(notes_say.lines_summed(whole), desk.ask(f"SELECT count(*) FROM {rows.table}")[0]))
    columns = {"order_id", "customer_id", "ordered_at", "amount_cny"} | (
        set(rows.columns) & {"currency", "sign", "refund_sign", "refund_cny", "status", "cancelled"}
    )
    columns |= set() if wide else {"refund_cny", "status"}
    return f"(SELECT {', '.join(sorted(columns))} FROM {table} WHERE NOT ({lost}))", columns


def _filled(desk: Desk, rows: Rows, orders: str, *, wide: bool) -> list[Correction]:
    """Count the lines whose empty cells were filled from their order's other lines."""
    once = (
        "customer_id",
        "ordered_at",
        "currency",
        *(("amount_cny", "refund_cny", "status") if wide else ()),
    )
    names = [name for name in once if name in rows.columns]
    if not desk.ask(f"SELECT count_if({' OR '.join(f'{name} IS NULL' for name in names)}) FROM {rows.table}")[
        0
    ]:
        return []
    gaps = " OR ".join(f"(o.{name} IS NOT NULL AND r.{name} IS NULL)" for name in names)
    count = desk.ask(f"SELECT count(*) FROM {rows.table} r JOIN {orders} o USING (order_id) WHERE {gaps}")[0]
    return [Correction(notes_say.FILLED, count)] if count else []


def _one_currency(
    desk: Desk, table: str, columns: set[str], notes: list[Correction]
) -> tuple[str, str | None]:
    one = desk.roles[0]
    price = next(role for role in PRICES if role in one.positions)
    if price in one.hundredths:
        return table, desk.wishes.currency
    table, currency, more = in_one_currency(
        table,
        columns,
        header=one.matched.columns[price],
        asked=desk.wishes.currency,
        drop=desk.wishes.drop,
        rates=desk.wishes.rates,
        timezone=desk.reader.timezone,
        connection=desk.connection,
    )
    notes += more
    return table, currency


def _too_much_refunded(desk: Desk, table: str, notes: list[Correction]) -> bool:
    """Refuse refunds above their orders' amounts, or count the orders that are left out for it."""
    if "order_id" in desk.roles[0].positions:
        order, count = desk.ask(f"SELECT min(order_id), count(*) FROM {table} WHERE refund_cny > amount_cny")
    else:
        order, count = None, desk.ask(f"SELECT count(*) FROM {table} WHERE refund_cny > amount_cny")[0]
    if not count:
        return False
    header = desk.roles[0].matched.columns.get("refund", "")
    if not desk.wishes.drop:
        raise DataError(say.refund_too_large(order, header, count))
    notes.append(Correction(say.dropped_rows(header), count))
    return True
