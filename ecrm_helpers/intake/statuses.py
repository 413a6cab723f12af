"""What an order's state is called on each platform, in the four words the lessons use."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.intake.cells import plain_text, uniques
from ecrm_helpers.intake.columns import heading
from ecrm_helpers.messages import intake as say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["OPEN", "STATUSES", "UNPAID", "WORDS", "parse_statuses"]

STATUSES = ("completed", "cancelled", "refunded", "partly_refunded")
OPEN, UNPAID = "open", "unpaid"  # paid but not finished, counts as completed; never paid, counts as cancelled

_GROUPS = {
    "completed": """
        completed complete 交易成功 交易完成 已完成 完成 订单完成 已签收
        已收货 已确认收货 确认收货 买家已确认收货 已评价
        已结束 finished finish delivered paid fulfilled success 已付款""",
    OPEN: """
        open 买家已付款 等待卖家发货 买家已付款等待卖家发货 待发货 等待发货
        卖家已发货 卖家已发货等待买家确认
        等待买家确认收货 等待买家收货 待收货 已发货 部分发货 卖家部分发货 运输中 配送中 派送中 待签收
        待评价 处理中 已支付 支付成功 资金处理中
        已发货待签收 等待出库 等待确认收货
        等待您发货 等待资金到账 authorized partially_paid shipped processing awaitingshipment intransit
        waitsellersendgoods sellerpartsendgoods waitbuyeracceptgoods fundprocessing partiallyfulfilled
        awaitingdelivery awaitingdispatch waitingforshipment waitingforyourshipment 纠纷中 inissue
        warehouseprocessing partiallyshipped unshipped toship readytoship toreceive""",
    UNPAID: """
        unpaid 等待买家付款 待付款 未付款 等待付款 待支付 pending placeordersuccess awaitingpayment
        waitingforpayment waitingforbuyertopay""",
    "cancelled": """
        cancelled canceled 交易关闭 已关闭 关闭 订单关闭 已取消 取消 订单取消 买家取消 卖家取消 交易取消
        voided expired closed
        incancel 付款前卖家或买家关闭交易 付款以前卖家或买家主动关闭交易 未付款交易关闭""",
    "refunded": """
        refunded 已退款 全额退款 退款成功 退款完成 已全额退款 退货退款成功 退款关闭订单
        付款后退款成功交易关闭
        付款以后用户退款成功交易自动关闭 fullyrefunded""",
    "partly_refunded": "partly_refunded partially_refunded 部分退款 已部分退款 部分退款成功 partialrefund",
}


def _word(text: object) -> str:
    return re.sub(r"[,，、；;。/|]", "", heading(plain_text(text)))


WORDS = MappingProxyType({_word(word): state for state, words in _GROUPS.items() for word in words.split()})
"""Normalised word -> one of STATUSES, OPEN or UNPAID."""


def parse_statuses(
    column: pd.Series, statuses: Mapping[str, str] | None = None, *, header: str = "", file: str = ""
) -> np.ndarray:
    """Read order states.

    Parameters
    ----------
    column : Series of cells
        Index: spreadsheet rows.
    statuses : mapping, optional
        The file's word -> one of STATUSES, before the words known here.
    header, file : str
        For messages.

    Returns
    -------
    ndarray of object
        One of STATUSES, OPEN or UNPAID; None where empty.

    Raises
    ------
    SettingsError
        If `statuses` has a value that is none of STATUSES.
    DataError
        If a word is unknown; all unknown words are listed.

    Examples
    --------
    >>> import pandas as pd
    >>> parse_statuses(pd.Series(["交易成功", "卖家已发货，等待买家确认", "Refunded", None])).tolist()
    ['completed', 'open', 'refunded', None]
    """
    given = {_word(word): state for word, state in (statuses or {}).items()}
    wrong = [state for state in given.values() if state not in STATUSES]
    if wrong:
        message = say.bad_status_value(wrong[0], STATUSES)
        raise SettingsError(message)
    found = uniques(column)
    states = [given.get(_word(cell), WORDS.get(_word(cell))) for cell in found.cells]
    unknown = [plain_text(cell) for cell, state in zip(found.cells, states, strict=True) if state is None]
    if unknown:
        first = column.index[int(np.flatnonzero(found.codes == states.index(None))[0])]
        message = say.unknown_statuses(file, header, int(first), unknown, STATUSES)
        raise DataError(message)
    return found.spread(np.array([*states, None], dtype=object)[:-1], None)
