"""An order's state and its refund must tell the same story; where one is silent the other speaks, counted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ecrm_helpers.intake.cells import reasons_where
from ecrm_helpers.intake.statuses import OPEN, UNPAID
from ecrm_helpers.messages import intake_orders as say

if TYPE_CHECKING:
    from ecrm_helpers.intake.problems import Problems, Table
    from ecrm_helpers.intake.reading import Rows
    from ecrm_helpers.intake.report import Correction

__all__ = ["settle_statuses"]


def settle_statuses(table: Table, orders: Rows, problems: Problems, notes: list[Correction]) -> Rows:
    """Return the orders in one of the four states, with a refund that fits it.

    Paid but unfinished orders are completed, unpaid ones cancelled; a refund of everything makes an order
    refunded, of a part partly refunded. A refund above the amount goes to `problems`.
    """
    status, refund, amount = orders.status.copy(), orders.refund.copy(), orders.amount
    if "refund" in table.headers:
        problems.add("refund", reasons_where(refund > amount, say.refund_too_large()))
    table.note(say.OPEN_ORDERS, status == OPEN, notes)
    table.note(say.UNPAID_ORDERS, status == UNPAID, notes)
    status[status == OPEN] = "completed"
    status[status == UNPAID] = "cancelled"
    silent = (status == "refunded") & (refund == 0) & (amount > 0)
    table.note(say.REFUND_ASSUMED, silent, notes)
    refund[silent] = amount[silent]
    table.note(say.REFUND_UNKNOWN, (status == "partly_refunded") & (refund == 0), notes)
    everything = (refund == amount) & (refund > 0) & (status != "refunded")
    table.note(say.REFUND_ALL, everything, notes)
    part = (refund > 0) & (refund < amount) & np.isin(status, ("completed", "refunded"))
    table.note(say.REFUND_PART, part, notes)
    status[everything] = "refunded"
    status[part] = "partly_refunded"
    return replace(orders, status=status, refund=refund)
