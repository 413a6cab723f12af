"""Rows with every cell read or given a reason: the second look at what SQL did not understand."""

# ruff: noqa: S608  names and texts from outside enter SQL through `quoted` and `literal` only
from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.cells import NO_ID
from ecrm_helpers.intake.money import currency_code
from ecrm_helpers.intake.report import Correction
from ecrm_helpers.intake.scan.expressions import literal
from ecrm_helpers.intake.scan.oddities import OddReader, Readings
from ecrm_helpers.intake.scan.parts import keep, run
from ecrm_helpers.intake.scan.roles import canonical_name
from ecrm_helpers.intake.scan.stage import ODD, cells_of, no_orders, values_of
from ecrm_helpers.messages import intake_cells as cells_say
from ecrm_helpers.messages import intake_orders as notes_say
from ecrm_helpers.messages import scan as say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecrm_helpers.intake.scan.roles import Roles
    from ecrm_helpers.intake.scan.stage import Staged

__all__ = ["Rows", "first_bad", "read_rows"]

ODD_TEXTS = 5_000_000  # distinct texts of one column that are read one by one
_NAMED = 1_000
_TYPES = {"ordered_at": "TIMESTAMPTZ", "status": "VARCHAR"}
# What Excel makes of long numbers and of formulas is no id.
_SPOILED = r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+|#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)"
_NO_IDS = (_SPOILED, NO_ID)


@dataclass(frozen=True, kw_only=True)
class Rows:
    """An SQL table of rows, one condition per column that makes a row useless, and what was changed.

    ``empty`` conditions are apart from ``wrong`` ones, because an order's further lines may be empty.
    """

    table: str
    columns: tuple[str, ...]
    wrong: dict[str, str]
    empty: dict[str, str]
    reread: bool  # whether texts were read that SQL had not understood
    reasons: dict[str, dict[str, str]] = field(default_factory=dict)  # column -> unread text -> why
    changes: list[Correction] = field(default_factory=list)


def read_rows(staged: Staged, roles: Roles, reader: OddReader, *, source: str, connection: Any) -> Rows:
    """Have every distinct text that was not understood read, and join the answers.

    Parameters
    ----------
    source : str
        The staged rows as an SQL table, perhaps without some.

    Raises
    ------
    DataError
        If there are too many kinds of such texts, or they contradict each other.
    """
    import pyarrow as pa  # noqa: PLC0415

    positions = {canonical_name(role): index for role, index in roles.positions.items()}
    ready = {canonical_name(role) for role in roles.hundredths}
    joined, reasons, changes = {}, {}, []
    for name in ODD:
        if name not in positions:
            continue
        found = run(
            connection,
            f"SELECT DISTINCT {name}_odd FROM {source} WHERE {name}_odd IS NOT NULL LIMIT {ODD_TEXTS + 1}",
        )
        texts = sorted(row[0] for row in found)
        if not texts:
            continue
        if len(texts) > ODD_TEXTS:
            message = say.too_many_odd(name, ODD_TEXTS, texts[:3])
            raise DataError(message)
        if name in ready:
            nothing: list[str | None] = [None] * len(texts)
            answers = Readings(
                values=list(nothing),
                reasons=[say.WANT_HUNDREDTHS] * len(texts),
                changes=nothing,
                signs=nothing,
            )
        else:
            point = name.endswith("_cny") and _any_point(name, source, connection)
            answers = reader.read(name, texts, header=staged.parts[0].headers[positions[name]], point=point)
        kind = {"ordered_at": pa.timestamp("us", tz="UTC"), "status": pa.string()}.get(name, pa.int64())
        table = pa.table(
            {
                "odd": pa.array(texts, pa.string()),
                "value": pa.array(answers.values, kind),
                "reason": pa.array(answers.reasons, pa.string()),
                "change": pa.array(answers.changes, pa.string()),
                "sign": pa.array(answers.signs, pa.string()),
            }
        )
        keep(connection, f"read_{name}", table)
        joined[name] = f"LEFT JOIN read_{name} ON s.{name}_odd = read_{name}.odd"
        reasons[name] = {t: why for t, why in zip(texts, answers.reasons, strict=True) if why}
        if answers.comma:
            header = staged.parts[0].headers[positions[name]]
            changes.append(Correction(notes_say.comma_amounts(header), len(texts)))
        changes += _changes(name, source, connection) if any(answers.changes) else []
    table_sql, columns = _table(positions, joined, source, connection)
    return Rows(
        table=table_sql,
        columns=columns,
        wrong=_wrong(positions, joined),
        empty={name: f"{name} IS NULL" for name in columns if name not in _MAY_BE_EMPTY},
        reread=bool(joined),
        reasons=reasons,
        changes=changes,
    )


_MAY_BE_EMPTY = ("refund_cny", "status", "currency", "cancelled", "sign", "refund_sign", "row", "n")


def _table(
    positions: dict[str, int], joined: dict[str, str], source: str, connection: Any
) -> tuple[str, tuple[str, ...]]:
    chosen, columns = [], []
    for name in (*positions, "row", "n"):
        if name == "cancelled_at":
            chosen.append("s.cancelled AS cancelled")
        elif name == "quantity":
            continue
        elif name == "currency":
            chosen.append(f"{_currency(source, connection)} AS currency")
        elif name in joined:
            chosen.append(f"coalesce(s.{name}, read_{name}.value) AS {name}")
        else:
            chosen.append(f"s.{name} AS {name}")
        columns.append("cancelled" if name == "cancelled_at" else name)
    if "quantity" in positions:
        value = "coalesce(s.quantity, read_quantity.value)" if "quantity" in joined else "s.quantity"
        at = next(index for index, one in enumerate(chosen) if one.endswith(" AS amount_cny"))
        price = chosen[at].removesuffix(" AS amount_cny")
        chosen[at] = f"({price}) * {value} AS amount_cny"
    if "amount_cny" in joined:
        chosen.append("read_amount_cny.sign AS sign")
        columns.append("sign")
    if "refund_cny" in joined:
        chosen.append("read_refund_cny.sign AS refund_sign")
        columns.append("refund_sign")
    chosen += [f"read_{name}.reason AS {name}_why" for name in joined]
    return f"(SELECT {', '.join(chosen)} FROM {source} s {' '.join(joined.values())})", tuple(columns)


def _wrong(positions: dict[str, int], joined: dict[str, str]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    for name in positions:
        terms = [f"{name}_why IS NOT NULL"] if name in joined else []
        if name.endswith("_cny"):
            terms.append(f"coalesce({name} < 0, false)")
        if name.endswith("_id"):
            terms += [f"coalesce(regexp_full_match({name}, {literal(one)}), false)" for one in _NO_IDS]
        if name == "currency":
            terms.append("coalesce(currency = '?', false)")
        if terms:
            wrong[name] = " OR ".join(terms)
    return wrong


def _currency(source: str, connection: Any) -> str:
    """Return an expression for the ISO code of every row; '?' for a text that names no currency."""
    texts = [
        row[0]
        for row in run(
            connection, f"SELECT DISTINCT currency FROM {source} WHERE currency IS NOT NULL LIMIT {_NAMED}"
        )
    ]
    if not texts:
        return "CAST(NULL AS VARCHAR)"
    cases = " ".join(f"WHEN {literal(one)} THEN {literal(currency_code(one) or '?')}" for one in texts)
    return f"CASE WHEN s.currency IS NOT NULL THEN CASE s.currency {cases} ELSE '?' END END"


def _any_point(name: str, source: str, connection: Any) -> bool:
    return bool(run(connection, f"SELECT bool_or({name}_point) FROM {source}")[0][0])


def _changes(name: str, source: str, connection: Any) -> list[Correction]:
    found = run(
        connection,
        f"SELECT change, count(*) FROM {source} s JOIN read_{name} ON s.{name}_odd = read_{name}.odd "
        "WHERE change IS NOT NULL GROUP BY change ORDER BY change",
    )
    return [Correction(what, count) for what, count in found]


def first_bad(
    staged: Staged,
    roles: Sequence[Roles],
    reader: OddReader,
    rows: Rows,
    name: str,
    *,
    count: int,
    connection: Any,
) -> str:
    """Find the first cell of a column that cannot be used, in the teacher's own file."""
    why = rows.reasons.get(name, {})
    listed = ", ".join(literal(one) for one in list(why)[:_NAMED])
    wrong = [] if name in _MAY_BE_EMPTY else ["cell IS NULL"]
    wrong += [f"cell IN ({listed})"] if listed else []
    wrong += ["value < 0"] if name.endswith("_cny") else []
    wrong += [f"regexp_full_match(value, {literal(one)})" for one in _NO_IDS if name.endswith("_id")]
    for part, one in zip(staged.parts, roles, strict=True):
        index = next(at for role, at in one.positions.items() if canonical_name(role) == name)
        cell, value = cells_of(part, one)[name], values_of(part, one, reader.timezone, {})[name]
        if not wrong:
            break
        for number, file in enumerate(part.files):
            found = run(
                connection,
                f"SELECT n, cell FROM (SELECT n, CAST(cell_{name} AS VARCHAR) AS cell, {value} AS value FROM "
                f"(SELECT row_number() OVER () AS n, {cell} AS cell_{name}, {', '.join(no_orders(part))} "
                f"FROM {part.relation(only=number)}) WHERE NOT blank AND NOT total) "
                f"WHERE {' OR '.join(wrong)} ORDER BY n LIMIT 1",
            )
            if found:
                row, shown = int(found[0][0]) + part.first_row - 1, found[0][1]
                reason = cells_say.EMPTY if shown is None else why.get(shown) or _usual(name, shown)
                hidden = name == "customer_id" and one.personal_id
                return say.bad_cell(
                    file.name, row, part.headers[index], shown, reason, hidden=hidden, more=count - 1
                )
    header = staged.parts[0].headers[
        next(at for role, at in roles[0].positions.items() if canonical_name(role) == name)
    ]
    return say.bad_cell(
        staged.parts[0].files[0].name, None, header, "", _usual(name, ""), hidden=True, more=count - 1
    )


def _usual(name: str, shown: str) -> str:
    if name.endswith("_id"):
        return cells_say.NO_ID if re.fullmatch(NO_ID, shown) else cells_say.ID_CUT
    return cells_say.WANT_CURRENCY if name == "currency" else cells_say.NEGATIVE
