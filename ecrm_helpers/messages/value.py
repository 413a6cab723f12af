"""Customer grades as students read them, and what they read when a value cannot be computed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

__all__ = [
    "GRADES",
    "bad_choice",
    "bad_cuts",
    "bad_mean_value",
    "bad_number",
    "bad_periods",
    "bad_share",
    "bgnbd_reading",
    "column_missing",
    "days_not_in_order",
    "endless",
    "gamma_gamma_reading",
    "impossible_history",
    "infinite_mean",
    "no_revenue",
    "no_rows",
    "no_unit",
    "nobody_before",
    "nobody_came_back",
    "not_a_count",
    "not_a_number",
    "not_converged",
    "not_repeat_table",
    "not_times",
    "other_unit",
    "too_few_repeaters",
    "unknown_unit",
]

_UNITS = {"week": "周", "day": "天", None: "期"}
_STRONG = 0.3

GRADES = ("VIP客户", "大客户", "普通客户", "小客户")


def bad_number(name: str, value: object, span: str) -> str:
    """Say in which range a number must be."""
    return f"{name} 应是{span}的数，收到的是 {value!r}。\n提示：只写数字；百分比写成小数，例如 80% 写 0.8。"


def bad_periods(value: object, name: str = "periods") -> str:
    """Say that a horizon is a whole number."""
    hint = "不限期就不写 periods" if name == "periods" else "看一年写 12"
    return f"{name} 应是正整数（期数），收到的是 {value!r}。\n提示：{hint}。"


def bad_choice(name: str, value: object, allowed: Iterable[str]) -> str:
    """Say which words an option accepts."""
    return f"{name} 不能是 {value!r}。\n提示：可以选：{'、'.join(repr(word) for word in allowed)}。"


def endless() -> str:
    """Say that the sum has no limit."""
    return (
        "留存率是 1、贴现率是 0、又没有期限，客户价值会无限大。\n"
        "提示：把 retention 写小于 1，或给出 discount 或 periods。"
    )


def bad_cuts(value: object) -> str:
    """Say that the cut points must rise from 0 to 1."""
    return (
        f"cuts 应是三个从小到大、在 0 和 1 之间的数，收到的是 {value!r}。\n"
        "提示：例如 (0.2, 0.5, 0.8)：依次是 VIP、大客户、普通客户的界线，其余是小客户。"
    )


def bad_share(value: object) -> str:
    """Say that a share of customers lies above 0 and up to 1."""
    return f"top 应在 0 和 1 之间（不含 0），收到的是 {value!r}。\n提示：前 20% 写 0.2。"


def column_missing(column: str, present: Iterable[object]) -> str:
    """Say which column the customer table lacks."""
    here = "、".join(str(name) for name in present) or "（没有列）"
    return f'客户表里没有 {column!r} 这一列。表中的列有：{here}。\n提示：用 by="你的列名" 指定金额列。'


def no_rows() -> str:
    """Say that there is nobody to value."""
    return "一个客户也没有，没法评价。\n提示：看看上一步的筛选条件。"


def no_revenue() -> str:
    """Say that shares need revenue."""
    return "金额合计不大于 0，或有空格子，算不出占比。\n提示：检查金额列，单位是分。"


def not_repeat_table(column: str, present: Iterable[object]) -> str:
    """Say that a table of repeat purchases was expected."""
    here = "、".join(str(name) for name in present) or "（没有列）"
    return (
        f"这里要一张每位客户一行的复购表，其中没有 {column!r} 这一列；收到的列有：{here}。\n"
        "提示：先用 repeat_table(订单表, as_of=...) 做出这张表。"
    )


def not_times(value: object) -> str:
    """Say that times are numbers."""
    return (
        f"t 应是一个数或一列数（时间，和模型同一单位），收到的是 {value!r}。\n"
        "提示：例如 [1, 4, 52]；不能有空格子。"
    )


def not_a_number(column: str, row: int, value: object) -> str:
    """Say that a column holds text."""
    return (
        f"复购表的 {column!r} 列应全是数，第 {row + 1} 行是 {value!r}。\n提示：先把这一列转成数，再来拟合。"
    )


def not_a_count(column: str, row: int, value: float) -> str:
    """Say that a number of purchases is a whole number."""
    return (
        f"复购表的 {column!r} 列应是 0、1、2……，第 {row + 1} 行是 {value:g}。\n"
        "提示：x 数的是第一次之后又买了几次；缺失的先补上或删掉那一行。"
    )


def impossible_history(column: str, row: int, x: float, t_x: float, age: float) -> str:
    """Say which row cannot be a purchase history, and why."""
    return (
        f"复购表第 {row + 1} 行不可能是一段购买历史（看 {column} 列）：x={x:g}，t_x={t_x:g}，T={age:g}。\n"
        "应有：0 ≤ t_x ≤ T；没有复购时 t_x 是 0，有复购时 T 大于 0。\n"
        "提示：x 数的是第一次之后又买了几次，t_x 是首购到最后一次购买，T 是首购到数据结束。"
    )


def other_unit(given: str, wanted: str) -> str:
    """Say that table and model count time differently."""
    return (
        f"模型按{_UNITS[wanted]}计时，这张表按{_UNITS.get(given, given)}计时，不能放在一起。\n"
        f'提示：用 repeat_table(..., unit="{wanted}") 重做这张表。'
    )


def unknown_unit(value: object, allowed: Iterable[str]) -> str:
    """Say which units of time a table may state."""
    words = "、".join(repr(word) for word in allowed)
    return (
        f'table.attrs["unit"] 是 {value!r}，不认识这个时间单位。\n'
        f"提示：可以写 {words}；t_x 和 T 也要换算成同样的单位。"
    )


def no_unit(allowed: Iterable[str]) -> str:
    """Say that months cannot be counted without knowing the unit."""
    words = "、".join(repr(word) for word in allowed)
    return (
        "不知道这张表按周还是按天计时，换算不了月份。\n"
        f'提示：写 table.attrs["unit"] = "week"（可以选：{words}），或用 repeat_table 做表。'
    )


def nobody_came_back(customers: int) -> str:
    """Say that the model cannot learn from first purchases alone."""
    return (
        f"{customers:,} 位客户里没有一位买过第二次，估计不出复购的快慢。\n"
        "提示：换一段更长的时间，或检查客户编号是不是每单都不同。"
    )


def too_few_repeaters(found: int, least: int) -> str:
    """Say that too few customers bought again."""
    return (
        f"有复购金额的客户只有 {found} 位，至少要 {least} 位才能估计客单价的分布（最好几百位）。\n"
        "提示：换一段更长的时间，或合并几张订单表。"
    )


def not_converged() -> str:
    """Say that no estimate was found, rather than giving a wrong one."""
    return (
        "试了几个起点都没有找到最合适的参数，所以不给出估计。\n"
        "提示：多半是客户太少或复购太少；换一段更长的时间再试。"
    )


def bad_mean_value(row: int, value: float, count: int) -> str:
    """Say that a customer who bought again has no usable mean value."""
    return (
        f"有 {count} 位复购客户的平均金额缺失、无限大或小于 0，第一处在第 {row + 1} 行：{value:g}。\n"
        "提示：检查金额列有没有空格子，退款是不是比订单金额还大。"
    )


def infinite_mean(q: float) -> str:
    """Say why no order value can be expected."""
    return (
        f"q={q:.3g} 不大于 1：客户之间的金额差得太大，平均客单价没有有限的期望。\n"
        "提示：看看有没有几笔特别大的订单（批发、录入错误），分开处理后再拟合。"
    )


def days_not_in_order(split: dt.date, end: dt.date) -> str:
    """Say that the time held out has no length."""
    return (
        f"calibration_end（{split}）应早于 as_of（{end}），两者之间才是留出来检验的时间。\n"
        "提示：例如数据到 7 月 1 日前，可留出最后半年：calibration_end 写 1 月 1 日。"
    )


def nobody_before(split: dt.date) -> str:
    """Say that there is nothing to fit on."""
    return f"{split} 之前没有一位客户下过单，没有可以拟合的数据。\n提示：把 calibration_end 往后移。"


def _loose_note(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    return f"\n注意：凭这些数据定不出 {'、'.join(names)} 的值；预测还可参考，参数不要解读。"


def bgnbd_reading(fit: Any) -> str:
    """Read a model of repeat buying in plain words; what a fit alone knows is left out of a hand-made one."""
    unit = _UNITS[fit.unit]
    rate, leave = fit.r / fit.alpha, fit.a / (fit.a + fit.b)
    when = "首购之后" if fit.first_chance else "第一次复购之后"
    pace = f"活跃时平均每{unit}买 r/alpha = {rate:.3g} 次，约 {1 / rate:,.3g} {unit}一次"
    spread = "客户之间快慢差得很大" if fit.r < 1 else "客户之间快慢差得不大"
    seen = f"{fit.customers:,} 位客户，其中 {fit.repeaters:,} 位有复购，" if fit.customers else ""
    found = f"\n对数似然 {fit.log_likelihood:,.1f}" if fit.customers else ""
    return (
        f"{'MBG/NBD' if fit.first_chance else 'BG/NBD'} 复购模型：{seen}时间按{unit}计\n"
        f"r = {fit.r:.3f}，alpha = {fit.alpha:.3f}：{pace}；{spread}（r 越小差得越大）\n"
        f"a = {fit.a:.3f}，b = {fit.b:.3f}：{when}，平均有 a/(a+b) = {leave:.1%} 的可能从此流失；"
        "买得越多的，越不容易走" + found + _loose_note(fit.undetermined)
    )


def gamma_gamma_reading(fit: Any) -> str:
    """Read a model of order values in plain words; what a fit alone knows is left out of a hand-made one."""
    mean = f"平均每单 {fit.mean / 100:,.2f}" if fit.q > 1 else "平均客单价没有有限的期望"
    left = f"（另有 {fit.left_out:,} 位复购金额为 0，没有用上）" if fit.left_out else ""
    seen = f"：{fit.customers:,} 位有复购的客户{left}" if fit.customers else ""
    return (
        f"gamma-gamma 客单价模型{seen}\n"
        f"p = {fit.p:.3f}，q = {fit.q:.3f}，v = {fit.v / 100:,.2f}：{mean}"
        "（p 越大，同一客户每单越接近；q 越大，客户之间越接近）"
        + (_independence(fit.correlation) if fit.customers else "")
        + _loose_note(fit.undetermined)
    )


def _independence(correlation: float) -> str:
    """Say whether number and mean value of purchases look independent, as the model takes them to be."""
    if math.isnan(correlation):  # one of the two is the same for everybody
        return "\n模型假定复购次数与平均金额无关；这里其中一项人人相同，看不出成不成立"
    judged = "这里大致成立" if abs(correlation) < _STRONG else "这里并不成立，金额预测要打折扣看"
    return f"\n复购次数与平均金额的相关系数 {correlation:.2f}：模型假定两者无关，{judged}"
