"""What `ecrm roster groups` says: options, groups formed, sign-up sheets that cannot be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.messages.people import some

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SIZE_OPTION = "每组几人；除不尽时有的组多一人或少一人。不写时为 4。"
COUNT_OPTION = "分成几组。"
HOW_OPTION = (
    "random 随机（默认；只看学号和种子，同一个种子结果相同）；roster 按名单顺序；chosen 读学生的报名表；"
    "given 读现成的分组。"
)
GROUP_SEED_OPTION = "随机分组的种子；不写时现取一个，并显示出来。"
WITHIN_OPTION = "只在同一个行政班里分组；默认跨班。"
ROLES_OPTION = "给每组分配课程文件的四种分工。"
ASSIGNMENT_OPTION = "同时写这份作业的小组名单 groups/<作业>.csv，批改小组作业时用。"
WITHOUT_OPTION = "这种状态的学生不参加分组；可以写几次，默认是免修。"
GROUPS = "分组：随机、按名单顺序、学生自选，或读入现成的分组，写成 groups.csv。"
CONFIRM_GROUPS = "原来的分组会被换掉，继续吗？"

# 单元“电子商务客户关系管理”的实训分工（课程文件第三课时）
ROLES = ("千牛操作", "话术撰写", "客户分类", "报告撰写")
HOW = {"random": "随机分组", "roster": "按名单顺序分组", "chosen": "学生自选", "given": "给定的分组"}


def size_and_count() -> str:
    """Refuse two ways to say one thing."""
    return "--size 和 --count 只能写一个。\n提示：--size 是每组几人，--count 是分成几组。"


def no_size(how: str) -> str:
    """Refuse a size where the file decides."""
    return f"--how {how} 的组由文件决定，不能再写 --size、--count、--within-class。"


def file_needed(how: str) -> str:
    """Ask for a file."""
    return f"--how {how} 后面还要写文件名。\n提示：例如 ecrm roster groups --how {how} 报名表.xlsx"


def no_file_needed(how: str) -> str:
    """Refuse a file that would not be read."""
    return f"--how {how} 不读文件。\n提示：读学生的报名表用 --how chosen，读现成的分组用 --how given。"


def too_many_groups(groups: int, students: int) -> str:
    """Refuse more groups than students."""
    return f"{students} 名学生分不成 {groups} 组。\n提示：减少组数；--within-class 时每个行政班至少一组。"


def fewer_than_classes(groups: int, classes: int) -> str:
    """Refuse fewer groups than classes."""
    return (
        f"有 {classes} 个行政班，--within-class 至少要 {classes} 组，现在是 {groups} 组。\n"
        "提示：加组数，或用 --across。"
    )


def bad_number(option: str) -> str:
    """Refuse a number below one."""
    return f"{option} 要写 1 或更大的整数。"


def nobody() -> str:
    """Say that there is nobody to group."""
    return "名单里没有要分组的学生。\n提示：检查名单的状态和 --without。"


def unknown_assignment(name: str, near: str, known: Iterable[str]) -> str:
    """Say that an assignment does not exist."""
    guess = f"是不是 {near}？" if near else ""
    return f"没有名为 {name} 的作业。\n提示：{guess}现有：{'、'.join(known)}。"


def left_out(states: Mapping[str, int]) -> str:
    """Say who does not take part."""
    return "没有参加分组：" + "、".join(f"{state} {count} 人" for state, count in states.items()) + "。"


def how_made(how: str, seed: int | None) -> str:
    """Say how groups were made, so that it can be done again."""
    return HOW[how] + (f"，种子 {seed}（加 --seed {seed} 会得到同样的分组）。" if seed is not None else "。")


def group_line(group: str, members: Sequence[str]) -> str:
    """List a group."""
    return f"{group}（{len(members)} 人）：{'、'.join(members)}"


def in_two_groups(lines: Sequence[str]) -> str:
    """List who is in two groups."""
    return "有学生报了两个组：\n" + "\n".join(lines) + "\n提示：一人只能在一个组里，问清楚后改报名表。"


def two_groups(shown: str, name: str, first: str, second: str) -> str:
    """Say which two groups a student is in."""
    return f"  {shown} {name}：{first}；{second}"


def in_no_group(names: Sequence[str]) -> str:
    """List who is in no group."""
    return f"还没有组的 {len(names)} 人：{some(names)}。"


def nobody_left_out() -> str:
    """Say that everybody has a group."""
    return "每个人都在一个组里。"


def signup_columns(file: str) -> str:
    """Say that a sign-up sheet lacks its columns."""
    return (
        f"{file} 的前 10 行里找不到小组和学号的列标题。\n"
        "提示：一人一行写“小组、学号”；或一组一行写“组名、组员学号”，几个学号用顿号隔开。"
    )


def no_id_in(where: str, text: str) -> str:
    """Say that a cell has names and no ids."""
    return f"{where}：“{text}”里没有学号。\n提示：姓名可能重复，请写学号（姓名可以写在旁边）。"


def contributions_lost(count: int, file: str) -> str:
    """Warn that contributions belong to the former groups."""
    return f"原来的分组里有 {count} 人的贡献度，新的分组里没有；它们留在 {file}。"
