"""Item analysis in words: what a figure means, and what the class missed.

Sources of the bands. Difficulty: the bands in common use, 0.4 to 0.7 as moderate. Discrimination: Ebel,
R. L., & Frisbie, D. A. (1991), Essentials of Educational Measurement, 5th ed., Prentice Hall: .40, .30, .20.
Reliability: Nunnally, J. C., & Bernstein, I. H. (1994), Psychometric Theory, 3rd ed., McGraw-Hill: 0.7 for
research, 0.9 for decisions about persons.
"""

from __future__ import annotations

import math
import re

# --- What the judge said ---------------------------------------------------------------------------------

# How marking files begin a line that tells slips, and end one that does not tell them all.
SCORE = re.compile(r"^(?:\d+ 项对了 \d+ 项|得 [\d.]+ 分（满分 [\d.]+）)[。；]?")
THE_REST = "其余的"
NOT_ANSWERED = "没有交上可以评的答案（空着、没有运行，或记录不完整）"
BLANK = "（空着）"
YES, NO = "是", "否"
OTHER_ANSWERS = "其他"
OTHER_LINES = "其他（每一种都不到 3 人）"
_MOST_LABELS = 3


def part_answer(key: str, text: str) -> str:
    """Name one entry of an answer with several."""
    return f"{key}={text}"


def line(text: str, labels: list[str]) -> str:
    """Name a slip and the blanks it was made in.

    Examples
    --------
    >>> line("还空着", ["客单价"]), line("少加了 8 小时", ["甲的 R", "乙的 R"])
    ('客单价：还空着', '少加了 8 小时（甲的 R、乙的 R）')
    """
    if len(labels) < 2:  # noqa: PLR2004 - one blank stands in front
        return f"{labels[0]}：{text}" if labels else text
    more = "等" if len(labels) > _MOST_LABELS else ""
    return f"{text}（{'、'.join(labels[:_MOST_LABELS])}{more}）"


def missed(title: str, students: int, of: int, text: str) -> str:
    """Say what was missed and by how many."""
    return f"{title}：{of} 人中有 {students} 人——{text}"


def section(notebook: str, heading: str) -> str:
    """Name a section of a unit.

    Examples
    --------
    >>> section("unit3", "3.1 客户细分")
    '单元 3 · 3.1 客户细分'
    """
    unit = f"单元 {notebook.removeprefix('unit')}" if notebook.startswith("unit") else notebook
    return f"{unit} · {heading}"


def go_back(text: str, sections: list[str]) -> str:
    """Add to a missed point what to go back to."""
    return f"{text}；可回看 {'、'.join(sections)}" if sections else text


def low_points(share: float) -> str:
    """Say that many got few points where nothing tells why."""
    return f"得分不到这题的六成（全班平均拿到 {math.floor(share * 100 + 0.5)}%）"


# --- What a figure means ---------------------------------------------------------------------------------

FEW = 30  # below it figures move a lot with every student
FEWEST = 10


def explain_difficulty(value: float) -> str:
    """Say what a difficulty (mean over full points, from 0 to 1) means.

    Examples
    --------
    >>> explain_difficulty(0.35)
    '难度 0.35：全班平均拿到这题的 35%，偏难（0.4 以下偏难，0.4–0.7 适中，0.7 以上偏易）。'
    """
    word = "偏难" if value < 0.4 else "适中" if value <= 0.7 else "偏易"  # noqa: PLR2004 - the bands
    bands = "（0.4 以下偏难，0.4–0.7 适中，0.7 以上偏易）"
    return f"难度 {value:.2f}：全班平均拿到这题的 {value:.0%}，{word}{bands}。"


_EBEL = "（Ebel 和 Frisbie，1991：0.40 以上很好，0.30–0.39 较好，0.20–0.29 尚可，0.20 以下要改）"


def explain_discrimination(value: float | None) -> str:
    """Say what a discrimination (upper less lower 27 %) means.

    Examples
    --------
    >>> print(explain_discrimination(0.1))  # doctest: +ELLIPSIS
    区分度 0.10：高分组比低分组平均只多拿这题的 10%，几乎分不出高低，题目要改或重讲（Ebel ...
    """
    if value is None:
        return f"区分度没有算：做完全部题目的不到 {FEWEST} 人，或大家总分一样，分不出高分组和低分组。"
    shown = round(value, 2) + 0.0  # no minus before a zero
    if shown < 0:
        return f"区分度 {shown:.2f}：低分组反而得分更高，先查题目、答案和评分有没有错{_EBEL}。"
    bands = (
        (0.4, "能很好地分出高低"), (0.3, "能分出高低"), (0.2, "勉强分得出高低，可以改进"),
        (0.0, "几乎分不出高低，题目要改或重讲"),
    )  # fmt: skip
    word = next(told for least, told in bands if shown >= least)
    only = "只" if shown < 0.2 else ""  # noqa: PLR2004 - the lowest band
    return f"区分度 {shown:.2f}：高分组比低分组平均{only}多拿这题的 {shown:.0%}，{word}{_EBEL}。"


def explain_alpha(value: float | None) -> str:
    """Say what Cronbach's α means.

    Examples
    --------
    >>> print(explain_alpha(0.55))  # doctest: +ELLIPSIS
    信度 α = 0.55：各题测的不太一致，总分只作参考（Nunnally ...
    """
    if value is None:
        return "信度 α 没有算：至少要有两道题、两名做完全部题目的学生，而且总分不全一样。"
    bands = ((0.9, "各题测的很一致"), (0.7, "各题测的比较一致，用作平时测验足够"))
    low = "各题测的不太一致，总分只作参考"
    word = next((told for least, told in bands if round(value, 2) >= least), low)
    source = (
        "（Nunnally 和 Bernstein，1994：一般用途 0.7 以上，决定个人去留的考试 0.9 以上；题目少，α 自然低）"
    )
    return f"信度 α = {value:.2f}：{word}{source}。"


def caution(students: int) -> str:
    """Warn of a small class, empty for a large one.

    Examples
    --------
    >>> caution(42)
    ''
    >>> caution(8)
    '做完全部题目的只有 8 人，少于 10 人，不算区分度，其他数字也只能看个大概。'
    """
    if students >= FEW:
        return ""
    if students < FEWEST:
        return f"做完全部题目的只有 {students} 人，少于 {FEWEST} 人，不算区分度，其他数字也只能看个大概。"
    return f"做完全部题目的只有 {students} 人，少于 {FEW} 人，一两个人就能让这些数字变很多，只作参考。"


# --- The table in the terminal, and the command ----------------------------------------------------------

TITLE = "题目分析"
HEADINGS = ("题目", "人数", "难度", "区分度", "题总相关", "零分", "满分")
NONE = "—"
NO_ITEMS = "还没有评完的题目，没有可以分析的。\n提示：先运行 ecrm mark，手工评的题也要评完。"
MISSED = "讲评时最值得讲的（人数多的在前，不点名）："
NOTHING_MISSED = "没有 3 人以上共同的错处。"
READING = (
    "难度 = 平均分 ÷ 满分，越大越容易；区分度 = 总分前 27% 与后 27% 的平均得分率之差（Kelley，1939）；"
    "题总相关 = 这题与其余各题总分的相关系数。"
)


def assignment_line(name: str, students: int, alpha: str) -> str:
    """Head the rows of an assignment."""
    return f"{name}（做完全部题目 {students} 人，信度 α {alpha}）"


def unmarked(titles: tuple[str, ...]) -> str:
    """Name tasks that nobody did, or that the teacher has still to mark."""
    return f"没有人做或还没有评完，没有分析：{'；'.join(titles)}"


ITEMS = "题目分析：每题的难度、区分度和信度，全班最常见的错处；不点名。"
ASSIGNMENT_OPTION = "只看这一份作业。"


def unknown_assignment(name: str, known: list[str]) -> str:
    """Refuse an assignment that has no task in the gradebook."""
    listed = "、".join(known) or "（一份也没有）"
    return f"成绩册里没有名为“{name}”的作业；有的是：{listed}\n提示：检查 --assignment。"
