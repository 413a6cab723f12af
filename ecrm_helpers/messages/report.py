"""What the course attainment report (课程目标达成度分析报告) says, and `ecrm report` about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction
    from pathlib import Path

NOTHING = "—"
NO_CLASS, OTHER_CLASSES, SOMEBODY = "未填行政班", "其余（人数少，合并）", "某同学"
KIND = "课程目标达成度分析报告"
REACHED, NOT_REACHED, NOT_TOLD = "达成", "未达成", "暂不能算"

# 课程文件里有、计分方案里没有的课程信息
CARDS = {
    "crossborder_crm": (
        ("课程代码", "1060015"), ("学分", "2"), ("课程性质", "系级选修课"),
        ("面向专业", "电子商务（本科三年级）"),
        ("先修课程", "跨境电子商务（2060733）"),
    ),
    "ecommerce_crm": (("适用专业", "高职电子商务"), ("所属", "第九单元，是整门课成绩中的一项")),
}  # fmt: skip


def hours(theory: int, practice: int) -> str:
    """Say how many class hours a course has."""
    return f"{theory + practice}（理论 {theory}，实践 {practice}）"


def sentence(text: str) -> str:
    """End a declared text with a full stop."""
    return f"{text.rstrip('。')}。" if text else ""


def title(course: str) -> str:
    """Head the report."""
    return f"《{course}》{KIND}"


def band(low: Fraction | None, high: Fraction | None, *, digits: int) -> str:
    """Name a band of marks by its bounds: 80–89 for whole marks, else with its lower bound only."""
    if low is None:
        return f"{_mark(high)} 以下"
    if high is None:
        return f"{_mark(low)}–100" if digits == 0 else f"{_mark(low)} 及以上"
    if digits == 0 and float(high).is_integer():
        return f"{_mark(low)}–{int(high) - 1}"
    return f"{_mark(low)} 至不足 {_mark(high)}"


def _mark(value: Fraction | None) -> str:
    return f"{float(value or 0):g}"


def state(name: str, effect: str) -> str:
    """Name why a student stands in no band."""
    return {"counted": "暂无总评（缺成绩）", "zero": f"{name}（总评记 0）", "none": f"{name}（不出总评）"}[
        effect
    ]


def titled(place: str, name: str) -> str:
    """Name a place by its code and title, once; a dimension by its title."""
    code = "" if ":" in place else place.rpartition(".")[2]
    return name if code in name else f"{code} {name}"


DOMAINS = {"knowledge": "知识", "skill": "技能", "attitude": "素养"}

# ── 初步 ──
PRELIMINARY = "初步报告"


def why_preliminary(*, pending: int, without: int, attained: bool) -> list[str]:
    """List what still has to come before the report is final."""
    found = [f"{pending} 人有题目等老师批改"] if pending else []
    found += [f"{without} 人缺成绩，还没有总评"] if without else []
    found += ["达成度用到的成绩还没有批改完"] if attained and not pending else []
    return found


def no_weakest(outcomes: Sequence[Any]) -> str:
    """Say why no outcome is called the weakest."""
    known = [one for one in outcomes if one.value is not None]
    return "各目标相同，没有最弱的" if known and len(known) == len(outcomes) else "还有目标不能计算"


# ── 图 ──
def bars_alt(rows: Sequence[tuple[str, str, str]], threshold: str) -> str:
    """Describe the bar chart of attainment."""
    told = "，".join(f"{code} {value}（{verdict}）" for code, value, verdict in rows)
    return f"条形图：各课程目标的达成度与期望值 {threshold} 比较。{told}。"


def columns_alt(what: str, rows: Sequence[tuple[str, str]]) -> str:
    """Describe a column chart of counts."""
    return f"柱形图：{what}。{'，'.join(f'{label} {count} 人' for label, count in rows)}。"


def dots_alt(rows: Sequence[tuple[str, str, str, str]], threshold: str) -> str:
    """Describe the dot strips."""
    told = "；".join(f"{code} 最低 {low}、中位数 {mid}、最高 {high}" for code, low, mid, high in rows)
    return f"点图：每名学生在各课程目标上的个体达成度，虚线是期望值 {threshold}。{told}。"


def per_dot(count: int) -> str:
    """Say how many students one dot stands for."""
    return "每个点是一名学生" if count == 1 else f"每个点代表至多 {count} 名学生"


BANDS, LEVELS = "总评分数段的人数", "五级制各等级的人数"

# ── 老师自己写 ──
REFLECTION = (
    ("达成情况的原因分析", "达成好的目标做对了什么；最弱的目标问题出在教学、考核还是学情。"),
    ("上一轮改进措施的落实与效果", "上次报告写的措施做了哪些，数据有没有变化。"),
    ("下一轮的持续改进措施", "改什么、谁来做、什么时候、用哪一项证据检验。"),
)
SIGNATURES = ("任课教师（签字）", "系（教研室）主任（签字）", "日期")

# ── 命令 ──
REPORT = "写《课程目标达成度分析报告》（网页，可打印上交）和每名学生一页的成绩反馈。"
STUDENTS_OPTION = "要不要写学生的页面；默认写。"
STUDENT_OPTION = "只写这名学生的页面；可以写几次。"
PDF_OPTION = "用这台机器上的 Chromium、Chrome 或 Edge 把报告打印成 PDF。"
DB_OPTION = "成绩册的数据库地址；默认用课程文件夹里的 gradebook.db。"


def done(report: Sequence[Path], pages: Sequence[Path]) -> str:
    """Say where the files are and that they hold personal data."""
    lines = ["已写好（含个人信息，只有你自己能读）：", *(f"  {path}" for path in report)]
    if len(pages) == 1:
        lines.append(f"  {pages[0]}")
    if len(pages) > 1:
        lines.append(f"  {pages[0].parent}（{len(pages)} 名学生，每人一页）")
    return "\n".join(lines)


def stale(folder: Path, names: Sequence[str]) -> str:
    """Name pages of an earlier run that belong to nobody in the class."""
    some = "、".join(names[:5]) + (" 等" if len(names) > 5 else "")  # noqa: PLR2004
    return f"注意：{folder} 里有 {len(names)} 个以前的页面不属于这次的名单（{some}），没有动；不用了请删掉。"


NO_BROWSER = (
    "没有找到 Chromium、Chrome 或 Edge，PDF 没有写。\n"
    "提示：用任何浏览器打开 report.html，按 Ctrl+P（苹果电脑 ⌘P），目标选“另存为 PDF”，纸张选 A4。"
)


def not_printed(browser: str, detail: str) -> str:
    """Say that the browser did not print."""
    return (
        f"{browser} 没有打印成功{f'（{detail}）' if detail else ''}，PDF 没有写。\n"
        "提示：用浏览器打开 report.html，按 Ctrl+P，目标选“另存为 PDF”。"
    )


def unknown_student(asked: str, near: str) -> str:
    """Say that nobody in the class has this id."""
    hint = f"最接近的是 {near}。" if near else "学号要写全，前面的 0 也要写。"
    return f"名单里没有学号 {asked}。\n提示：{hint}"


def cannot_write(folder: Path, reason: str) -> str:
    """Say why the pages were not written."""
    return (
        f"算好了，但写不进 {folder}（{reason}）。\n"
        "提示：文件在别的程序里开着的话先关掉；或用 --out 换一个文件夹。"
    )


HOURS, CLASSES, MADE_ON = "学时", "行政班", "统计日期"


def verdict(reached: bool | None) -> str:  # noqa: FBT001
    """Say whether an outcome was reached."""
    if reached is None:
        return NOT_TOLD
    return REACHED if reached else NOT_REACHED


LINES = {"late": "迟交扣分", "attempts": "重交扣分", "override": "老师改分", "state": "按学生状态处理总评"}
