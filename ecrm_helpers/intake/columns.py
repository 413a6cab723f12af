"""Which header means which column."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["KNOWN_HEADERS", "heading"]


def heading(text: object) -> str:
    """Normalise a header: NFKC, lower case, no blanks, underscores, asterisks or unit in brackets.

    Examples
    --------
    >>> heading("订单金额（元）"), heading("Order ID *"), heading("order_id")
    ('订单金额', 'orderid', 'orderid')
    """
    plain = unicodedata.normalize("NFKC", str(text)).lower().strip("\ufeff")
    plain = re.sub(r"\([^()]*\)\s*$", "", plain.strip()) or plain
    return re.sub(r"[\s_*:.'\"/-]+", "", plain)


KNOWN_HEADERS = frozenset({"订单编号", "订单号", "金额", "orderid"})
