"""The page that a collector leaves: what was taken, replaced, kept, refused and why, and what fits nobody."""

from __future__ import annotations

from typing import Any

from ecrm_helpers.messages.collecting import shown_time

_STATUS = {
    "collected": "新收",
    "replaced": "替换",
    "unchanged": "没变",
    "older": "较旧，没有替换",
    "kept": "已有，没有替换",
    "refused": "没有收",
}
REPLACED_KEPT = "被替换下来的旧作业在 submitted/.replaced 里，没有删。"


def report(made: Any) -> str:
    """Return a `CollectReport` as a page."""
    count = {status: len(made.of(status)) for status in _STATUS}
    taken = count["collected"] + count["replaced"]
    rest = [f"{name} {count[status]} 份" for status, name in _STATUS.items() if status != "collected"]
    shown = [part for part in rest if not part.endswith(" 0 份")]
    lines = [f"{made.assignment}：收了 {taken} 份{'（' + '，'.join(shown) + '）' if shown else ''}。"]
    lines += [f"注意：{remark}" for remark in made.remarks]
    for status, name in _STATUS.items():
        for line in sorted((one for one in made.lines if one.status == status), key=lambda one: one.student):
            at = f"  {shown_time(line.at)}" if line.at else ""
            notes = f"  {'；'.join(line.notes)}" if line.notes else ""
            lines.append(f"  {name}   {line.student}{at}{notes}")
    lines += _unmatched(made)
    if made.absent:
        lines.append(f"名单里还没有收到的 {len(made.absent)} 人：{'、'.join(made.absent)}。")
    if count["replaced"]:
        lines.append(REPLACED_KEPT)
    return "\n".join(lines)


def plan(made: Any) -> str:
    """Return a `Plan` as a page to confirm."""
    lines = [f"{made.source} 里认出 {len(made.hand_ins)} 位学生的作业："]
    for one in made.hand_ins:
        files = "、".join(found.shown for found in one.files.values())
        lines.append(f"  {one.student}{_READ_FROM[one.read_from]}  {shown_time(one.at)}  {files}")
        lines += [f"      {note}" for note in one.notes]
    lines += [f"  没有收   {student}  {why}" for student, why in made.refused]
    return "\n".join([*lines, *_unmatched(made)])


def _unmatched(made: Any) -> list[str]:
    lines = []
    if made.proposals:
        lines.append("还没有收，等您决定：")
        lines += [
            f"  {one.shown}  {_PROPOSAL[one.how].format(student=one.student)}" for one in made.proposals
        ]
    if made.missed:
        lines.append("没有收的文件：")
        lines += [f"  {one.shown}  {one.why}" for one in made.missed]
    if made.passed_over:
        lines.append(f"略过系统和软件的临时文件 {made.passed_over} 个。")
    return lines


_READ_FROM = {"": "", "id": "  （学号取自文件名）", "name": "  （只看姓名认的）"}
_PROPOSAL = {
    "name": "姓名只与 {student} 相符；要认就加 --accept-names",
    "new": "成绩册里没有 {student}；是新学生就加 --new-students",
}
