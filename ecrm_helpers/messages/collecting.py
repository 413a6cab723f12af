"""What collecting says: what was taken, what was not, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.messages.system import why as system_reason

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

# ── ecrm collect --help ──
COLLECT = "收作业：从 nbgrader 的交换目录收，或者从一个文件夹、压缩包收（学习平台、聊天软件、U 盘）。"
SOURCE = "[文件夹或压缩包]"
ASSIGNMENT = "作业名"
COURSE_OPTION = "课程代号。"
ROOT_OPTION = "课程文件夹，里面有 nbgrader_config.py；默认是 courses/<课程代号>。"
AT_OPTION = "把这些作业都记成这个时间交的，例如 2026-10-16T22:00（本机时区）；默认看文件的时间。"
YES_OPTION = "学号是从文件名里认出来的时候，不再逐一问。"
NAMES_OPTION = "没有学号、但姓名在成绩册里只有一个人时，认这个姓名。"
NEW_OPTION = "成绩册里还没有的学号也收。"
KEEP_OPTION = "已经收过的不替换，哪怕这次的更新。"
BEFORE_OPTION = "从交换目录收截止时间以前的最后一份（没有就收最后一份）。"

# ── 没有收的理由 ──
LINK = "是链接或特殊文件，不是普通文件"
TOO_DEEP = "一层套一层，太深了"
ENCRYPTED = "压缩包加了密码；请让学生去掉密码重新交"
OTHER_ARCHIVE = "这种压缩包读不了；请解压后再收，或请学生改交 zip"
OTHER_PACKING = "压缩包用了少见的压缩方式，读不了；请解压后再收"
DAMAGED_ARCHIVE = "压缩包打不开：损坏，或不是真正的 zip"
DAMAGED_IN_ARCHIVE = "在压缩包里，已损坏"
ARCHIVE_TOO_LARGE = "压缩包解开后太大或文件太多，整包没有收"
OUTSIDE = "压缩包里的路径想写到外面去（..）"
NO_ID = "名字里没有学号"
BAD_ID = "学号里有不能用的字符"
NOT_THIS_NOTEBOOK = "不是这份作业的笔记本"
CHANGING = "正在收的时候它变了；请再收一次"
IN_THE_FUTURE = "时间在将来，不可信"

# ── 备注 ──
NO_NOTEBOOK = "没有笔记本，只有附件"
NO_TIME = "文件的时间不可信，按收取的时间算"
OWNERS_NOT_CHECKED = "没有核对文件的主人（check_owner 关着）：谁都可以用别人的学号交。"
TIMES_CAN_BE_SET = "交来的时间取自修改时间（arrival = modified）：学生可以用 touch 改它。"
NO_COURSE_ID = "配置里没有课程代号。\n提示：在 nbgrader_config.py 里写 c.CourseDirectory.course_id。"


def instead(names: Sequence[str]) -> str:
    """Say that other files were handed in for want of a notebook."""
    return f"没有笔记本，先收下 {'、'.join(names)}，批改时会尽量从里面找出答案"


def too_large(most: int) -> str:
    """Say that one file is too large."""
    return f"超过 {most // (1 << 20)} MB"


def not_wanted(kind: str) -> str:
    """Say that the assignment does not take this kind of file."""
    if kind in {".html", ".htm", ".pdf", ".py"}:
        return f"这份作业不收 {kind} 文件（像是导出的结果；要的是 .ipynb 笔记本）"
    return f"这份作业不收 {kind} 文件" if kind else "文件名没有后缀，看不出是什么"


def cannot_open(error: OSError) -> str:
    """Say that the system refuses a file."""
    return f"打不开（{system_reason(error)}）"


def several_ids(ids: Sequence[str]) -> str:
    """Say that a path has more than one id."""
    return f"名字里有几个学号：{'、'.join(ids)}。"


def several_names(names: Sequence[str]) -> str:
    """Say that a path has more than one student's name."""
    return f"没有学号，姓名有几个：{'、'.join(names)}。"


def same_name(name: str, ids: Sequence[str]) -> str:
    """Say that several students have this name."""
    return f"没有学号，叫“{name}”的有几位：{'、'.join(ids)}。"


def lost_zeros(found: str, listed: str) -> str:
    """Say that two ids differ by leading zeros only."""
    return f"学号 {found} 和 {listed} 只差开头的 0，分不清是谁。"


def not_listed(student: str) -> str:
    """Say that the gradebook has no such student."""
    return f"成绩册里没有学号 {student}。"


def other_name(student: str, name: str) -> str:
    """Say that the id and the name are two students'."""
    return f"文件名里的学号是 {student}，姓名却是“{name}”。"


def which_one(shown: Sequence[str]) -> str:
    """Say that several different files could be meant."""
    return f"有 {len(shown)} 份内容不同的文件，说不准哪份算数：{'、'.join(shown)}。请留下一份再收。"


def older_copies(taken: str, others: Sequence[str]) -> str:
    """Say which of several files was taken."""
    return f"收的是 {taken}；没有收较早的 {'、'.join(others)}"


def foreign_record(student: str, owner: str) -> str:
    """Say that somebody else's account made the record."""
    return f"名字写的是 {student}，文件夹的主人却是 {owner}，没有收。请查看是谁放的。"


def foreign_file(name: str) -> str:
    """Say that somebody else put a file into the record."""
    return f"里面的 {name} 不是本人的文件，整份没有收。请查看是谁放的。"


def link_inside(name: str) -> str:
    """Say that a record holds a link."""
    return f"里面的 {name} 是链接或特殊文件，整份没有收。"


def two_accounts(student: str, accounts: Sequence[str]) -> str:
    """Say that two accounts claim one id."""
    return f"{'、'.join(accounts)} 是同一个学号 {student} 的不同写法，分不清，都没有收。"


def other_spelling(name: str) -> str:
    """Say that the folder of submissions has the student under another spelling."""
    return f"submitted 里已有写法不同的同一个学号“{name}”，请先统一写法。"


def too_many_entries(most: int) -> str:
    """Say that a record holds too many files."""
    return f"里面的文件超过 {most} 个"


def bad_name(name: str) -> str:
    """Say that a file was left out for its name."""
    return f"文件名里有不能用的字符，没有收：{name}"


def left_out(name: str, size: int) -> str:
    """Say that a file was left out for its size."""
    return f"太大，没有收：{name}（{size / 1e6:.0f} MB）"


def claims_another_time(claimed: dt.datetime) -> str:
    """Say that the record's name claims another time."""
    return f"名字里写的是 {shown_time(claimed)}，与实际到达的时间不符，按实际的算"


def there_since(before: dt.datetime) -> str:
    """Say when the hand-in that stays came."""
    return f"已有 {shown_time(before)} 的一份"


# ── 错误 ──
def busy(folder: Path) -> str:
    """Say that another collector is at work."""
    return f"{folder} 正在被另一个收作业的程序使用。\n提示：等它收完再试。"


def no_course(root: Path) -> str:
    """Say that a folder is no course."""
    return f"{root} 里没有 nbgrader_config.py，不是课程文件夹。\n提示：检查 --course 和 --root。"


def bad_config(path: Path, error: Exception) -> str:
    """Say that the course's configuration fails."""
    return (
        f"{path} 有错误，没有收：{error!r}\n提示：改好这个文件；nbgrader 自己遇到这种错误会照默认设置继续。"
    )


def no_assignment(name: str, known: Sequence[str]) -> str:
    """Say that there is no such assignment."""
    there = f"已有的作业：{'、'.join(known)}。" if known else "这门课还没有发布过作业。"
    return f"这门课没有叫“{name}”的作业。\n提示：{there}新作业先运行 nbgrader generate_assignment。"


def bad_gradebook(error: Exception) -> str:
    """Say that the gradebook cannot be read."""
    return f"成绩册打不开：{type(error).__name__}。\n提示：检查 gradebook.db 或配置里的 db_url。"


def twins(first: str, second: str) -> str:
    """Say that two students of the gradebook are one."""
    return f"成绩册里的 {first} 和 {second} 是同一个学号的不同写法。\n提示：先在成绩册里合并或删除一个。"


def no_source(path: Path) -> str:
    """Say that there is nothing to collect from."""
    return f"找不到 {path}。\n提示：写一个文件夹或 zip 压缩包；从交换目录收就什么都不写。"


def too_many_files(path: Path, most: int) -> str:
    """Say that a folder can hardly be a class's hand-ins."""
    return f"{path} 里的文件超过 {most} 个，不像是一份作业。\n提示：写放这份作业的那个文件夹。"


def at_in_the_future(at: dt.datetime) -> str:
    """Say that hand-ins cannot have come later than now."""
    return f"--at 写的 {shown_time(at)} 还没有到。\n提示：写实际交来的时间。"


def bad_at(text: str) -> str:
    """Say how a time is written."""
    return f"看不懂时间“{text}”。\n提示：写成 2026-10-16T22:00。"


def no_inbound(path: str) -> str:
    """Say that the course has no inbound folder."""
    return f"交换目录里没有这门课，或没有权限：{path}。"


def no_root(path: str) -> str:
    """Say that the exchange folder is not there or not writable."""
    return f"交换目录 {path} 不存在，或没有写的权限。"


def no_exchange(detail: str) -> str:
    """Say that the exchange cannot be used."""
    return f"从交换目录收不了：{detail}\n提示：没有交换目录时，用 ecrm collect 作业名 文件夹。"


def shown_time(at: dt.datetime) -> str:
    """Return a time as this machine's clock shows it."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def shown_name(name: str) -> str:
    """Return the name of a record so that it can be printed."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:80]


CONFIRM = "以上带括号的学号，是从文件名里认出来的，对吗？收下"
NOT_CONFIRMED = "没有收。核对上面的学号，对的话加 --yes 再运行；不对就改文件名，或先把学生名单录入成绩册。"
