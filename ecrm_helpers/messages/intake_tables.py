"""What reading a shop's own customers, tickets, surveys and other tables is answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecrm_helpers.messages.datasets import CODE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TABLE_NAMES = {
    "customers": "客户表",
    "orders": "订单表",
    "products": "商品表",
    "contacts": "咨询记录",
    "tickets": "投诉工单",
    "surveys": "满意度问卷",
    "campaigns": "营销活动",
    "campaign_sends": "活动发送记录",
    "rates": "汇率表",
    "countries": "国家与地区表",
    "promotions": "促销表",
    "holidays": "节假日表",
}

CLOSING = "结案时间"

# ── 应为什么 ──
WANT_TEXT = "应是文字"
WANT_NUMBER = "应是数字，例如 2.5"
WANT_INTEGER = "应是整数，例如 5"
WANT_PERCENT = "应是 0 到 100 的整数百分比，例如 20 或 20%（八折写 20）"
WANT_BOOLEAN = "应是“是”或“否”"
WANT_DURATION = "应是时长，例如 2.5、2小时30分 或 02:30:00"
EMPTY = "不能空着"

# ── 更正 ──
MINOR_UNITS = "金额按“分”读入"
NUMBERED = "文件里没有编号列，按行编号"
SAME_ROWS = "略去完全相同的重复行"
DROPPED = "略去不能用的行"
BLANK_WORDS = "“-”“无”一类的格当作没有填"
FROM_CLOSING = "处理时长由受理时间和结案时间算出"
FROM_ORDERS = "客户编号由订单编号查出"
CODED = "客户编号换成代号"
CODED_PERSONAL = "客户编号列是个人信息，换成了代号"


def other_currency(currency: str) -> str:
    """Say that a price is in another currency than the shop's."""
    return f"应是{currency}的金额"


def converted_unit(header: str, column: str) -> str:
    """Say that a time was converted from the unit its header names."""
    return f"“{header}”换算成{'小时' if column == 'handling_hours' else '分钟'}"


def want_word(column: str, allowed: Iterable[str]) -> str:
    """Say which words a column takes."""
    words = "、".join(f"{CODE_NAMES.get(code, code)}（{code}）" for code in allowed)
    return f'只能是：{words}。别的词要写明对应，例如 words={{"{column}": {{"你的词": "代码"}}}}'


def unknown_table(name: object, known: Sequence[str]) -> str:
    """Say which tables can be read."""
    return (
        f"不认识的表：{name!r}。可以读的表：{'、'.join(known)}。\n"
        "提示：订单用 load_orders 读，其他的表用 load_table。"
    )


def unknown_word_column(column: object, known: Sequence[str]) -> str:
    """Say which columns take words of one's own."""
    return (
        f"words 里的 {column!r} 不是这张表里要对应词语的列。\n"
        f"提示：可以写：{'、'.join(known) or '（没有）'}。"
    )


def unknown_code(column: str, code: object, allowed: Sequence[str]) -> str:
    """Say which codes a word may stand for."""
    return (
        f"words 把一个词对应到 {code!r}，{column} 没有这个代码。\n提示：可以用的代码：{'、'.join(allowed)}。"
    )


def bad_rows_setting(value: object) -> str:
    """Say what `bad_rows` may be."""
    return (
        f'bad_rows 只能是 "refuse" 或 "drop"，得到的是 {value!r}。\n'
        "提示：refuse 遇到坏行就停，drop 略去并计数。"
    )


def bad_cell(file: str, row: int, header: str, shown: str, wanted: str, *, more: int) -> str:
    """Say which cell cannot be used."""
    others = f"（这一列还有 {more:,} 格这样的）" if more else ""
    value = f"是“{shown}”，" if shown else ""
    return (
        f"{file} 第 {row} 行“{header}”列{value}{wanted}{others}。\n"
        '提示：在文件里改好再读；或用 bad_rows="drop" 略去这样的行，报告里会计数。'
    )


def out_of_range(allowed: str) -> str:
    """Say what a column allows."""
    return f"应在允许的范围里：{allowed}"


def repeated_key(file: str, row: int, first: int, headers: Sequence[str], shown: str) -> str:
    """Say which row repeats another's id with other content."""
    value = f"“{shown}”" if shown else ""
    return (
        f"{file} 第 {row} 行与第 {first} 行的{'、'.join(headers)}相同{value}，其他内容却不同，"
        "分不清哪一行算数。\n"
        '提示：在文件里留下正确的一行；或用 bad_rows="drop" 留下先出现的一行。'
    )


def closed_before_opened() -> str:
    """Say that a ticket cannot close before it opens."""
    return "结案时间早于受理时间"


def lost_order() -> str:
    """Say that no order has this number."""
    return "订单表里没有这个订单编号，查不出客户"


def nothing_left(file: str) -> str:
    """Say that every row was unusable."""
    return f'{file} 里没有一行能用。\n提示：不加 bad_rows="drop" 再读一次，看第一处问题是什么。'


def report_lines(report: Any, titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """Write a table's data report."""
    lines = [
        (TABLE_NAMES[report.table], f"{'、'.join(report.files)}（{report.encoding}）"),
        ("读到", f"{report.rows:,} 行 → {report.orders:,} 行"),
        ("列", "，".join(f"{titles.get(role, CLOSING)} ← {name}" for role, name in report.columns.items())),
    ]
    if report.personal:
        lines.append(("没有读入的个人信息列", "、".join(report.personal)))
    if report.ignored:
        lines.append(("没有用到的列", "、".join(report.ignored)))
    return lines + ([("更正", str(one)) for one in report.corrections] or [("更正", "无")])
