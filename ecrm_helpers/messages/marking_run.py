"""What a run of marking says to the teacher."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

NO_RESPONSE = "没有作答。"
ODD_TIME = "timestamp.txt 里的提交时间看不懂，没有采用，不算迟交。"


def no_course(root: Path) -> str:
    """Say that a folder is no course."""
    return (
        f"{root} 里没有 nbgrader_config.py，不是课程文件夹。\n提示：检查 --course，或先 cd 到课件的最上层。"
    )


def bad_config(path: Path, error: Exception) -> str:
    """Say that the configuration cannot be read."""
    return f"{path} 有错误，没有开始评阅：{error}\n提示：改好这个文件再运行；课件里原来的那一份可以对照。"


def old_names(path: Path, renamed: Mapping[str, str]) -> str:
    """Say which classes a configuration calls by names that they no longer have."""
    lines = "\n".join(f"  {old} → {new}" for old, new in renamed.items())
    return (
        f"{path} 里有 {len(renamed)} 个类用的还是旧名字，nbgrader 找不到它们，没有开始：\n{lines}\n"
        "提示：在这个文件里把箭头左边的名字换成右边的，再运行一次；课件里原来的那一份可以对照。"
    )


def other_structure(path: Path) -> str:
    """Say that a folder structure of one's own is not supported."""
    return (
        f"{path} 改了 directory_structure；ecrm mark 只认 nbgrader 默认的 步骤/学号/作业。\n"
        "提示：去掉这一行，或用 nbgrader autograde 评阅。"
    )


def no_gradebook(db_url: str) -> str:
    """Say that there is no gradebook."""
    return f"没有找到成绩册 {db_url}。\n提示：先在课程文件夹里运行 nbgrader generate_assignment <作业>。"


BAD_ADDRESS = (
    "nbgrader_config.py 里的 db_url 不是数据库地址。\n"
    "提示：SQLite 写 sqlite:////完整路径/gradebook.db；PostgreSQL 照 deploy/README.md。"
)


def gradebook_busy(db_url: str) -> str:
    """Say that another program holds the gradebook."""
    return (
        f"成绩册 {db_url} 一直被别的程序占着，等了一分钟。已评完的都已保存。\n"
        "提示：关掉正在读写它的程序，再运行一次同样的命令，会接着评。"
    )


def gradebook_read_only(db_url: str) -> str:
    """Say that the gradebook cannot be written."""
    return f"成绩册 {db_url} 只能读，不能写。\n提示：检查这个文件和它所在文件夹的权限，或换有权限的账号。"


def gradebook_fails(db_url: str, reason: str) -> str:
    """Say that the database reported something else."""
    return (
        f"成绩册 {db_url} 用不了：{reason}\n"
        "提示：检查 db_url、数据库是否在运行、磁盘是否已满；SQLite 文件坏了就用备份。"
    )


def no_driver(module: str) -> str:
    """Say that the database's driver is not installed."""
    return f"连接成绩册要用的 {module} 没有安装。\n提示：pip install {module}（见 deploy/README.md）。"


def handed_in_anew(student: str) -> str:
    """Say that a hand-in was replaced while it was marked."""
    return f"{student} 在评阅时又交了一份，这次的结果没有采用，原来的成绩不变。\n提示：再评一次。"


def not_in_gradebook(name: str) -> str:
    """Say that the gradebook does not know an assignment."""
    return f"成绩册里没有作业 {name}。\n提示：检查作业名，或先运行 nbgrader generate_assignment {name}。"


def broken_release(assignment: str, notebook: str) -> str:
    """Say that the released notebook is no notebook any more."""
    return (
        f"作业 {assignment} 发布时的 {notebook}.ipynb 损坏了，没有它就不能核对学生的文件。\n"
        f"提示：从备份恢复 snapshots/{assignment}/{notebook}.ipynb；没有备份，就重新运行 "
        f"nbgrader generate_assignment {assignment}。"
    )


def no_release(assignment: str, notebook: str) -> str:
    """Say that the released notebook is not there."""
    return (
        f"找不到作业 {assignment} 发布时的 {notebook}.ipynb，没有它就不能核对学生的文件。\n"
        f"提示：运行 nbgrader generate_assignment {assignment}。"
    )


def other_release(assignment: str, notebook: str, cells: Sequence[str]) -> str:
    """Say that release and gradebook disagree."""
    return (
        f"{assignment} 的 {notebook}.ipynb 和成绩册对不上，不一致的题：{'、'.join(cells)}。\n"
        f"提示：两边要出自同一次生成；运行 nbgrader generate_assignment {assignment} --force。"
    )


def unknown_student(student: str) -> str:
    """Say that the course admits nobody new."""
    return (
        f"成绩册里没有学号 {student}，配置又不许新建（create_student = False）。\n"
        "提示：先把这个学生加进成绩册。"
    )


def unknown_task(notebook: str, grade_id: str) -> str:
    """Say that an outcome names a task that the gradebook does not know."""
    return f"成绩册的 {notebook} 里没有 {grade_id} 这一题，这一份没有写入。\n提示：重新生成作业后再评阅。"


def odd_points(grade_id: str, points: object) -> str:
    """Say that points are no finite number."""
    return (
        f"{grade_id} 的分数应是有限的数，得到 {points!r}，这一份没有写入。\n"
        "提示：看 marking.log，检查 marking.py。"
    )


def already_marking(root: Path) -> str:
    """Say that another run is at work."""
    return (
        f"{root} 里另一次评阅（ecrm mark、nbgrader autograde 或 Formgrader 的按钮）正在进行。\n"
        "提示：等它结束；它要是已经关掉了，锁会自动解开。"
    )


def cannot_write(root: Path, reason: str) -> str:
    """Say that a course folder cannot be written."""
    return f"课程文件夹 {root} 不能写（{reason}）。\n提示：检查它的权限，或换有权限的账号运行。"


def no_work(assignment: str, folder: Path) -> str:
    """Say that nobody has handed anything in."""
    return f"{folder} 里没有人交 {assignment}。\n提示：先收作业：ecrm collect {assignment}。"


def no_such_student(student: str, assignment: str) -> str:
    """Say that a student has handed nothing in."""
    return f"学号 {student} 没有交 {assignment}。\n提示：检查学号，或先收作业：ecrm collect {assignment}。"


NOT_A_FOLDER = "交来的不是普通文件夹（可能是链接），没有打开。请核对后重新收这一份。"


def failed(reason: str) -> str:
    """Say that one submission could not be marked."""
    return f"没有评阅成，原来的成绩不变：{reason}"


def used_up(attempts: int) -> str:
    """Say that no further hand-in of a student is marked."""
    return f"已评阅过 {attempts} 次提交，达到上限，这次没有评阅，成绩按上一次。"


def bad_attempts(value: object) -> str:
    """Say that the cap on marked hand-ins cannot be used."""
    return (
        f"c.MarkingPolicy.attempts 应当是 0 或正整数，现在是 {value!r}，没有开始评阅。\n"
        "提示：在 nbgrader_config.py 里写最多评几次，例如 c.MarkingPolicy.attempts = 3；写 0 就不限次数。"
    )


def marked_together(students: Sequence[str]) -> str:
    """Say that members of groups are marked at the end, as ``ecrm mark`` does."""
    return f"小组作业：{'、'.join(students)} 和同组的同学一起评阅，按小组计分。"


def left_single(student: str) -> str:
    """Say that a member of a group is marked alone, because of the options of this command."""
    return (
        f"{student} 在小组名单里，这次的选项不能按小组评阅，只评了自己的这一份。\n"
        "提示：去掉 --notebook、--no-execute 和改课程文件夹或成绩册的选项，或者用 ecrm mark。"
    )


# ── ecrm mark 的界面 ──

MARK = "评阅一次作业：只评新交的和改过的；学生的代码在沙箱里运行，中断后再运行会接着做完。"
MARK_COURSE = "课程代号。"
MARK_ROOT = "课程文件夹；默认是 courses/<课程代号>。"
STUDENT_OPTION = "只评这个学号，可以写多次；默认评所有交了作业的人。"
WORKERS_OPTION = "同时评几份；默认和处理器一样多。"
SCHEDULER_OPTION = "分到别的机器上评：Dask 调度器的地址，只能用 tls://。"
CERTS_OPTION = "放证书的文件夹，和 --scheduler 一起用。"
AGAIN_OPTION = "没有变化的也重新评一遍。"
TRUSTED_OPTION = "不用沙箱，用你自己的权限运行。只能用于自己写的笔记本，不能用于学生交来的。"
BAR, STARTING = "评阅", "准备"
INTERRUPTED = "评完的都已保存；再运行一次同样的命令，会接着评。"
HEADINGS = ("学号", "得分", "用时", "情况")
STATES = {"marked": "已评阅", "unchanged": "没有变化", "failed": "没有评成", "capped": "没有评阅"}


def rate(per_second: float | None) -> str:
    """Say how fast it goes."""
    return "" if not per_second else f"每秒 {per_second:.1f} 份"


def points(score: float | None, full: float) -> str:
    """Show a score beside full marks."""
    return f"{'—' if score is None else format(score, 'g')} / {full:g}"


def late(seconds: float, penalty: float) -> str:
    """Say how late a submission came, and what that costs."""
    hours = max(1, round(seconds / 3600))
    told = f"{hours // 24} 天 {hours % 24} 小时" if hours >= 24 else f"{hours} 小时"  # noqa: PLR2004 - a day
    return f"迟交约 {told}，扣 {penalty:g} 分。" if penalty else f"迟交约 {told}。"


def trusted_warning() -> str:
    """Say what --trusted means."""
    return "注意：没有用沙箱。这些笔记本以你的权限运行，能读写你的文件和成绩册。"


def summary(marked: int, unchanged: int, failed: int, seconds: float) -> str:
    """Say what a run did."""
    parts = [f"评了 {marked} 份"]
    if unchanged:
        parts.append(f"{unchanged} 份没有变化")
    if failed:
        parts.append(f"{failed} 份没有评成（原来的成绩不变）")
    return f"{'，'.join(parts)}，用时 {seconds:.1f} 秒。"


def waiting(task: str, count: int) -> str:
    """Say how many answers to a task wait for the teacher."""
    return f"  等老师评：{task}，{count} 份"


def why_open(status: str, log: str) -> str:
    """Say in a few words why a task could not be decided; the log has all of them."""
    if status == "other_shop":
        return "答案与别人的店铺相符"
    last = (log.strip().splitlines() or [""])[-1]
    known = next((words for part, words in _OPEN.items() if part in log), None)
    return known or f"评分程序报错 {last[:80]}"


_OPEN = {
    "not run": "没有运行到这一题",
    "the judge took more than": "评分程序超时",
    "ended early": "评分程序中途停了",
    "points in the cell": "marking.py 里没有这一题，或分数和题目不一样",
    "the test cell gave": "测试格给出的分数不能用",
    "no verdict": "评分程序没有给出结果",
}


def open_because(reason: str, count: int) -> str:
    """Say for how many submissions of this run a task could not be decided, and why."""
    return f"    这次有 {count} 份没有自动评出来：{reason}"


KEPT = "marking.py 不能用，没有重评，原来的成绩不变。"


def broken(log: str) -> str:
    """Say that the marking file itself cannot be used."""
    lines = log.strip().splitlines() or [""]
    places = [line.rpartition(", line ")[2] for line in lines if "marking.py" in line and ", line " in line]
    where = f"（第 {places[-1].partition(',')[0]} 行）" if places else ""
    return (
        f"marking.py 不能用{where}，自动评的题一题也没有评：{lines[-1][:160]}\n"
        "提示：改好 marking.py，再运行一次同样的命令，这些题会重新评。"
    )


def review(student: str, tasks: Sequence[str]) -> str:
    """Say which manual marks or comments of a student are older than the answer."""
    return f"  需重阅：{student}，{'、'.join(tasks)}（人工评过以后，答案又改了）"


def forgeable(tasks: Sequence[str]) -> str:
    """Say which tasks a student's own process scores."""
    return f"这些题是普通的测试格，分数由学生自己的程序给出，可以伪造，请抽查：{'、'.join(tasks)}。"


WHERE_TO_LOOK = "人工评阅在 JupyterLab 的 Formgrader 里进行。"


def where_the_log_is(root: Path) -> str:
    """Say where the reasons stand in full."""
    return f"没有自动评出来的原因记在 {root / 'marking.log'}。"
