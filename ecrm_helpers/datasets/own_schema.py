"""What the tables of a shop of one's own must be: the shipped schema, relaxed by the rules declared here."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ecrm_helpers.datasets.reading import descriptor, schemas

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OPEN_WORDS", "OPTIONAL", "own_schemas"]

OPEN_WORDS = frozenset({"country", "channel", "currency"})
"""Columns that take any word: another shop has other markets and channels."""

OPTIONAL: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "customers": frozenset({"country", "joined_on", "channel", "opted_in"}),
        "orders": frozenset({"product_id", "quantity", "promised_on", "delivered_on"}),
        "products": frozenset({"name_zh", "name_en", "category", "price_cny", "cost_cny"}),
        "contacts": frozenset({"order_id", "channel", "topic", "first_response_minutes"}),
        "tickets": frozenset({"order_id", "channel", "handling_hours", "outcome"}),
        "surveys": frozenset({"order_id", "recommend"}),
        "campaigns": frozenset({"name_zh", "name_en", "discount_percent", "cost_per_send"}),
        "campaign_sends": frozenset({"opened", "ordered", "unsubscribed"}),
        "rates": frozenset(),
        "countries": frozenset(
            {"name_zh", "name_en", "currency", "currency_digits", "utc_offset", "promised_days"}
            | {"transit_days_median", "duty_free_limit", "duty_rate_percent"}
        ),
        "promotions": frozenset({"name_en", "lift"}),
        "holidays": frozenset({"country", "name_zh", "name_en", "extra_days"}),
    }
)
"""Columns that may lack or be empty in places. What lacks is missing, never invented: NaN for numbers (an
integer column then is float64), NaT for dates, NA for texts and for true and false."""

_OPEN_LIMITS = frozenset({"pattern"})  # ids look as the other system made them
_DATED = frozenset({"minimum", "maximum"})  # of dates: the two years of the shipped shops
_MINIMA = MappingProxyType(  # a real order can be free, a real answer immediate, a real product a gift
    {"amount": 0, "amount_cny": 0, "price_cny": 0, "cost_cny": 0, "first_response_minutes": 0}
)


def own_schemas() -> dict[str, dict[str, Any]]:
    """Return the Table Schema of each table of a shop of one's own, by table name.

    As the shipped one, but: ids of any pattern, dates of any year, any country, channel and currency,
    amounts from 0, and the columns of :data:`OPTIONAL` may lack (`optional`). Status, complaint type,
    outcome and topic stay closed lists, scores keep their range.

    Examples
    --------
    >>> fields = {field["name"]: field for field in own_schemas()["tickets"]["fields"]}
    >>> "enum" in fields["type"]["constraints"], fields["channel"]["constraints"]
    (True, {'required': False})
    """
    return {
        table: {
            **resource["schema"],
            "fields": [_relaxed(field, OPTIONAL[table]) for field in resource["schema"]["fields"]],
        }
        for table, resource in schemas(descriptor(), "rongyu").items()
    }


def _relaxed(field: dict[str, Any], optional: frozenset[str]) -> dict[str, Any]:
    name = field["name"]
    dropped = set(_OPEN_LIMITS)
    if name in OPEN_WORDS:
        dropped.add("enum")
    if field["type"] == "date":
        dropped |= _DATED
    kept = {key: value for key, value in field.get("constraints", {}).items() if key not in dropped}
    if name in _MINIMA:
        kept["minimum"] = _MINIMA[name]
    if name in optional:
        return {**field, "optional": True, "constraints": {**kept, "required": False}}
    return {**field, "constraints": kept}
