"""What score-sheet templates say, and what the command that writes them answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

# ── 第一行的一句话 ──
NO_MARK = "没有成绩就留空，或写“缺考”“缓考”；零分写 0。"


def attendance(title: str, points: Mapping[str, float | None]) -> str:
    """Tell how attendance is registered and what each word gives."""
    given = "、".join(f"{word} {one:g}" for word, one in points.items() if one is not None)
    free = "、".join(word for word, one in points.items() if one is None)
    rest = f"；{free}不计入" if free else ""
    return f"{title}：每次从下拉列表选一个词，没上课的那一次整列留空。得分：{given}{rest}。"


def score(title: str) -> str:
    """Tell how one mark per student is given."""
    return f"{title}：填 0–100 的分数。{NO_MARK}"


def rubric(title: str) -> str:
    """Tell how marks by dimension are given."""
    return f"{title}：每个维度按列标题里的满分打分，总分由程序算。{NO_MARK}"


def group_score(title: str) -> str:
    """Tell how a group's mark is given."""
    return f"{title}：一组一行，填 0–100 的分数，组员都得这个分。{NO_MARK}"


def group_rubric(title: str) -> str:
    """Tell how a group's marks by dimension are given."""
    return f"{title}：一组一行，每个维度按列标题里的满分打分，组员都得这些分。{NO_MARK}"


def peers(title: str, combine: str, least: int) -> str:
    """Tell how members of a group rate each other."""
    middle = "中位数" if combine == "median" else "平均分"
    few = f"，不足 {least} 份就算缺成绩" if least > 1 else ""
    return f"{title}：每行是一名同学给同组另一名同学的评分（0–100），没有评的留空。成绩取{middle}{few}。"


LATE = "迟交的填天数，按时交的留空。"

# ── 填写时的提醒 ──
WORDS_TITLE, MARKS_TITLE, DAYS_TITLE = "不在列表里", "请核对", "请核对"
WORDS_ERROR = "请从下拉列表里选一个词；没有登记就清空。"
DAYS_ERROR = "迟交天数写 0 或正数，没有迟交就留空。"


def marks_error(full: str) -> str:
    """Warn of a mark out of range."""
    return f"应填 0–{full} 的数；没有成绩可以留空，或写“缺考”“缓考”。确定这样填吗？"


# ── 说明页 ──
def explanation(course: str, component: str, weight: str, sheets: Sequence[str]) -> list[tuple[str, str]]:
    """Write the sheet 说明: what to fill, what not to touch, what comes next."""
    return [
        ("课程", course),
        ("考核项", f"{component}（公布占比 {weight}%）"),
        ("工作表", "、".join(sheets)),
        ("填哪里", "浅黄色的格子。学号、姓名、组号由名单生成，请不要改。"),
        ("不要动", "每张表第一行【】里的字和第二行的列标题：程序靠它们认出这张表。"),
        ("没有成绩", "留空，或写 缺考、缓考、缺交、免修；程序会列出来，不会当成 0 分。零分请写 0。"),
        ("自己的列", "可以加，列标题写“备注”（或“班级”“性别”“序号”）；别的列标题程序会问。"),
        ("学号的格式", "是文本格式，保留开头的 0；粘贴时选“只粘贴数值/文本”。"),
        ("保存", "存成 .xlsx；存成 CSV 也能读，但一次只存一张表。"),
        ("名单变了", "运行 ecrm scores template --update：填过的都保留，新同学加在末尾，离开的注明。"),
        ("检查", "运行 ecrm scores check：列出填错的格子和还缺成绩的人。"),
    ]


# ── 命令的回答 ──
def no_class(root: Path) -> str:
    """Say that there is nobody to write a template for."""
    return (
        f"{root} 里没有名单，成绩册里也没有学生，不知道给谁做表。\n"
        "提示：先运行 ecrm roster import 导入学校的名单，得到 roster.xlsx。"
    )


def no_such_place(name: str, places: Iterable[str]) -> str:
    """Say that a course has no such place."""
    return f"这门课没有“{name}”这个考核项。\n提示：可以写：{'、'.join(places)}。"


def nothing_to_fill(reasons: Sequence[str]) -> str:
    """Say that no sheet is needed."""
    why = "；".join(reasons) or "这门课不用成绩表"
    return f"没有要填的成绩表：{why}。\n提示：成绩从哪里来，写在 grading_config.py。"


def file_exists(names: Sequence[str]) -> str:
    """Refuse to write over a file that may be filled."""
    return (
        f"已经有 {'、'.join(names)}，可能填过了，没有覆盖。\n"
        "提示：名单或方案变了，加 --update（填过的都保留）；要重新开始，先把旧文件移走。"
    )


def not_a_template(name: str) -> str:
    """Refuse to update a file that is no workbook with marked sheets."""
    return f"{name} 不是 .xlsx 模板，没法更新。\n提示：另存为 .xlsx，或先移走再运行 ecrm scores template。"


def needs_groups(place: str) -> str:
    """Tell that a sheet by groups waits for the groups file."""
    return f"“{place}”按小组给分，还没有分组表 groups.xlsx，这张表先不做；分组后加 --update 补上"


def written(path: Path) -> str:
    """Tell which file was written."""
    return f"已写入 {path}"


def updated(title: str, new: int, gone: int, blank: int) -> str:
    """Tell what an update changed in one sheet."""
    blanks = f"，删去原来分组的空行 {blank} 行" if blank else ""
    return f"  {title}：新增 {new} 行，注明离开 {gone} 行{blanks}"


def not_needed(reason: str) -> str:
    """Tell why a place has no sheet."""
    return f"不用填：{reason}"


PERSONAL = "成绩表含个人信息，只有本机当前账号能读，不会提交到 git。"
