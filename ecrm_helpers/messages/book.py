"""What the workbook, the CSV and the export say to a teacher and to the school's office."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ecrm_helpers.messages import grades as grade_messages
from ecrm_helpers.messages.policies import percent

if TYPE_CHECKING:
    from collections.abc import Iterable

# ── 工作表 ──
TOTALS, COMPONENTS, TASKS, CHANGES = "总评", "分项", "题目", "扣分与改动"
OBJECTIVES, STUDENTS, ITEMS, OFFICE, RULES = "课程目标", "个人达成度", "题目分析", "教务", "口径"
MISSING, COUNTED_AS_ZERO, NONE, WAITING, LEFT_OUT = "缺", "缺（计0）", "—", "待批", "不计"
PAGE_FOOTER = "&L含个人信息，请妥善保管&R第 &P 页，共 &N 页"

KINDS = {"late": "迟交", "attempts": "重交", "override": "老师改动", "state": "学生状态", "note": "说明"}
METHODS = {
    "assignment": "作业", "sheet": "成绩表", "dimension": "评分维度", "sum": "加权合成", "product": "相乘",
}  # fmt: skip
EFFECTS = {"counted": "照常计算", "none": "不出总评", "zero": "记 0 分"}
YES, NO = "是", "否"

# ── 表头 ──
CHANGE_HEADINGS = ["学号", "姓名", "考核项", "种类", "分数变化", "最后得分", "说明"]
HEADINGS = {
    "weights": ["考核项", "名称", "归入", "公布占比", "实际占比"],
    "shares": ["合成项", "名称和算法", "组成部分", "名称", "份额"],
    "states": ["学生状态", "总评", "计入达成度", "人数"],
    "levels": ["等级", "最低分", "人数"],
    "bands": ["分数段", "下限", "人数", "比例"],
    "outcomes": ["课程目标", "内容", "达成度", "合格线", "达成", "最弱", "计入人数", "未计入人数"],
    "programme": ["毕业要求", "由哪些课程目标", "达成度"],
    "evidence": [
        "课程目标", "证据", "权重 w", "满分", "平均分", "平均分/满分", "w×平均分/满分", "计入人数",
    ],
    "items": [
        "作业", "单元格", "题目", "满分", "人数", "平均分", "难度", "区分度", "与其余题相关",
        "0 分比例", "满分比例",
    ],
    "alpha": ["作业", "算的是", "没有算的", "α 系数"],
    "missed": ["作业", "可回看", "哪里失分", "人数", "比例"],
    "answers": ["作业", "题目", "学生的答案或得到的反馈", "人数", "比例", "平均得分"],
}  # fmt: skip
RULES_HEADING = "计分规则"

SECTIONS = {
    "weights": "构成与占比（改公布占比，实际占比和总评随之重算）",
    "shares": "每一项由什么合成",
    "states": "学生状态",
    "levels": "五级制（按取整后的总评；由状态决定的不在内）",
    "bands": "分数段（按取整后的总评；由状态决定的不在内）",
    "outcomes": "课程目标达成度",
    "programme": "汇总到毕业要求",
    "evidence": "证据：达成度 = Σ 权重 × 平均分/满分，平均分和满分取同一批学生",
    "items": "各题",
    "alpha": "各作业的内部一致性",
    "missed": "全班最常失分的地方",
    "answers": "各题的答案和反馈分布",
}
POLICIES, NOTICES, FILES, NOTES = "政策（grading_config.py 里每条一行）", "提醒", "数据来源", "阅读说明"
CONFIG, WHEN = "grading_config.py 全文（计算这份成绩时）", "计算日期"
READING = (
    "难度 = 平均分/满分，越接近 1 越容易：0.4 以下偏难，先看是否没讲清、没教到；0.4–0.7 适中；0.7 以上偏易。",
    "区分度 = 前 27% 与后 27% 学生的得分率之差：0.4 以上很好，0.3 以上较好，0.2 以上尚可，0.2 以下要改。",
    "区分度是负数，说明总分高的学生反而在这道题失分，多半是题目或评分有问题。不满 10 人不算区分度。",
    "与其余题相关：这道题的得分和同一作业其余题得分之和的相关系数，看法同区分度。",
    "α 系数：同一作业各题测的是不是一件事，0.7 以上通常认为可靠；题少时偏低，不说明题目不好。",
    "人少时这些数字晃动很大：几十人的班只看大致高低，不比较小数点后第二位。",
)
COLOURS = (
    "“缺”是没有成绩，不是 0 分；浅黄底 = 扣过分，浅橙底 = 老师改过（批注里有人、时间、理由），"
    "浅蓝底斜体 = 还有题等老师批。"
)
ALL_LIVE = "总评和各项都是公式：改“分项”“题目”里的原始分，或“口径”里的占比，总评、等级、达成度随之重算。"


def office_key(heading: str) -> str:
    """Key of an averaged column of the school's office."""
    return f"{OFFICE}:{heading}"


def office_title(heading: str) -> str:
    """Head the averaged column where it is computed."""
    return f"{heading}（交教务）"


def missing(policy: str) -> str:
    """Show a missing mark."""
    return COUNTED_AS_ZERO if policy == "zero" else MISSING


def page_header(results: Any, sheet: str) -> str:
    """Head every printed page."""
    course = results.listed.course.title.replace("&", "&&")
    state = "（初步）" if preliminary(results) else ""
    return f"&L{course}&C{sheet}{state}&R{results.made_on}"


def preliminary(results: Any) -> bool:
    """Tell whether any total or outcome still waits for a teacher."""
    return results.attained.preliminary or any(row.total.pending for row in results.listed.rows)


def title(results: Any, sheet: str) -> str:
    """Head a sheet."""
    state = "【初步】" if preliminary(results) else ""
    return f"{state}{results.listed.course.title}　{sheet}"


def subtitle(results: Any) -> str:
    """Say what the figures are, and what they are not yet."""
    rows = results.listed.rows
    waiting = sum(bool(row.total.pending) for row in rows)
    parts = [f"计算日期 {results.made_on}", f"共 {len(rows)} 人"]
    if waiting:
        parts.append(f"{waiting} 人还有题等老师批改，这份成绩是初步的，不能上报")
    lacking = sum(row.total.value is None and counted(results, row) for row in rows)
    if lacking:
        parts.append(f"{lacking} 人缺成绩，暂无总分")
    return "；".join(parts) + "。"


def counted(results: Any, row: Any) -> bool:
    """Tell whether a student's state lets a total be given."""
    return results.listed.course.states[row.person.state].total != "none"


def total(results: Any, row: Any) -> float | str:
    """Show a total, or what stands in its place."""
    if row.shown_total is not None:
        return float(row.shown_total)
    return missing(results.listed.course.missing) if counted(results, row) else str(row.person.state)


def standing(row: Any) -> str:
    """Say whether a total can be relied on, or which state stands in its place."""
    if row.by_state:
        return str(row.person.state)
    return grade_messages.state(row.total.value is None, row.total.pending)


def notes(row: Any) -> str:
    """List what is missing, waiting or late, and what was done to the marks."""
    return "；".join(part for part in (_gaps(row), *(line.text for line in row.lines)) if part)


def brief(row: Any) -> str:
    """List what is missing or waiting, and count what was done to the marks."""
    kinds = [line.kind for line in row.lines]
    counts = [(word, kinds.count(kind)) for kind, word in KINDS.items() if kind not in {"state", "note"}]
    done = "、".join(f"{word} {count} 处" for word, count in counts if count)
    return "；".join(part for part in (_gaps(row), f"{done}，见“{CHANGES}”" if done else "") if part)


def _gaps(row: Any) -> str:
    return grade_messages.notes(replace(row, late=()))  # lateness is among the lines


def component(course: Any, key: str) -> str:
    """Name a component."""
    one = next(one for one in course.components if one.id == key)
    return one.title if one.title.startswith(one.id) else f"{one.id} {one.title}"


def under(place: str, node: Any) -> str:
    """Say how a column of the components' sheet comes about."""
    return f"{place}\n{METHODS[node.kind]}" if place != node.title else METHODS[node.kind]


def method(node: Any) -> str:
    """Name a place that is made of others, and how."""
    return f"{node.title}：{METHODS[node.kind]}"


def course_value(course: Any) -> str:
    """Name what is reported for the course as a whole."""
    how = "取最弱的目标" if course.attainment.course == "weakest" else "取各目标的平均"
    return f"课程达成度（{how}）"


def evidence(attained: Any) -> list[str]:
    """Say where the evidence is declared, what that implies, and what else a reader must know."""
    consequence = [f"这样选的后果：{attained.consequence}"] if attained.consequence else []
    return [f"证据来源：{attained.source}", *consequence, *attained.notes]


def band(bounds: Iterable[float]) -> list[str]:
    """Name the bands of the distribution, highest first."""
    shown = [percent(bound) for bound in bounds]
    between = [f"{low}–{high}（不含 {high}）" for high, low in pairwise(shown)]
    return [f"{shown[0]} 及以上", *between, f"{shown[-1]} 以下"] if shown else []


def basis(one: Any) -> str:
    """Say what α is computed from."""
    return f"{len(one.items)} 题，{one.counted} 人每题都有分"


def unmarked(one: Any) -> str:
    """Name the tasks that nobody has a final mark for."""
    return f"还没有批改：{'、'.join(one.unmarked)}" if one.unmarked else NONE


def not_exported(course: Any) -> str:
    """Say that a course's total is no component of another course."""
    return (
        f"{course.title} 没有写 exported_as=，不知道它的成绩在学校课程里叫什么。\n"
        '提示：在 grading_config.py 这门课里加一行，例如 exported_as="第九单元"。'
    )


POINTS, OUT_OF_100, FULL = "得分", "百分制", "满分"
TASKS_NOTE = (
    "“—”：没有交，或没有这道题。浅蓝底斜体：还等老师批改，现在的分不是最后的分。"
    "百分制 = 得分 ÷ 满分 × 100；迟交和重交的扣分在“分项”里。"
)
NO_CHANGES = "没有扣分，也没有人改过分数。"
WEAKEST, COURSE = "最弱", "整门课"
NO_ITEMS = "还没有可以分析的题目：没有用 nbgrader 批改过的作业，或人数太少。"
STUDENTS_NOTE = (
    "达成度 = Σ 权重 × 得分/满分，权重在“课程目标”里；全班平均只算达成度一栏有数的学生，"
    "“不计”是按学生状态不算的人。"
)
EXPORT, REMARK, WAITS = "成绩", "备注", "初步：还有题等老师批改"
ANSWERED, TOLD = "答案：", "反馈："
CONFIG_MISSING = "（找不到这个文件了）"
BANDS_MEAN = "平均分（不含由状态决定的）"
WHOLE = "合计"
OFFICE_PRELIMINARY = "初步：还有题等老师批改，先不要上报"
