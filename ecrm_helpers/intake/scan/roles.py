"""Which column of each file is which of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ecrm_helpers.errors import DataError
from ecrm_helpers.intake.columns import LINE_COLUMNS, Matched, is_personal, match_columns
from ecrm_helpers.messages import scan as say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecrm_helpers.intake.scan.parts import Part

__all__ = ["PRICES", "Roles", "are_canonical", "canonical_name", "find_roles"]

PRICES = ("amount", "line_amount", "unit_price")

_READ = (
    "customer_id", "order_id", "ordered_at", "amount", "line_amount", "unit_price", "quantity", "refund",
    "status", "currency", "cancelled_at",
)  # fmt: skip
_HUNDREDTHS = {"amount_cny", "refund_cny"}
_KINDS = {
    "customer_id": ("VARCHAR", "BIGINT", "INTEGER"),
    "order_id": ("VARCHAR", "BIGINT", "INTEGER"),
    "ordered_at": ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP"),
    "amount_cny": ("BIGINT", "INTEGER"),
    "refund_cny": ("BIGINT", "INTEGER"),
    "status": ("VARCHAR",),
}


@dataclass(frozen=True, kw_only=True)
class Roles:
    """What one part's columns mean."""

    positions: Mapping[str, int]  # our column -> position; of amounts only the one that is used
    hundredths: frozenset[str]  # which of them are in hundredths already, as in our own tables
    matched: Matched

    @property
    def lines(self) -> bool:
        """Whether there are columns that only a line of an order has."""
        return any(role in self.matched.columns for role in LINE_COLUMNS)

    @property
    def personal_id(self) -> bool:
        """Whether the column that tells customers apart is about a person."""
        return is_personal(self.matched.columns["customer_id"])


def find_roles(
    parts: Sequence[Part],
    mapping: Mapping[str, str | None] | None,
    *,
    grain: Literal["auto", "order", "line"],
) -> list[Roles]:
    """Find our columns in every part by the headers' usual names or by `mapping`.

    Raises
    ------
    SettingsError, DataError
        As :func:`~ecrm_helpers.intake.columns.match_columns`, and if parts have different columns.
    """
    required = ["customer_id", "ordered_at", "amount", *([] if grain == "order" else ["order_id"])]
    found = [_roles(part, mapping, required) for part in parts]
    first = set(found[0].positions)
    for part, one in zip(parts[1:], found[1:], strict=True):
        for role in sorted(first ^ set(one.positions)):
            message = say.columns_differ(parts[0].files[0], part.files[0], role)
            raise DataError(message)
    return found


def _roles(part: Part, mapping: Mapping[str, str | None] | None, required: Sequence[str]) -> Roles:
    matched = match_columns(part.headers, mapping, required=required, file=part.files[0].name)
    price = next(role for role in PRICES if role in matched.columns)
    unused = {*PRICES, "quantity"} - ({price, "quantity"} if price == "unit_price" else {price})
    ready = frozenset(
        role for role in (*PRICES, "refund") if matched.columns.get(role, "").strip().lower() in _HUNDREDTHS
    )
    if price in ready:  # the shop's own currency: what `currency` says is about the column `amount`
        unused = {*unused, "currency"}
    positions = {
        role: part.headers.index(matched.columns[role])
        for role in _READ
        if role in matched.columns and role not in unused
    }
    return Roles(positions=positions, hundredths=ready, matched=matched)


def are_canonical(parts: Sequence[Part], roles: Sequence[Roles]) -> bool:
    """Tell whether every file is Parquet with our names and types, so that engines can read it as it is."""
    if len(parts) > 1 or parts[0].encoding is not None:
        return False
    part, one = parts[0], roles[0]
    names = {canonical_name(role): index for role, index in one.positions.items()}
    return one.hundredths >= one.positions.keys() & {*PRICES, "refund"} and all(
        name in _KINDS and part.headers[index] == name and part.kinds[index] in _KINDS[name]
        for name, index in names.items()
    )


def canonical_name(role: str) -> str:
    """Return the name of a role's column in clean orders.

    Examples
    --------
    >>> canonical_name("line_amount"), canonical_name("status")
    ('amount_cny', 'status')
    """
    return {"refund": "refund_cny", **dict.fromkeys(PRICES, "amount_cny")}.get(role, role)
