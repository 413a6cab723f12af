"""Perceived value in Chinese: the eight parts by their textbook names, and what is wrong with an input."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "BENEFIT_NAMES",
    "COST_NAMES",
    "bad_assumption",
    "bad_score",
    "bad_scores",
    "bad_weight",
    "both_sides",
    "no_weight",
    "other_names",
]

BENEFIT_NAMES = {
    "product": ("产品价值", "好用、好看、耐用"),
    "service": ("服务价值", "送得准、退得顺"),
    "personnel": ("人员价值", "客服懂行、有耐心"),
    "image": ("形象价值", "牌子让人放心"),
}
COST_NAMES = {
    "money": ("货币成本", "价格、运费、关税"),
    "time": ("时间成本", "找货、等货"),
    "energy": ("体力成本", "搬、装、寄回去"),
    "psychic": ("精神成本", "担心、比较、吵架"),
}


def bad_scores(side: str, value: object) -> str:
    """Say how scores are written."""
    return (
        f"{side} 要一个不空的字典：名称配 1 到 5 分；收到的是 {value!r}。\n"
        '提示：例如 {"product": 4, "service": 5}。'
    )


def bad_score(name: object, value: object) -> str:
    """Say in which range a score lies."""
    return f"{name} 的分数要在 1 到 5 之间，收到的是 {value!r}。\n提示：1 最少，5 最多，可以有小数。"


def both_sides(names: Iterable[object]) -> str:
    """Say that a part is a benefit or a cost."""
    return f"{'、'.join(str(name) for name in names)} 两边都有。\n提示：一项要么是得到的，要么是付出的。"


def bad_weight(name: object, value: object) -> str:
    """Say what a weight is."""
    return f"{name} 的权重要是不小于 0 的数，收到的是 {value!r}。\n提示：越看重，数越大；不在乎就写 0。"


def other_names(what: str, given: Iterable[object], needed: Iterable[object]) -> str:
    """Say which names must be there."""
    listed = "、".join(str(name) for name in given) or "（空）"
    return (
        f"{what}里的名称要和分数一一对应；收到的是 {listed}。\n"
        f"提示：应当正好是 {'、'.join(str(name) for name in needed)}。"
    )


def no_weight(side: str) -> str:
    """Say that one side has no weight at all."""
    return f"{side} 的权重全是 0，没法平均。\n提示：至少有一项大于 0。"


def bad_assumption(name: str, value: object) -> str:
    """Say that an assumption is a number not below 0."""
    return f"{name} 要是不小于 0 的数，收到的是 {value!r}。\n提示：只写数字，不带单位和引号。"
