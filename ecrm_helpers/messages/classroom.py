"""What the simulated class says on the screen, and what its students write."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction
    from pathlib import Path

NAMES = (
    ("王", "芳"), ("李", "强"), ("张", "敏"), ("刘", "洋"), ("陈", "静"), ("杨", "帆"),
    ("赵", "磊"), ("黄", "丽"), ("周", "涛"), ("吴", "倩"), ("徐", "鹏"), ("孙", "悦"),
    ("马", "超群"), ("朱", "婷"), ("胡", "军"), ("郭", "雪"), ("何", "晨"), ("高", "远"),
    ("林", "小满"), ("罗", "佳"), ("郑", "凯"), ("梁", "爽"), ("欧阳", "楠"), ("宋", "词"),
)  # fmt: skip

LIKE_A_FORMULA = ("=1", "+1")  # a name that a spreadsheet would run
CLASS_NAMES = ("电商 2401", "电商 2402")
ROLES = ("组长", "数据", "文案", "报告")
OVERRIDE = ("张老师", "2026-10-19", "平台断电丢了一次实验记录，按纸质记录改")
DEFERRED = "缓考"


def group(number: int) -> str:
    """Name a group."""
    return f"第{number}组"


ESSAY = (
    "我会先看这家店铺最近谁来过、来得勤不勤、花了多少钱，再决定把钱花在哪一群客户身上。"
    "对近期常来、花得多的客户，用专属客服和新品优先，不靠打折；对很久没来的老客户，寄一张有期限的券请他们回来。"
    "同一件商品对所有人同价，优惠条件写清楚，不按个人信息暗中加价，因为这既违反规定，也会失去信任。"
    "一个月后比较各群的复购和利润，再决定是否继续。"
)

STEPS = {
    "prepare": "布置临时课程",
    "release": "生成并发布作业",
    "hand_in": "学生做作业、交作业",
    "collect": "收作业",
    "mark": "自动批改",
    "essay": "批改简答题（模拟：只按字数）",
    "feedback": "生成并发还反馈",
    "grades": "汇总成绩",
    "reports": "写成绩表和报告",
}
KINDS = {
    "strong": "学得好",
    "average": "中等",
    "careless": "粗心",
    "late": "迟交",
    "blank": "交白卷",
    "copied": "抄同学的",
    "broken": "文件损坏",
}
BREAKAGES = {
    "": "",
    "cut_off": "文件被截断",
    "deleted_cells": "删了单元格",
    "empty_file": "空文件",
    "not_a_notebook": "交成了别的文件",
}
SUMMARY_TITLE = "各类学生的作业得分（百分制，扣分前）"
SUMMARY_HEADINGS = ("学生", "人数", "最低", "平均", "最高")
ESSAY_COMMENT = "（模拟批改）只按字数给分。"
EXPLAINED_TITLE = "交来的文件有问题，批改时已说明"


def intro(count: int) -> str:
    """Say what is about to happen."""
    return f"{count} 名模拟学生，全部在临时文件夹里进行，不碰真实的成绩册。大约要几分钟。"


def notes_line(who: str, notes: Sequence[str]) -> str:
    """Say what marking noted about one student's file."""
    return f"{who}：{''.join(notes)}"


PATH_NAMES = {
    "gradebook": "成绩册",
    "submitted": "收到的作业",
    "feedback": "反馈网页",
    "roster": "名单（模拟）",
    "groups": "分组（模拟）",
    "overrides": "改分记录（模拟）",
    "scores": "成绩表（模拟）",
    "csv": "总成绩 CSV",
    "xlsx": "总成绩 XLSX",
    "report": "达成度分析报告",
    "pages": "学生的页面",
    "log": "nbgrader 日志",
}


def paths(written: Mapping[str, Path]) -> str:
    """List what was written."""
    return "\n".join(["写好的文件：", *(f"  {PATH_NAMES[name]}：{path}" for name, path in written.items())])


def who(student: str, kind: str, breakage: str) -> str:
    """Name a simulated student by id and kind."""
    return f"{student}（{BREAKAGES[breakage] or KINDS[kind]}）"


def copied_line(student: str, owners: Sequence[str]) -> str:
    """Say whose shop a copier's answers fit."""
    return f"{student}：答案与 {'、'.join(owners)} 的店铺相符，已请老师查看"


def verdict(surprises: Sequence[str]) -> list[str]:
    """Say whether everything came out as it must."""
    if not surprises:
        return ["核对：每个模拟学生的结果都在预期之内。"]
    return ["核对：有结果和预期不符，请把下面几行告诉维护者：", *(f"  {one}" for one in surprises)]


def outside(student: str, assignment: str, mark: Fraction | None, low: float, high: float) -> str:
    """Say that a mark is outside what its kind of student must get."""
    shown = "没有分数" if mark is None else f"{float(mark):.1f}"
    return f"{student} 的 {assignment}：{shown}，应在 {low:g}–{high:g} 之间"


def not_as_planned(student: str, assignment: str, earned: float, planned: float) -> str:
    """Say that the planned answers earned other points."""
    return f"{student} 的 {assignment}：自动评阅给了 {earned:g} 分，按所填答案应得 {planned:g} 分"


def lateness(student: str) -> str:
    """Say that lateness was missed or made up."""
    return f"{student}：迟交没有认对"


def copy_missed(student: str) -> str:
    """Say that copied work was not noticed."""
    return f"{student}：抄来的答案没有被认出"


def unexplained(student: str) -> str:
    """Say that a broken file was not explained, or a sound one complained about."""
    return f"{student}：文件的问题没有说对"


def folder_in_use(folder: Path, found: Path) -> str:
    """Refuse to run where a real course may be."""
    return f"{folder} 里或上层已有课程文件：{found}。\n提示：模拟班级只在空文件夹里运行，换一个新的 --out。"


def folder_not_empty(folder: Path) -> str:
    """Refuse a folder that holds anything."""
    return f"{folder} 不是空文件夹。\n提示：换一个新的 --out，或不写 --out，用临时文件夹。"


def nothing_to_run(course: str) -> str:
    """Say that a course has no assignment to run."""
    return f"课程 {course} 还没有可以批改的单元练习。\n提示：检查 grading_config.py 里的 exercises=。"


def step_failed(command: str, code: int, tail: str, log: Path) -> str:
    """Show the end of what nbgrader said."""
    return f"命令没有成功（返回 {code}）：{command}\n{tail}\n提示：完整日志在 {log}。"


def no_fill(path: Path) -> str:
    """Say that a marking file cannot write answer cells."""
    return f"{path} 里没有 SAMPLE 或 fill，无法模拟学生作答。\n提示：参照 unit3_segments 的 marking.py 补上。"


def no_release(folder: Path) -> str:
    """Say that generating produced no notebook."""
    return f"{folder} 里没有发布出来的 notebook。\n提示：看日志里 generate_assignment 的输出。"


def without_sandbox(why: str) -> str:
    """Say that the simulated students' notebooks ran without the sandbox."""
    return f"注意：{why}模拟学生的笔记本是课件自己的，这次没有用沙箱；真实学生的作业不要这样评。"


def not_marked(assignment: str, student: str, reason: str, log: Path) -> str:
    """Say that a simulated submission could not be marked."""
    return f"{assignment} 里 {student} 的作业没有评成：{reason}\n提示：完整日志在 {log}。"


def no_file(name: str, path: Path) -> str:
    """Say that something was not written."""
    return f"{PATH_NAMES[name]}没有写好：{path}"


def not_private(name: str, path: Path) -> str:
    """Say that others can read what holds personal data."""
    return f"{PATH_NAMES[name]}别人也能读：{path}"


def attainment(outcome: str, value: Fraction | None) -> str:
    """Say that an attainment is none."""
    shown = "没有算出来" if value is None else f"{float(value):.3f}，应在 0–1 之间"
    return f"课程目标 {outcome} 的达成度：{shown}"


def not_shaped(student: str, what: str) -> str:
    """Say that a deduction, an override or a state left no line."""
    return f"{student}：{LINES[what]}没有留下记录"


LINES = {"late": "迟交扣分", "override": "改分", "state": "缓考"}


def no_page(student: str) -> str:
    """Say that a student's page does not show the name as it is."""
    return f"{student}：学生页面上没有原样的姓名"
