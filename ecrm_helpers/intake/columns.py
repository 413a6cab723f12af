"""Which header of a shop's export means which of our columns, and which headers hold personal data.

Headers recognised without a mapping (blanks, case, full width, ``_ * : -`` and a unit in brackets do not
matter; where several stand in a file, the first of this table is taken and the others are listed as unused):

============== ========================================================================================
our column      headers
============== ========================================================================================
order_id        订单编号, 订单号, 主订单编号, Order ID, Order Number, Order No, Order; Shopify's Name
customer_id     客户编号, 客户ID, 会员ID, 买家ID, Customer ID, Buyer ID …; then, personal and therefore turned
                into codes: 买家会员名, 买家昵称, 旺旺, 下单帐号, Username, Email, 买家名称, 收货人姓名, 手机
ordered_at      订单创建时间, 下单时间, 下单日期, 付款时间, Order Time, Created at, Order Date, Paid at …
amount          买家实际支付金额, 实付款, 订单金额, 总金额, Total, Order Amount, Amount … (one order)
line_amount     商品金额, 商品总价, 小计, 行金额, Line Total, Item Total … (one line)
unit_price      商品单价, 单价, Lineitem price, Unit Price, Item Price (not Amazon's), Price; times quantity
quantity        数量, 商品数量, 宝贝总数量, Lineitem quantity, Quantity, Qty
product_id      商品编号, 商品ID, 商家编码, SKU, Lineitem sku, 宝贝标题, 商品名称, Lineitem name
line_id         子订单编号, 子订单号, Sub Order ID, Line ID, Lineitem id
status          订单状态, 交易状态, 状态, Order Status, Status, Financial Status
currency        币种, 货币, Currency …
refund          退款金额, 已退款金额, Refunded Amount, Refund …
cancelled_at    Cancelled at, 取消时间
promised_on     承诺送达日期, 预计送达时间, Promised Date
delivered_on    签收时间, 确认收货时间, 送达时间, Delivered at
============== ========================================================================================
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.messages import intake as say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "ALIASES",
    "KNOWN_HEADERS",
    "LINE_COLUMNS",
    "REQUIRED",
    "Matched",
    "heading",
    "is_personal",
    "match_columns",
]

ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "order_id": (
            "order_id", "订单编号", "订单号", "主订单编号", "主订单号", "交易编号", "订单ID", "平台订单号",
            "Order Number", "Order No", "Order #", "Order Reference", "Order", "订单",
        ),
        "customer_id": (
            "customer_id", "客户编号", "客户ID", "会员编号", "会员ID", "买家ID", "顾客编号", "用户ID",
            "客户号", "Customer Number", "Buyer ID", "User ID", "Member ID", "Client ID", "Customer",
            "客户", "买家", "会员", "买家会员名", "买家昵称", "买家旺旺", "旺旺", "会员名", "买家登录ID",
            "Buyer Login ID", "下单帐号", "下单账号", "用户名", "Username", "Buyer Username", "Email",
            "Customer Email", "Buyer Email", "邮箱", "买家名称", "Buyer Name", "客户名称",
            "客户姓名", "Customer Name", "收货人姓名", "收货人", "收件人姓名", "收件人", "手机", "联系手机",
            "手机号", "收货人手机号", "收货人手机", "收件人手机号", "收件人手机", "联系电话", "Phone",
        ),
        "ordered_at": (
            "ordered_at", "订单创建时间", "下单时间", "创建时间", "下单日期", "订单时间", "订单日期",
            "订单提交时间", "订单下单时间", "拼单成功时间", "订单成交时间",
            "Order Time", "Order Date", "Created at", "Created", "Create Time", "Created Time",
            "Order Created Time", "Order Creation Date", "Purchase Date", "订单付款时间",
            "付款时间", "支付时间", "成交时间", "Paid at", "Payment Time", "Paid Time", "日期", "时间",
            "Date", "Time",
        ),
        "amount": (
            "amount_cny", "买家实际支付金额", "买家实付金额", "实付款", "实付金额", "实际支付金额",
            "支付金额", "付款金额", "实收款", "实收金额", "订单实付金额", "用户实付金额", "订单实际支付金额",
            "订单金额", "订单总金额", "订单总额", "总金额", "应付金额", "Total", "Order Total",
            "Order Amount", "Total Amount", "Paid Amount", "Grand Total", "Total Price", "Amount Paid",
            "Amount", "金额", "总价", "Sales",
        ),
        "line_amount": (
            "line_amount", "商品金额", "商品总价", "商品实付金额", "商品小计", "小计", "行金额",
            "明细金额", "商品总金额", "产品总金额", "Line Total", "Line Amount", "Item Total",
            "Item Amount", "Lineitem total", "Product Total", "Paid Price",
        ),
        "unit_price": (
            "unit_price", "商品单价", "单价", "商品价格", "价格", "宝贝单价", "Lineitem price",
            "Unit Price", "Item Price", "Product Price", "Price",
        ),
        "quantity": (
            "quantity", "数量", "商品数量", "购买数量", "件数", "宝贝总数量", "宝贝数量",
            "Lineitem quantity", "Item Quantity", "Qty",
        ),
        "product_id": (
            "product_id", "商品编号", "商品ID", "产品编号", "商家编码", "商品编码", "货号", "SKU编码",
            "SKU", "SKU ID", "Lineitem sku", "Item ID", "Product SKU", "宝贝标题", "商品标题", "商品名称",
            "产品名称", "商品", "Lineitem name", "Product Name", "Item Name", "Product",
        ),
        "line_id": (
            "line_id", "子订单编号", "子订单号", "子订单ID", "明细编号", "行号", "Sub Order ID",
            "Sub Order Number", "Lineitem id", "Line Item ID", "Order Line ID", "Order Item ID",
        ),
        "status": (
            "status", "订单状态", "交易状态", "状态", "Order Status", "Financial Status", "Payment Status",
        ),
        "currency": (
            "currency", "币种", "货币", "货币代码", "币别", "订单币种", "支付币种", "Currency Code",
            "Order Currency", "Payment Currency",
        ),
        "refund": (
            "refund_cny", "refund", "退款金额", "已退款金额", "退款总金额", "实际退款金额", "退款",
            "Refunded Amount", "Refund Amount", "Amount Refunded", "Total Refunded", "Refunded",
        ),
        "cancelled_at": ("cancelled_at", "Canceled at", "取消时间", "Cancelled Time"),
        "promised_on": (
            "promised_on", "承诺送达日期", "承诺送达时间", "预计送达时间", "预计送达日期", "Promised Date",
            "Estimated Delivery Date",
        ),
        "delivered_on": (
            "delivered_on", "签收时间", "签收日期", "送达时间", "送达日期", "妥投时间", "确认收货时间",
            "Delivered at", "Delivery Date", "Delivered Date",
        ),
    }
)  # fmt: skip
"""Our column -> headers, best first."""

REQUIRED = ("order_id", "customer_id", "ordered_at", "amount")
LINE_COLUMNS = ("line_amount", "unit_price", "product_id", "line_id")
"""Columns that a line of an order has, rather than the order."""
AMOUNT_COLUMNS = ("amount", "line_amount", "unit_price", "refund")
_UNIT = "分|人民币分|美分|欧分|cents?|fen|角|[百千]元|千|万|[十百千]?万元|亿元?|万[美欧]元|千美元"
_SMALL_OR_LARGE = re.compile(rf"\(\s*({_UNIT})\s*\)[\s*]*$|[_/ -]({_UNIT})$")

NAME_HEADERS = frozenset(
    (
        "买家名称",
        "buyername",
        "客户名称",
        "客户姓名",
        "customername",
        "收货人姓名",
        "收货人",
        "收件人姓名",
        "收件人",
    )
)
"""Headers of names, as :func:`heading` writes them: people share names."""

_DATA = re.compile(
    r"[^@\s]+@[^@\s]+\.[^@\s]+|(\+?86[- ]?)?1[3-9]\d[- ]?[\d*]{4}[- ]?\d{4}|[¥￥$€]?\s*\d[\d,]*\.\d+"
    r"|\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}.*"
)
_AMAZON = "amazonorderid"
_SHOPIFY = ("financialstatus", "lineitemname", "lineitemquantity", "lineitemprice")
_PERSONAL_CHINESE = re.compile(
    r"收货人|收件人|姓名|电话|手机|地址|邮箱|电子邮件|邮编|邮政编码|旺旺|会员名|昵称|账号|帐号|账户|身份证|证件|护照"
    r"|微信|qq|生日|出生|留言|备注|买家名称|客户名称|顾客名称|用户名|联系人|联系方式|街道|门牌|银行卡|发票抬头|登录id"
    r"|签名|税号"
)
_PERSONAL_ENGLISH = re.compile(
    r"(buyer|customer|recipient|receiver|consignee|contact|first|last|full|middle|nick|user|client|member|account"
    r"|given|family|shipto|billto)name$|^name$|^(buyer|recipient|receiver|consignee|contact)$|nickname|phone|mobile"
    r"|^tel|email|mail$|address|street|zip|postcode|postalcode|postcode|^billing|^shipping(name|company|city|province)"
    r"|^notes?$|^noteattributes$|buyernote|ordernote|customernote|sellernote|message|remark|comment|memo|passport"
    r"|idcard|idnumber|taxid|taxnumber|vatnumber|wechat|whatsapp|birth|loginid|username|ipaddr|^ip$|^company$"
)


def heading(text: object) -> str:
    """Normalise a header: NFKC, lower case, no blanks, underscores, asterisks or unit in brackets.

    Examples
    --------
    >>> heading("订单金额（元）"), heading("Order ID *"), heading("order_id")
    ('订单金额', 'orderid', 'orderid')
    """
    plain = unicodedata.normalize("NFKC", str(text)).lower()
    plain = "".join(letter for letter in plain if unicodedata.category(letter)[0] != "C").strip()
    plain = re.sub(r"\([^()]*\)[\s*]*$", "", plain).strip(" *") or plain
    return re.sub(r"[\s_*:.'\"/#-]+", "", plain)


KNOWN_HEADERS = frozenset(heading(name) for names in ALIASES.values() for name in names) | {
    *_SHOPIFY,
    _AMAZON,
}


def is_personal(header: object) -> bool:
    """Tell from a header whether its cells are about a person: names, phones, addresses, e-mail, remarks.

    Examples
    --------
    >>> [is_personal(name) for name in ("收货人姓名", "Shipping Street", "商品名称", "Shipping Method")]
    [True, True, False, False]
    """
    name = heading(header)
    return bool(_PERSONAL_CHINESE.search(name) or _PERSONAL_ENGLISH.search(name))


@dataclass(frozen=True)
class Matched:
    """What a table's headers mean."""

    columns: dict[str, str]  # our column -> header as found
    personal: tuple[str, ...]  # headers of personal columns, whether used as customer or not
    others: tuple[str, ...]  # headers neither used nor personal


def match_columns(
    headers: Sequence[str],
    mapping: Mapping[str, str | None] | None = None,
    *,
    aliases: Mapping[str, Sequence[str]] = ALIASES,
    required: Iterable[str] = REQUIRED,
    file: str = "",
) -> Matched:
    """Find our columns among a table's headers.

    Parameters
    ----------
    headers : sequence of str
        As they stand in the file.
    mapping : mapping, optional
        ``{our column: header}``, before any alias; None as header says that the file has no such column.
    aliases : mapping
        Our column -> headers, best first; every key may be mapped.
    required : iterable of str
        Columns that must be found. ``amount`` is also found in ``line_amount`` or ``unit_price``.
    file : str
        Name for messages.

    Raises
    ------
    SettingsError
        If `mapping` names a column or a header that does not exist, or one header twice.
    DataError
        If a required column is missing, or a header that is needed stands twice.

    Examples
    --------
    >>> match_columns(["订单号", "买家", "下单时间", "实付款(元)", "手机"]).columns["amount"]
    '实付款(元)'
    """
    given = _checked(headers, mapping or {}, aliases, file)
    normal = [heading(name) for name in headers]
    special = _special(normal)
    columns: dict[str, str] = {role: name for role, name in given.items() if name is not None}
    taken = set(columns.values())
    for role, names in aliases.items():
        if role in given:
            continue
        accepted = [*special.get(role, ()), *names]
        wanted = [heading(name) for name in accepted]
        fits = sorted(
            (wanted.index(n), h)
            for n, h in zip(normal, headers, strict=True)
            if n in wanted and h not in taken
        )
        if not fits:
            continue
        if len(fits) > 1 and fits[0][0] == fits[1][0]:
            message = say.header_twice(file, [fits[0][1], fits[1][1]], role)
            raise DataError(message)
        columns[role] = fits[0][1]
        taken.add(fits[0][1])
    twice = [name for name, count in Counter(headers).items() if count > 1 and name in columns.values()]
    if twice:
        role = next(role for role, name in columns.items() if name == twice[0])
        message = say.header_twice(file, [twice[0], twice[0]], role)
        raise DataError(message)
    for role in AMOUNT_COLUMNS:
        unit = _SMALL_OR_LARGE.search(unicodedata.normalize("NFKC", columns.get(role, "")).lower())
        if unit:
            message = say.amount_unit(file, columns[role], unit[1] or unit[2])
            raise DataError(message)
    missing = [role for role in required if role not in columns and not _replaced(role, columns)]
    if missing:
        _refuse_data(headers, file)
        free = [name for name in headers if name not in taken]
        near = _nearest(aliases[missing[0]], free)
        message = say.columns_missing(
            file, missing, {role: aliases[role] for role in missing}, list(headers), near
        )
        raise DataError(message)
    kept = {name for role, name in columns.items() if role != "customer_id"}
    personal = tuple(dict.fromkeys(name for name in headers if name not in kept and is_personal(name)))
    others = tuple(dict.fromkeys(n for n in headers if n not in columns.values() and n not in personal))
    return Matched(columns, personal, others)


def _special(normal: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return what headers mean on one platform only."""
    if sum(name in _SHOPIFY for name in normal) > 1:
        return {"order_id": ("Name",)}
    if _AMAZON in normal:  # its item-price is that of all pieces of a line
        return {"order_id": (_AMAZON,), "line_amount": ("Item Price",)}
    return {}


def _refuse_data(headers: Sequence[str], file: str) -> None:
    """Refuse a file without a header row; its first row is not shown."""
    if any(_DATA.fullmatch(name) for name in headers):
        message = say.no_header(file)
        raise DataError(message)


def _nearest(names: Iterable[str], headers: Sequence[str]) -> str:
    """Return the header most like one of a column's usual names, "" where none is."""
    by_heading = {heading(name): name for name in headers}
    pairs = [(name, match) for name in names for match in get_close_matches(heading(name), by_heading, n=1)]
    best = max(pairs, key=lambda pair: SequenceMatcher(None, heading(pair[0]), pair[1]).ratio(), default=None)
    return by_heading[best[1]] if best else ""


def _replaced(role: str, columns: Mapping[str, str]) -> bool:
    return role == "amount" and ("line_amount" in columns or {"unit_price", "quantity"} <= columns.keys())


def _checked(
    headers: Sequence[str], mapping: Mapping[str, str | None], aliases: Mapping[str, Sequence[str]], file: str
) -> dict[str, str | None]:
    """Check a mapping; a header may be written with other blanks or width than in the file."""
    found: dict[str, str | None] = {}
    for role, wanted in mapping.items():
        if role not in aliases:
            message = say.unknown_role(role, list(aliases))
            raise SettingsError(message)
        if wanted is None:
            found[role] = None
            continue
        exact = [name for name in headers if name == wanted]
        fits = exact or [name for name in headers if heading(name) == heading(wanted)]
        if not fits:
            _refuse_data(headers, file)
            near = get_close_matches(str(wanted), list(headers), n=1)
            message = say.header_missing(file, role, wanted, near[0] if near else "", list(headers))
            raise SettingsError(message)
        if fits[0] in found.values():
            message = say.header_for_two(fits[0])
            raise SettingsError(message)
        found[role] = fits[0]
    return found
