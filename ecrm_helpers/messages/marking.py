"""What marking says in feedback: to the student about a task, and about a file that had to be repaired."""

from __future__ import annotations

NOTES_TITLE = "**评阅前的整理**（交来的文件和发下去的作业对过一遍，下面是发现的情况）"

EMPTY_FILE = "交来的文件是空的，所有答案按没有作答处理。请打开自己的笔记本，保存后重新提交。"
NO_FILE = "提交里没有找到笔记本文件，所有答案按没有作答处理。请保存笔记本后重新提交。"
RENAMED_FILE = "笔记本的文件名改过，已按内容认出来。下次请保留原来的文件名。"
LINKED_FILE = "交来的不是普通文件，没有打开。请提交笔记本文件本身。"
HUGE_FILE = "交来的文件太大，没有打开。请选“清除所有输出”，保存后重新提交。"
UNREADABLE = "交来的文件打不开，不是一份笔记本，所有答案按没有作答处理。请重新提交。"
TRUNCATED = "文件不完整（可能是保存或上传时断了），已读出前面完好的部分。请检查后重新提交。"
WRONG_ENCODING = "文件的编码不是 UTF-8，已转换。请用 JupyterLab 保存，不要用记事本另存。"
OLD_FORMAT = "笔记本是旧版格式，已转换。"
CUT_CELLS = "笔记本的格子太多，只看了前面的部分。"
CUT_SOURCE = "有的格子内容太长，只看了前面的部分。"
UNCHECKED_CELLS = "这份作业里有普通的测试格，它们的分数由 nbgrader 直接给出，可以伪造，请老师抽查。"
NO_EXECUTION = "运行环境没有启动，没有打分，已留给老师处理。"


def duplicated(count: int) -> str:
    """Say that cells came more than once."""
    return f"有 {count} 格重复出现，已采用改动过的那一份。"


def deleted_answers(count: int) -> str:
    """Say that answer cells are gone."""
    return f"有 {count} 个作答格被删掉了，按没有作答处理。"


def restored(count: int) -> str:
    """Say that locked cells were put back."""
    return f"有 {count} 个锁定格或说明里的代码格被删掉或改动了，已按发下去的作业还原。"


def found_by_place(count: int) -> str:
    """Say that answer cells had lost their mark."""
    return f"有 {count} 个作答格丢了编号，已按位置认出来，请老师看一眼。"


def other_type(count: int) -> str:
    """Say that answer cells had another cell type."""
    return f"有 {count} 个作答格改过类型（代码或文字），已改回来。"


def earned(points: str, full: str) -> str:
    """Say what a task earned."""
    return f"得分 {points} / {full}"


WAITING = "等老师查看"
PENDING = "这一题自动评阅没有完成，分数由老师来定。"
NOT_RUN = "前面的代码让程序停住了，没有运行到这一题，分数由老师来定。"
NO_ANSWER = "没有收到这一题的答案。请从上到下运行：先运行上面“改这里”的那一格，再运行这一格，保存后重新提交。"
TWO_ANSWERS = "这一格里出现了不止一份答案，不能评分。请只保留作业里原来的那一行。"
NO_RECORD = "这一题的答案记录不完整，不能评分。请重新取一份作业，把答案抄过去。"
TOO_BIG = "这一题的答案太大，不能评分。请只交题目要的那个数或那张小表。"
NO_MESSAGE_FULL = "对。"
NO_MESSAGE = "还不完全对，请再看一遍题目。"

PROBLEMS = {
    "blank": "答案还是空的。找到上面写着“改这里”的那一行，填上答案。",
    "none": "答案是 None。print(…) 只显示、不保存，请把答案写在等号右边。",
    "big": TOO_BIG,
    "deep": "答案里一层套一层，太深了，没有评分。",
    "finite": "答案里有空值或无穷大，没有评分。",
    "kind": "答案不是数、文字或小表格，没有评分。",
    "text": "答案里有无法保存的字符，没有评分。",
    "huge": "这个数大得不合常理，没有评分。",
    "task": NO_RECORD,
    "expect": NO_RECORD,
}


def other_shop(tail: str) -> str:
    """Say that the work fits another student's shop."""
    return f"这份答案与学号尾号 {tail} 的店铺相符，不是你自己的店铺，已请老师查看。"


def loaded_other_shop(tail: str) -> str:
    """Say that another student's shop was loaded."""
    return f"这份答案是在学号尾号 {tail} 的店铺上做的，请核对开头的学号。"


def unjudged(what: str) -> str:
    """Say in the log why a task waits for the teacher."""
    return f"pending: {what}"


OUTPUT_CUT = "…… 输出太长，后面的省略了 ……"
STOPPED = "这一格运行太久，或者让程序停住了，评阅时跳过了它。"
