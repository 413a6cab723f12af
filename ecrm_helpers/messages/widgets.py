"""What the explorers and quizzes say from Python; what they show is in widgets/src/messages.js."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CLV_TITLE",
    "LIFECYCLE_TITLE",
    "OWN_TABLE",
    "PAGE_TITLE",
    "QUIZ_TITLE",
    "RFM_TITLE",
    "UNIT_NAMES",
    "amount_too_large",
    "answer_not_option",
    "as_of_outside",
    "bad_base",
    "bad_choice",
    "bad_float",
    "bad_number",
    "bad_range",
    "bad_segments",
    "bad_shop",
    "no_items",
    "no_orders",
    "no_saved_widgets",
    "no_widgets",
    "not_question",
    "not_widget",
    "outside",
    "strange_date",
    "text_missing",
    "too_few",
    "too_many_orders",
    "unknown_lever",
    "unknown_setting",
    "unreadable_notebook",
    "wrong_mapping",
]

RFM_TITLE = "RFM 探索器：谁是重要客户？"
LIFECYCLE_TITLE = "客户生命周期探索器：预算往哪儿花？"
CLV_TITLE = "客户价值探索器：一位客户值多少钱？"
QUIZ_TITLE = "自测"
PAGE_TITLE = "电子商务客户关系管理"
OWN_TABLE = "我的订单表"
UNIT_NAMES = {"CNY": "元", "USD": "美元", "EUR": "欧元", "JPY": "日元"}


def bad_shop(what: object) -> str:
    """Say that a shop or an order table is needed."""
    return (
        f"这里要一家店铺，或者它的订单表；收到的是 {type(what).__name__}。\n"
        '提示：写成 RFMExplorer(shop) 或 RFMExplorer({"榕屿家居": shop})。'
    )


def no_orders(name: str) -> str:
    """Say that nothing can be drawn."""
    return f"「{name}」没有一笔有效订单，没法画图。\n提示：看看订单表是不是空的，状态是不是都取消了。"


def amount_too_large(name: str) -> str:
    """Say that an amount is not in fen."""
    return (
        f"「{name}」里有一笔订单超过两千万元，不像真的。\n提示：金额应当以分为单位，检查有没有多乘一次 100。"
    )


def too_many_orders(name: str, count: int) -> str:
    """Say that one customer cannot have bought so often."""
    return (
        f"「{name}」里有一位客户下了 {count:,} 单，不像一个人。\n"
        "提示：检查 customer_id 这一列，是不是许多买家共用一个编号。"
    )


def strange_date(name: str, first: str, last: str) -> str:
    """Say that a date is no order's date."""
    return (
        f"「{name}」的订单从 {first} 到 {last}，不像真的日期（只画 1970 到 2149 年）。\n"
        "提示：检查 ordered_at 这一列，空日期常被读成 1899 年或 1970 年。"
    )


def bad_choice(name: str, value: object, allowed: Iterable[object]) -> str:
    """Say which words an option knows."""
    listed = "、".join(repr(item) for item in allowed)
    return f"{name} 只能是 {listed}，收到的是 {value!r}。\n提示：从上面几个里选一个，照原样写。"


def bad_number(name: str, value: object, low: int) -> str:
    """Say that a cut is a whole number."""
    return f"{name} 要一个不小于 {low} 的整数，收到的是 {value!r}。\n提示：只写数字，不带单位和引号。"


def bad_float(name: str, value: object) -> str:
    """Say that a finite number is needed."""
    return f"{name} 要一个普通的数（tol 不能是负数），收到的是 {value!r}。\n提示：只写数字，不带单位和引号。"


def bad_range(name: str, value: object, low: int, high: int) -> str:
    """Say in which range a whole number must be."""
    return (
        f"{name} 要一个 {low} 到 {high} 之间的整数，收到的是 {value!r}。\n"
        "提示：只写数字，不带单位、逗号和引号。"
    )


def outside(name: str, value: object, low: float, high: float) -> str:
    """Say in which range a number must be."""
    return (
        f"{name} 要一个 {low:g} 到 {high:,.10g} 之间的数，收到的是 {value!r}。\n"
        "提示：只写数字，不带单位和引号；百分比写成小数，例如 60% 写 0.6。"
    )


def bad_segments(value: object) -> str:
    """Say how groups of customers are written."""
    return (
        f"segments 要一个字典：客户群的名称配它的数字；收到的是 {value!r}。\n"
        '提示：例如 {"老客户": {"margin": 120, "retention": 0.8}}。'
    )


def unknown_setting(name: object, allowed: Iterable[str]) -> str:
    """Say which numbers a group of customers may have."""
    return f"客户群里没有叫 {name!r} 的数字。\n提示：可以写的是 {'、'.join(allowed)}。"


def bad_base(what: object) -> str:
    """Say what describes a shop."""
    return (
        f"base 要一个 Base，或者它的字典；收到的是 {type(what).__name__}。\n"
        "提示：不写就用榕屿家居的数字；自己的店用 base_from(orders, …) 得到。"
    )


def as_of_outside(name: str, value: str, first: str, last: str) -> str:
    """Say between which dates the as-of date may lie."""
    return f"「{name}」在统计日 {value} 没有数据。\n提示：换一个 {first} 之后、{last} 及以前的日期。"


def not_question(what: object) -> str:
    """Say how a question is written."""
    return (
        f"自测里的每一题都要用 choice、numeric、ordering 或 matching 写；收到的是 {type(what).__name__}。\n"
        '提示：例如 Quiz([choice("…？", ["甲", "乙"], "甲")])。'
    )


def no_items() -> str:
    """Say that a quiz needs questions."""
    return "自测里一道题也没有。\n提示：Quiz([...]) 的方括号里至少放一题。"


def text_missing(where: str, value: object) -> str:
    """Say that a text is needed."""
    return f"{where}要写成文字，不能空着；收到的是 {value!r}。\n提示：用英文引号把文字括起来。"


def too_few(where: str, count: int) -> str:
    """Say that a list is too short or repeats itself."""
    return f"{where}至少要有两项，而且不能重复；现在有效的是 {count} 项。\n提示：补上一项，或者改掉重复的。"


def answer_not_option(answer: object, options: Iterable[str]) -> str:
    """Say that the answer is no option."""
    return f"答案 {answer!r} 不在选项里：{'、'.join(options)}。\n提示：答案要和某个选项一字不差。"


def wrong_mapping(value: object) -> str:
    """Say how pairs are written."""
    return (
        f"配对题要一个字典，左边配右边；收到的是 {value!r}。\n"
        "提示：例如 {'R': '多久没来', 'F': '来过几次'}。"
    )


def unknown_lever(name: str, allowed: Iterable[str]) -> str:
    """Say which budgets there are."""
    return f"没有叫 {name!r} 的预算。\n提示：可以用的是 {'、'.join(allowed)}。"


def not_widget(what: object) -> str:
    """Say what can be saved."""
    return (
        f"只能保存探索器和自测，收到的是 {type(what).__name__}。\n"
        "提示：给一个 RFMExplorer、LifecycleExplorer、CLVExplorer 或 Quiz，或者它们的列表。"
    )


def no_widgets() -> str:
    """Say that there is nothing to save."""
    return "没有可以保存的探索器或自测。\n提示：给一个，或者一个不空的列表。"


def unreadable_notebook(path: object) -> str:
    """Say that the notebook to save from cannot be read."""
    return f"{path} 打不开，或者不是笔记本。\n提示：检查路径和文件名，文件应以 .ipynb 结尾。"


def no_saved_widgets(path: object) -> str:
    """Say that the notebook must be run first."""
    return f"{path} 里没有存下来的探索器。\n提示：先把笔记本从头运行一遍并保存。"
