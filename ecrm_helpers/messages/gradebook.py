"""What a gradebook that cannot be read, or contradicts a score sheet, is answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DATABASE = "成绩册数据库"  # what lists of sources call it: an address may carry a password


def no_gradebook(path: Path) -> str:
    """Say that there is no gradebook file."""
    return f"找不到成绩册 {path}。\n提示：先用 nbgrader 批改，或检查 --root、--db 指的地方。"


def not_an_address() -> str:
    """Say that a database address cannot be understood, without showing it."""
    return (
        "成绩册数据库的地址写得不对。\n"
        "提示：写成 postgresql+pg8000://用户:密码@主机/数据库，密码里的特殊字符要转写；见 deploy/README.md。"
    )


def cannot_connect() -> str:
    """Say that a database server cannot be used, without its address."""
    return (
        f"连不上{DATABASE}，或没有读它的权限。\n"
        "提示：检查 nbgrader_config.py 里的 db_url 或 --db：主机、端口、用户、密码、库名，服务器是否开着。"
    )


def not_a_gradebook(name: str) -> str:
    """Say that this is not an nbgrader database."""
    return (
        f"{name} 不是 nbgrader 的成绩册，或打不开。\n"
        "提示：检查文件，必要时在课程文件夹里运行 nbgrader update。"
    )


def busy(name: str) -> str:
    """Say that another program is writing the gradebook."""
    return (
        f"{name} 正被别的程序写着，等了几秒还读不了。\n"
        "提示：等批改（ecrm mark、nbgrader 或 formgrader）写完再运行一次。"
    )


def interrupted(name: str) -> str:
    """Say that what an interrupted program had half written must be taken back first."""
    return (
        f"{name} 旁边有没有写完的日志（{name}-journal）：批改时程序被中断了，要先撤回写了一半的内容。\n"
        "提示：再运行一次 ecrm mark，它会接着做完；不要删除这个日志。"
    )


def account_twice(student: str) -> str:
    """Say that two accounts normalise to one id."""
    return (
        f"成绩册里有两个账号都是学号 {student}（只差大小写或全半角）。\n"
        "提示：在 nbgrader 里合并或删除其中一个。"
    )


def exercise_in_both(student: str, name: str, where: str) -> str:
    """Say that an exercise's mark stands twice."""
    return f"学号 {student} 的 {name} 在成绩册里已有分数，{where} 又填了一个。\n提示：删去成绩表里的那个。"
