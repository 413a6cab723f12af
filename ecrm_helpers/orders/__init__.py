"""Read an order table of any engine: which rows count, and on which local day they fall.

RFM and the lifecycle answer different questions about the same orders. What they must agree on, which
statuses count, what a refund takes away, where a day begins, stands here once: ``rules`` holds the options,
``read`` the filtering, ``plain`` the same for the course's own shops, ``texts`` their columns of texts,
``rows`` the orders one by one, ``ids`` the customers' names in one form whatever the engine.
"""

from ecrm_helpers.orders.ids import plain_ids
from ecrm_helpers.orders.plain import PlainOrders, plain_orders
from ecrm_helpers.orders.read import LARGE, collected, counted_orders, local_days, local_days_of, moments
from ecrm_helpers.orders.rows import OrderRows, order_rows
from ecrm_helpers.orders.rules import COLUMNS, LONGEST, OrderRules, as_day, check_kind, midnight
from ecrm_helpers.orders.texts import Texts, texts_of

__all__ = [
    "COLUMNS",
    "LARGE",
    "LONGEST",
    "OrderRows",
    "OrderRules",
    "PlainOrders",
    "Texts",
    "as_day",
    "check_kind",
    "collected",
    "counted_orders",
    "local_days",
    "local_days_of",
    "midnight",
    "moments",
    "order_rows",
    "plain_ids",
    "plain_orders",
    "texts_of",
]
