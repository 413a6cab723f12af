"""An order's state and its refund must tell the same story; where one is silent the other speaks, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecrm_helpers.intake.statuses import OPEN, UNPAID
from ecrm_helpers.messages import intake_orders as say

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecrm_helpers.intake.problems import Problems, Table
    from ecrm_helpers.intake.report import Correction

__all__ = ["settle_statuses"]


def settle_statuses(
    table: Table,
    status: np.ndarray,
    amount: NDArray[np.int64],
    refund: NDArray[np.int64],
    problems: Problems,
    notes: list[Correction],
) -> tuple[np.ndarray, NDArray[np.int64]]:
    """Return one of the four states and the refund of every order.

    Paid but unfinished orders are completed, unpaid ones cancelled; a refund of everything makes an order
    refunded, of a part partly refunded. A refund above the amount goes to `problems`.
    """
    if "refund" in table.headers:
        problems.add("refund", np.where(refund > amount, say.refund_too_large(), None))
    table.note(say.OPEN_ORDERS, status == OPEN, notes)
    table.note(say.UNPAID_ORDERS, status == UNPAID, notes)
    status = np.where(status == OPEN, "completed", np.where(status == UNPAID, "cancelled", status))
    silent = (status == "refunded") & (refund == 0) & (amount > 0)
    table.note(say.REFUND_ASSUMED, silent, notes)
    refund = np.where(silent, amount, refund)
    table.note(say.REFUND_UNKNOWN, (status == "partly_refunded") & (refund == 0), notes)
    everything = (refund == amount) & (refund > 0) & (status != "refunded")
    table.note(say.REFUND_ALL, everything, notes)
    part = (refund > 0) & (refund < amount) & np.isin(status, ("completed", "refunded"))
    table.note(say.REFUND_PART, part, notes)
    status = np.where(everything, "refunded", np.where(part, "partly_refunded", status))
    return status, refund
