"""What rows, statuses, currencies and repeated orders of a shop's own export are answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# ── 更正 ──
SAME_ROWS = "删去完全相同的重复行"
STRIPPED = "编号前后的引号、等号、空格或制表符去掉"
SERIALS = "Excel 日期序列号换成日期"
DAY_PROVED = "按同列其他日期，先写日后写月"
MONTH_PROVED = "按同列其他日期，先写月后写日"
TWICE = "夏令时结束时重复的一小时，按第一次读"
SKIPPED = "夏令时开始时不存在的一小时，移到其后"
ROUNDED = "金额的小数位多于币种的最小单位，四舍六入五成双"
AMOUNT_ONCE = "同一订单的各行写着同样的订单金额，按整单金额只计一次"
OTHER_LINES = "同一订单有一行不能用，其余的行一并略过"
MASKED = "客户编号打了星号，不同的人可能算成了一位"
PRICES_ONLY = "没有订单金额列，按单价乘数量计，不含运费，也没有减去优惠"
FILLED = "同一订单后续行空着的格，按第一行补上"
NO_STATUS = "没有订单状态列，全部按已完成计"
EMPTY_STATUS = "状态空着的按已完成计"
OPEN_ORDERS = "已付款还没完成的订单按已完成计"
UNPAID_ORDERS = "没有付款的订单按已取消计"
CANCELLED_AT = "有取消时间的订单按已取消计"
REFUND_ALL = "退款等于金额，改记为全额退款"
REFUND_PART = "有退款，改记为部分退款"
REFUND_ASSUMED = "状态是全额退款、没有写退款金额，按全额退"
NO_REFUND = "退款列里“无退款申请”“-”一类的格按没有退款计"
REFUND_UNKNOWN = "状态是部分退款、没有写退款金额，按未退计"
CANCELLED_LINES = "订单里已取消的商品行不计入金额"
SEVERAL_PRODUCTS = "一单多种商品，商品编号留空"
PRODUCT_UNREAD = "商品编号被 Excel 改坏（科学计数法、日期或错误值），留空"
QUANTITY_UNUSED = "数量列有空格，没有采用"
MINOR_UNITS = "沿用课件自己的 amount_cny 列，金额以分计"
ASSUMED_CNY = "没有写币种，按人民币 CNY 计"


def dropped_rows(header: str, reason: str) -> str:
    """Name a kind of rows that were dropped."""
    return f"略过“{header}”列不能用的行（{reason.partition('；')[0]}）"


def lines_summed(orders: int) -> str:
    """Say that lines were summed to orders."""
    return f"每行是一个商品，合并为 {orders:,} 笔订单"


def comma_amounts(header: str) -> str:
    """Say that a column's commas are decimal signs."""
    return f"“{header}”列用逗号作小数点"


def zone_assumed(timezone: str) -> str:
    """Say in which zone times without one were read."""
    return f"没有写时区的时间按 {timezone} 读"


def currency_assumed(currency: str) -> str:
    """Say that rows without a currency were given one."""
    return f"没有写币种的金额按 {currency} 计"


def converted(currency: str, base: str) -> str:
    """Say that amounts were converted."""
    return f"{currency} 按当天汇率换算成 {base}"


def namesakes(header: str) -> str:
    """Say that names tell customers apart only as far as nobody shares one."""
    return f"“{header}”是姓名，换成代号后，同名的人仍是一位客户"


def coded(header: str) -> str:
    """Say that customers got codes."""
    return f"“{header}”换成代号"


# ── 行 ──
def bad_cell(file: str, row: int, header: str, cell: str, reason: str, *, more: int) -> str:
    """Name the first cell that cannot be used."""
    what = f"是“{cell}”，{reason}" if cell else f"是空的，{reason}"
    others = f"；另有 {more:,} 行也有问题" if more else ""
    return (
        f"{file} 第 {row} 行“{header}”列{what}{others}。\n"
        '提示：在文件里改正这些行；确认可以不要它们，就加 bad_rows="drop"，报告里会写明略过了多少。'
    )


def orders_conflict(
    file: str, order: str, first: str, second: str, headers: Sequence[str], *, negative: bool
) -> str:
    """Say that two rows of one order cannot belong together."""
    differs = f"，“{'”、“'.join(headers)}”不同" if headers else ""
    hint = (
        "金额是负数的一行像是退款：把退款（写成正数）填到原订单那一行的“退款金额”列，再删去这一行"
        if negative
        else '如果一行是一个商品，写 grain="line"；如果是重复导出，只留下最新的一行；'
        "如果是两家店的订单号相同，分开读，或在订单号前加上店名"
    )
    return (
        f"{file}：订单 {order} 在{first}和{second}各出现一次{differs}，分不清哪一行是对的。\n提示：{hint}。"
    )


def line_twice(order: str, line: str, first: str, second: str, headers: Sequence[str]) -> str:
    """Say that one line of an order stands twice with different content."""
    differs = f"，“{'”、“'.join(headers)}”不同" if headers else ""
    return (
        f"订单 {order} 的{line} 在{first}和{second}各出现一次{differs}，金额会算两遍。\n"
        "提示：多半是先后两次导出有重叠：只留下最新的一行。"
    )


def lines_disagree(order: str, header: str, first: str, second: str, *, role: str, amount: str) -> str:
    """Say that an order's lines give two values for what an order has once."""
    hint = "改正这些行"
    if role in {"amount", "refund", "status"} and amount:
        hint = f'如果“{amount}”是每个商品的金额，写 mapping={{"line_amount": "{amount}"}}；否则改正这些行'
    elif role in {"customer_id", "ordered_at"}:
        hint = "如果是两家店的订单号相同，分开读，或在订单号前加上店名；否则改正这些行"
    return (
        f"订单 {order} 的“{header}”在{first}和{second}不一样；这一列应是整单的值，每行相同。\n提示：{hint}。"
    )


def same_lines(first: str, second: str) -> str:
    """Say that identical lines may be two purchases or one exported twice."""
    return (
        f"{first}和{second}完全相同，而金额是每个商品的：分不清是同一商品买了两行，还是重复导出。\n"
        '提示：重新导出带“子订单编号”的表；确认是重复导出，就加 bad_rows="drop" 只留一行。'
    )


def place(file: str, row: int, *, several: bool) -> str:
    """Name a row."""
    return f"{file} 第 {row} 行" if several else f"第 {row} 行"


def no_rows_left(file: str) -> str:
    """Say that every row was dropped."""
    return f'{file} 里没有一行可用。\n提示：去掉 bad_rows="drop"，看第一处问题是什么。'


def refund_too_large() -> str:
    """Say that a refund is larger than the order."""
    return "退款不能大于订单金额"


def files_differ(first: str, second: str, roles: Sequence[str]) -> str:
    """Say that two files have other columns."""
    return (
        f"{first} 和 {second} 的列不同：只有一个文件里有{'、'.join(roles)}。\n"
        "提示：用同一种导出模板重新导出，或分别读入。"
    )


# ── 币种与汇率 ──
def which_dollar(file: str, row: int, header: str, cell: str) -> str:
    """Say that a dollar sign does not say which dollar."""
    return (
        f"{file} 第 {row} 行“{header}”列是“{cell}”，只写了 $，分不清是美元、澳元、加元还是港元。\n"
        '提示：写明币种，例如 currency="USD"；或用币种列：mapping={"currency": "列名"}。'
    )


def currencies_mixed(counts: Mapping[str, int], base: str, where: str, currency: str) -> str:
    """Say that there are several currencies and no rates."""
    listed = "，".join(f"{code} {count:,} 笔" for code, count in counts.items())
    return (
        f"订单有多种币种（{listed}），要合计成 {base}，没有给汇率表；第一笔 {currency} 在{where}。\n"
        "提示：用 rates= 给出汇率表（CSV，列名 valid_from、currency、cny_per_unit），"
        "每笔订单按当天的汇率换算。"
    )


def rate_missing(currency: str, where: str, day: str, base: str) -> str:
    """Say that the rate table does not reach a day."""
    return (
        f"汇率表里没有 {currency} 在 {day} 的汇率（换成 {base}），第一笔在{where}。\n"
        f"提示：在汇率表里加一行，valid_from 不晚于 {day}，currency 写 {currency}。"
    )


def rates_columns(missing: Sequence[str]) -> str:
    """Say which columns a rate table must have."""
    return (
        f"汇率表缺少列：{'、'.join(missing)}。\n"
        "提示：三列是 valid_from（起用日期）、currency（币种）、cny_per_unit（1 单位合多少人民币）。"
    )


def rates_cell(row: int, cells: Sequence[object]) -> str:
    """Say that a row of the rate table cannot be read."""
    return (
        f"汇率表第 {row} 行“{'，'.join(map(str, cells))}”读不懂。\n"
        "提示：例如 2026-07-01,USD,7.2；汇率必须大于 0。"
    )


def rates_twice(row: int, currency: str, day: str) -> str:
    """Say that one day has two rates."""
    return f"汇率表第 {row} 行：{currency} 在 {day} 已有另一个汇率。\n提示：同一天只留一个。"


def rates_file(path: Path) -> str:
    """Say that the rate file cannot be read."""
    return f"汇率表 {path} 打不开，或不是 UTF-8 的 CSV。\n提示：检查文件名，另存为“CSV UTF-8”。"


# ── 选项 ──
def bad_choice(name: str, value: object, allowed: Sequence[str]) -> str:
    """Say what an option may be."""
    return (
        f"{name} 只能是 {'、'.join(map(repr, allowed))}，收到的是 {value!r}。\n提示：照抄其中一个，带引号。"
    )


def bad_currency(value: object) -> str:
    """Say what a currency is."""
    return f'不认识币种 {value!r}。\n提示：写成 "CNY"、"USD" 这样的三字母代码。'


def bad_zone(value: object) -> str:
    """Say what a time zone is."""
    return f'不认识时区 {value!r}。\n提示：写成 "Asia/Shanghai" 这样的名字，这也是默认值。'


def no_files() -> str:
    """Say that no file was given."""
    return '没有给要读的文件。\n提示：写上文件名，例如 load_orders("orders.xlsx")。'


def keep_unknown(name: str, headers: Sequence[str]) -> str:
    """Say that keep_personal names no personal column."""
    listed = "、".join(headers) if headers else "没有"
    return f"keep_personal 里的“{name}”不是文件里的个人信息列（有：{listed}）。\n提示：照抄列名，或去掉它。"
