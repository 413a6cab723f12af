"""What `ecrm curriculum` says about the courseware."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path


def no_notebook(path: Path) -> str:
    """Say that a file is no notebook."""
    return f"{path} 不是完整的 notebook，读不了。\n提示：用 JupyterLab 打开看看；坏了就从备份或 git 里取回。"


def no_ids(path: Path, number: int) -> str:
    """Say that a cell's objectives are no list of ids."""
    return (
        f"{path.name} 第 {number} 格的 metadata.ecrm.objectives 不是编号的列表。\n"
        '提示：写成 ["XB3", "LO351"]，编号见 ecrm_helpers/curriculum.py。'
    )


def no_minutes(notebook: str, section: str, given: object) -> str:
    """Say that a section's minutes are no number."""
    return f"{notebook} 的“{section}”一节写的 minutes 是 {given!r}。\n提示：写成不带引号的整数，单位是分钟。"


# ── 命令 ──
CURRICULUM = "列出课程目标、各节内容、练习题目的对应，指出缺口，并把各单元的分钟数与公布的课时对照。"
COURSE_OPTION = "课程代号；不写就列出两门课。"
OUT_OPTION = "把完整的对应表写成 CSV（一次一门课，要同时写 --course）。"
STRICT_OPTION = "有缺口就以退出码 1 结束，供学校自动检查。"


def out_needs_course() -> str:
    """Say that one file holds one course."""
    return "一个 CSV 文件放一门课。\n提示：加上 --course crossborder_crm 或 --course ecommerce_crm。"


def unknown_course(course: str, known: Iterable[str]) -> str:
    """Say which courses there are."""
    return f"没有代号为“{course}”的课程。\n提示：可写 {'、'.join(known)}。"


def written(path: Path) -> str:
    """Say where the file is."""
    return f"已写好：{path}"


# ── 目标 × 内容 × 题目 ──
OBJECTIVE, WORDING, TAUGHT, MEASURED = "编号", "课程目标", "在哪里讲", "用什么考"
LEGEND = "★ 重点　▲ 难点　缺：该有而没有"
MARK, LACKING, NOT_ASKED = "●", "缺", "不要求"
FEW = 3
_TITLES = {"crossborder_crm": "跨境电商客户管理", "ecommerce_crm": "电子商务客户关系管理（第九单元）"}
_KINDS = {
    "frame": "概况", "content": "内容", "knowledge": "知识", "skill": "能力", "attitude": "素养",
    "values": "思政", "lesson": "课时", "training": "实训", "lab": "实验", "case": "案例",
    "assessment": "考核", "outcome": "课程目标", "programme": "毕业要求", "thread": "贯穿",
    "preparation": "课前", "feedback": "反馈", "extension": "拓展",
}  # fmt: skip


def matrix_title(found: Any) -> str:
    """Head a course's matrix with how much there is."""
    return (
        f"{_TITLES.get(found.course_id, found.course_id)}：{len(found.rows)} 条目标，"
        f"{len(found.sections)} 节内容，{len(found.tasks)} 道计分题"
    )


def nothing_written(course_id: str) -> str:
    """Say plainly that a course has no notebook yet."""
    return f"notebooks/{course_id} 里还没有 notebook：下面的目标都还没有讲。"


def marked_id(objective: Any) -> str:
    """Put ★ and ▲ of the course document behind an id."""
    signs = ("★" if objective.focus else "") + ("▲" if objective.difficulty else "")
    return f"{objective.id} {signs}".strip()


def taught(held: Mapping[str, Sequence[Any]], *, untaught: bool) -> str:
    """Name the first sections of each notebook, and how many there are."""
    if not held:
        return LACKING if untaught else NOT_ASKED
    lines = []
    for notebook, found in held.items():
        names = " ".join(one.id for one in found[:FEW])
        lines.append(f"{notebook}: {names}" + (f" …共 {len(found)} 节" if len(found) > FEW else ""))
    return "\n".join(lines)


def measured(held: Mapping[str, Sequence[Any]], places: Sequence[str], *, unmeasured: bool) -> str:
    """Count tasks and points of each assignment, and name the marks that are evidence."""
    if not held and not places:
        return LACKING if unmeasured else NOT_ASKED
    lines = [
        f"{name}: {len(found)} 题 {sum(one.points for one in found):g} 分" for name, found in held.items()
    ]
    return "\n".join([*lines, *places])


def lacking(row: Any) -> str:
    """Say what an objective lacks."""
    return "；".join(text for text, is_so in (("没有讲", row.untaught), ("没有考", row.unmeasured)) if is_so)


def holes(found: Any, unwritten: Sequence[str]) -> list[str]:
    """List every hole in words; those that come of units without a notebook are counted, in one line."""
    if found.whole:
        return ["没有缺口：每条目标都讲了，该考的都考了，每节内容和每道题都有目标。"]
    untaught = [row.objective.id for row in found.untaught]
    unmeasured = [row.objective.id for row in found.unmeasured]
    waiting = [code for code in untaught if not found.sections or _of(code, unwritten)]
    units = f"{_ids(unwritten)} " if found.sections else "整门课"
    lines = ["缺口："]
    if waiting:
        asked = f"，{count} 条没有考" if (count := len(set(unmeasured) & set(waiting))) else ""
        lines.append(f"· {units}还没有 notebook：{len(waiting)} 条目标没有讲{asked}")
    lines += _line("没有一节内容讲到", untaught, without=waiting)
    lines += _line("没有题目或评分项考到", unmeasured, without=waiting)
    lines += _line("不服务于任何目标的内容", [f"{one.notebook} {one.id}" for one in found.idle_sections])
    lines += _line("不服务于任何目标的题目", [f"{one.assignment} {one.task}" for one in found.idle_tasks])
    for one in found.unknown:
        near = f"，最接近的是 {one.near}" if one.near else ""
        lines.append(f"· {one.where} 写的“{one.id}”不是这门课的目标{near}")
    return lines


def _of(code: str, units: Sequence[str]) -> bool:
    return any(code == unit or code.startswith(f"{unit}.") for unit in units)


def _line(what: str, names: Sequence[str], *, without: Sequence[str] = ()) -> list[str]:
    listed = [name for name in names if name not in without]
    return [f"· {what}（{len(listed)}）：{_ids(listed)}"] if listed else []


def _ids(names: Iterable[str]) -> str:
    return "、".join(names)


def csv_headings(found: Any) -> list[str]:
    """Head the columns: the objective, one per section, one per task, marks, what is lacking."""
    sections = [f"{one.notebook} {one.id} {one.title}" for one in found.sections]
    tasks = [f"{one.assignment} {one.task} {one.title}（{one.points:g} 分）" for one in found.tasks]
    return ["编号", "类别", "课程目标", "程度", "重点", "难点", *sections, *tasks, "评分项", "缺口"]


def csv_objective(objective: Any) -> list[str]:
    """Fill the columns about an objective itself."""
    signs = ["★" if objective.focus else "", "▲" if objective.difficulty else ""]
    return [objective.id, _KINDS[objective.kind], objective.text, objective.level or "", *signs]


# ── 课时 ──
HOURS_TITLE = "课时对照（1 课时 45 分钟；理论 + 实践）"
UNIT, SUM = "单元", "合计"
HOURS_HEADINGS = ("公布课时", "notebook 分钟", "多(+) 少(-) 分钟")
NOT_WRITTEN = "尚无 notebook"


def published(hours: Any) -> str:
    """Write published class hours."""
    return f"{hours.theory} + {hours.practice}"


def difference(theory: int, practice: int) -> str:
    """Write minutes more or less than published."""
    return "正好" if theory == practice == 0 else f"{theory:+d} {practice:+d}"


def sum_cells(planned: Any) -> tuple[str, str, str]:
    """Add up a course; the difference is shown only once every unit is written."""
    theory = sum(one.theory for one in planned.units)
    practice = sum(one.practice for one in planned.units)
    own = f"{theory} + {practice}" if planned.written else NOT_WRITTEN
    if len(planned.written) < len(planned.units):
        return published(planned.published), own, f"已写 {len(planned.written)}/{len(planned.units)}"
    theory -= 45 * planned.published.theory
    practice -= 45 * planned.published.practice
    return published(planned.published), own, difference(theory, practice)


def hours_notes(planned: Any, steps: Sequence[int] = ()) -> list[str]:
    """Say what the table cannot: minutes of no unit, and steps of the course document that do not fit."""
    lines = []
    if planned.unplaced:
        lines.append(f"另有 {planned.unplaced} 分钟没有写明属于哪个单元、是理论还是实践，未计入。")
    if steps:
        total, fits = sum(steps), 45 * planned.published.total
        written = " + ".join(str(one) for one in steps)
        lesson = f"{planned.published.total} 课时（{fits} 分钟）"
        lines.append(f"课程文件各环节写的分钟数是 {written} = {total}，超过 {lesson}。")
    return lines
