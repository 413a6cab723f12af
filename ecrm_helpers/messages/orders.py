"""What students read when an order table or an option about orders cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "amount_missing",
    "bad_as_of",
    "bad_column_name",
    "bad_columns",
    "bad_flag",
    "bad_statuses",
    "bad_timezone",
    "column_missing",
    "column_required",
    "columns_repeated",
    "engine_missing",
    "ids_mixed",
    "no_orders_counted",
    "no_rows",
    "not_a_frame",
    "not_integer",
    "not_time",
    "unknown_column_key",
    "wrong_kind",
]

AS_OF_MISSING = (
    '没有给统计截止日 as_of。\n提示：写上日期，例如 as_of="2026-07-01"。课件从不用“今天”代替，'
    "否则同一份数据明天再算，结果就变了。"
)


def wrong_kind(value: object, kind: str, name: str) -> str:
    """Say that settings came as something else, such as the dict an explorer's line holds."""
    return (
        f"{name} 应是 {kind}(…)，收到的是 {type(value).__name__}。\n"
        f"提示：探索器给的那一行是字典，先写 {name} = {kind}(**{name})。"
    )


def bad_as_of(value: object) -> str:
    """Say that the as-of date is not a date."""
    return (
        f'统计截止日 as_of 应是一个日期，例如 "2026-07-01"，收到的是 {value!r}。\n'
        "提示：按“年-月-日”写，用英文引号括起来，不带时间和时区。"
    )


def bad_timezone(value: object) -> str:
    """Say that the time zone's name is unknown."""
    return f'不认识时区 {value!r}。\n提示：写成 "Asia/Shanghai" 这样的名字，这也是默认值。'


def bad_statuses(value: object) -> str:
    """Say that statuses must be a non-empty list of texts."""
    return (
        f'statuses 应是要计入的订单状态，例如 ("completed", "partly_refunded")，收到的是 {value!r}。\n'
        "提示：用括号括起来，至少写一个状态。"
    )


def bad_flag(name: str, value: object) -> str:
    """Say that an on/off option got something else."""
    return f"{name} 只能是 True 或 False，收到的是 {value!r}。\n提示：注意首字母大写，不加引号。"


def bad_columns(value: object) -> str:
    """Say that `columns` is a mapping."""
    return (
        f'columns 应是列名对照表，例如 {{"customer_id": "买家"}}，收到的是 {value!r}。\n'
        "提示：用花括号，左边是课件的列名，右边是你的表里的列名；列名都一样时不用写。"
    )


def bad_column_name(key: str, value: object) -> str:
    """Say that a column's name is a text."""
    return (
        f"columns 里 {key!r} 对应的列名应是文字，收到的是 {value!r}。\n"
        "提示：列名加英文引号；表头是数字时先改名：orders.columns = orders.columns.astype(str)。"
    )


def columns_repeated(names: Iterable[object]) -> str:
    """Say which columns have the same name."""
    seen: dict[str, int] = {}
    for name in names:
        seen[str(name)] = seen.get(str(name), 0) + 1
    twice = "、".join(f"{name!r}（{count} 次）" for name, count in seen.items() if count > 1)
    return (
        f"订单表里有重名的列：{twice}，不知道该用哪一列。\n"
        "提示：先改名或去掉多余的列，例如 orders = orders.loc[:, ~orders.columns.duplicated()]，"
        "去掉之前看清两列内容是否相同。"
    )


def engine_missing(package: str) -> str:
    """Say which package an engine's results need."""
    return (
        f"取回这种表的结果要用 {package}，但没有安装。\n"
        "提示：安装大数据引擎：在课件文件夹里 pip install -c requirements.txt '.[engines]'。"
    )


def unknown_column_key(key: object, known: Iterable[str]) -> str:
    """`columns` names a role that does not exist."""
    return f"columns 里的 {key!r} 不是本模型用到的列。\n提示：可以对应的列有：{'、'.join(known)}。"


def column_required(key: str) -> str:
    """Say that a column that cannot be left out was."""
    return (
        f"columns 里 {key!r} 必须对应到表中的一列，不能省略。\n提示：只有订单号、状态、退款三列可以写 None。"
    )


def not_a_frame(value: object) -> str:
    """Say that the orders are no table."""
    return (
        "订单应是一张表（pandas、PyArrow、Polars、DuckDB、Dask、Ibis 或 PySpark），"
        f"收到的是 {type(value).__name__}。\n"
        "提示：店铺数据这样取：shop = load_shop()，订单表是 shop.orders。"
    )


def column_missing(column: str, role: str, present: Iterable[str]) -> str:
    """Say which column the order table lacks."""
    optional = {"order_id", "status", "refund_cny"}
    here = "、".join(present) or "（没有列）"
    leave_out = f'；如果本来就没有这一列，写 columns={{"{role}": None}}' if role in optional else ""
    return (
        f"订单表里没有 {column!r} 这一列。表中的列有：{here}。\n"
        f'提示：列名不同时写 columns={{"{role}": "你的列名"}}{leave_out}。'
    )


def not_time(column: str, kind: object) -> str:
    """Say that the order time is text or a number."""
    return (
        f"{column!r} 应是时间，收到的是 {kind}。\n"
        f'提示：先转换：orders["{column}"] = pd.to_datetime(orders["{column}"], utc=True)。'
    )


def not_integer(column: str, kind: object) -> str:
    """Say that an amount is not in integer minor units."""
    return (
        f"{column!r} 应是整数（单位：分），收到的是 {kind}。\n"
        f'提示：单位是元时先换成分：(orders["{column}"] * 100).round().astype("int64")；'
        "有空格子时先 fillna(0)。"
    )


def amount_missing(column: str, count: int) -> str:
    """Say how many counted orders have no amount."""
    return f"{column!r} 有 {count} 个订单没有金额。\n提示：先查明是漏填还是 0 元，补上以后再算。"


def ids_mixed(column: str) -> str:
    """Say that customer ids are of several types."""
    return (
        f"{column!r} 里既有文字又有数字，没法排序。\n"
        f'提示：统一成文字：orders["{column}"] = orders["{column}"].astype(str)。'
    )


def no_rows() -> str:
    """Say that the order table is empty."""
    return "订单表是空的，一行也没有。\n提示：看看上一步的筛选条件，或者重新读一次店铺数据。"


def no_orders_counted(end: object, statuses: Iterable[str] | None, start: object | None) -> str:
    """No order is left after the filters."""
    since = f"从 {start} 起、" if start is not None else ""
    states = f"状态为 {'、'.join(statuses)} 的" if statuses is not None else ""
    return (
        f"{since}在 {end} 之前（不含当天）没有{states}订单，算不出结果。\n"
        "提示：检查 as_of 是否早于第一笔订单，状态名字是否写对。"
    )
