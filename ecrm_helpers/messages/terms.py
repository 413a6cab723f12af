"""What `ecrm term` says: a term saved, checked, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.messages.people import some

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

TERM = "存下一个学期的成绩依据，核对它们，到期删除。"
SAVE = "把成绩册、名单、分组、成绩表、改分、报告和计分方案存成一份快照。"
LIST = "列出存下的学期，并核对每个文件是不是原样。"
DELETE = "删除一个存下的学期；加 --current 删除正在进行的学期的个人数据。"
NAME = "学期名"
CURRENT_OPTION = "删除正在进行的学期：成绩册、提交、批改、反馈、报告、成绩表、名单、分组、改分。"
YES_OPTION = "不再询问，直接照做。"
HEADINGS = ("学期", "存于", "学生", "文件", "大小", "核对")
INTACT = "原样"
NONE_SAVED = "还没有存过学期。"
NOT_DONE = "没有确认，什么都没有删。\n提示：确定要删，请照原样输入名字，或加 --yes。"


def bad_name(name: str) -> str:
    """Refuse a name that cannot be a folder."""
    return f"“{name}”不能用作学期名。\n提示：用汉字、字母、数字、点、横线和下划线，例如 2026春、2025-2026-1。"


def exists(name: str) -> str:
    """Refuse to write over a snapshot."""
    return f"学期“{name}”已经存过，快照不能改写。\n提示：换一个名字；要重存，先运行 ecrm term delete {name}。"


def no_term(name: str, near: str, known: Iterable[str]) -> str:
    """Say that there is no such snapshot."""
    guess = f"是不是“{near}”？" if near else ""
    listed = "、".join(known)
    return f"没有存过学期“{name}”。\n提示：{guess}存过的有：{listed or '（没有）'}。"


def no_course(root: Path) -> str:
    """Refuse a folder that is no course folder."""
    return f"{root} 里没有 nbgrader_config.py，不像课程文件夹。\n提示：检查 --course 和 --root。"


def nothing_to_save(root: Path) -> str:
    """Refuse an empty snapshot."""
    return f"{root} 里没有成绩册、名单、成绩表或报告，没有可存的。\n提示：检查 --course 和 --root。"


def link(path: Path) -> str:
    """Refuse a symbolic link."""
    return f"{path} 是一个链接，指向别处。\n提示：链接不会被跟着读或删；请先把它换成真正的文件，或自己移走。"


def bad_gradebook(name: str, why: str) -> str:
    """Say that a gradebook cannot be copied whole."""
    return (
        f"成绩册 {name} 存不下来：{why}\n提示：等正在进行的批改结束后再试；还是不行，检查这个文件是否损坏。"
    )


def saved(name: str, files: int, students: int, size: int, folder: Path) -> str:
    """Say what was saved."""
    return (
        f"已存学期“{name}”：{files} 个文件，{students} 名学生，{megabytes(size)}。\n"
        f"位置：{folder}（只有你自己能读）。"
    )


def elsewhere() -> str:
    """Say that the gradebook is in a database server."""
    return (
        "注意：成绩册在 nbgrader_config.py 的 db_url 指的数据库里，不在课程文件夹，请用数据库的工具另行处理。"
    )


def other_places() -> str:
    """Say what this command does not reach."""
    return "上交用的交换区、备份和发出去的副本不在课程文件夹里，这个命令不动它们，请另行处理。"


def no_manifest() -> str:
    """Say that a snapshot has no readable manifest."""
    return "清单 manifest.json 缺失或读不了"


def files_changed(names: Sequence[str]) -> str:
    """List files that are not what was saved."""
    return f"内容变了：{some(names)}"


def files_missing(names: Sequence[str]) -> str:
    """List files that are gone."""
    return f"缺少：{some(names)}"


def files_added(names: Sequence[str]) -> str:
    """List files that were not saved."""
    return f"多出：{some(names)}"


def not_intact(names: Sequence[str]) -> str:
    """Say which snapshots cannot be relied on."""
    return f"{'、'.join(names)} 已不是存下时的样子，不能作为成绩依据。"


# ── 删除 ──
def will_go(what: str, files: int, students: int, size: int) -> str:
    """Say how much will be deleted."""
    return f"将删除{what}：{files} 个文件，涉及 {students} 名学生，{megabytes(size)}。删除后不能恢复。"


def one_place(name: str, files: int, size: int) -> str:
    """Say how much of it is in one place."""
    return f"  {name}：{files} 个文件，{megabytes(size)}"


def term_called(name: str) -> str:
    """Name a saved term."""
    return f"存下的学期“{name}”"


def running_term(course: str) -> str:
    """Name the running term."""
    return f"课程 {course} 正在进行的学期的个人数据"


def stays(names: Sequence[str]) -> str:
    """Say what is not deleted."""
    return f"保留不动：{some(names)}。"


def never_saved() -> str:
    """Warn that there is no snapshot of what will go."""
    return "注意：这门课还没有存过任何学期（ecrm term save），删了就没有成绩依据了。"


def type_name(name: str) -> str:
    """Ask for the name."""
    return f"确认删除，请输入“{name}”"


def deleted(what: str) -> str:
    """Say that it is done."""
    return f"已删除{what}。"


def nothing_to_delete() -> str:
    """Say that there is nothing."""
    return "没有可删的个人数据。"


def name_or_current() -> str:
    """Ask for one of the two."""
    return "写学期名，或者写 --current，二者选一。"


def megabytes(size: int) -> str:
    """Show a size.

    Examples
    --------
    >>> megabytes(0), megabytes(2_500_000)
    ('0.0 MB', '2.5 MB')
    """
    return f"{size / 1e6:.1f} MB"
