"""Customer grades as students read them, and what they read when a value cannot be computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "GRADES",
    "bad_choice",
    "bad_cuts",
    "bad_number",
    "bad_periods",
    "bad_share",
    "column_missing",
    "endless",
    "no_revenue",
    "no_rows",
]

GRADES = ("VIP客户", "大客户", "普通客户", "小客户")


def bad_number(name: str, value: object, span: str) -> str:
    """Say in which range a number must be."""
    return f"{name} 应是{span}的数，收到的是 {value!r}。\n提示：只写数字；百分比写成小数，例如 80% 写 0.8。"


def bad_periods(value: object) -> str:
    """Say that a horizon is a whole number."""
    return f"periods 应是正整数（期数），收到的是 {value!r}。\n提示：不限期就不写 periods。"


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
