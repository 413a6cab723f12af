"""What is said about the sandbox: what it refuses, and what stopped a cell."""

from __future__ import annotations

OUTPUT_CUT = "…… 输出太长，后面的省略了 ……"

STOPPED = {
    "error": "这一格运行时出了错，但是出错的内容被前面的代码藏了起来。",
    "timeout": "这一格运行得太久，评阅时停下了它，这一格不计分；前后各格照常评阅。",
    "killed": "这一格让程序停住了，评阅时跳过了它，这一格不计分；前后各格照常评阅。",
    "memory": "这一格用掉的内存太多，评阅时停下了它，这一格不计分；前后各格照常评阅。",
    "flood": "这一格的输出多得没有止境，评阅时停下了它，这一格不计分；前后各格照常评阅。",
    "out_of_time": "总时间用完，没有运行到这一格，不计分。",
    "not_run": "前面的代码几次让程序停住，没有运行到这一格。",
}

STOPPED_NAMES = {
    "error": "出错",
    "timeout": "超时",
    "killed": "程序停止",
    "memory": "内存超限",
    "flood": "输出超限",
    "out_of_time": "总时间用完",
}

TRUSTED = (
    "如果笔记本都是自己写的，可以加上 --trusted，不用沙箱直接运行"
    "（用 nbgrader 时在 nbgrader_config.py 里写 c.ExecuteSubmission.trusted = True）；"
    "学生交来的作业不要这样做。"
)
INSTALL = (
    "安装 bubblewrap：Debian、Ubuntu 用 sudo apt install bubblewrap，Fedora 用 sudo dnf install bubblewrap。"
)


def bad_limit(name: str, value: object) -> str:
    """Say that a limit cannot be used."""
    return f"限制 {name} 应当是大于 0 的数，现在是 {value!r}。\n提示：在 nbgrader_config.py 里改成合理的数。"


def refused(why: str, hint: str) -> str:
    """Say why student code is not run here."""
    return f"没有运行学生的代码，因为沙箱在这台机器上用不了：{why}\n提示：{hint}{TRUSTED}"


NOT_LINUX = "沙箱只能在 Linux 上用。"
ON_LINUX = "请在装有 Linux 的电脑或服务器上评阅（Windows 上可以用 WSL2）。"
NO_BUBBLEWRAP = "没有找到 bubblewrap（bwrap 命令）。"


def no_tool(name: str) -> str:
    """Say that root lacks a command to become an ordinary user."""
    return f"以 root 身份评阅时要用 {name} 换成普通用户，但没有找到这个命令。"


NO_ORDINARY_USER = "61184 到 65519 之间没有空闲的用户编号，无法从 root 换成普通用户。"
BE_ORDINARY = "换一个普通用户来评阅，或者建一个名叫 ecrm-sandbox 的账户（useradd --system ecrm-sandbox）。"


def exposes(path: object, secret: object) -> str:
    """Say that the sandbox would show what students must not see."""
    return f"Python 所在的文件夹 {path} 里有学生不该看到的内容：{secret}。"


APART = "把 Python 环境（venv）和课程文件夹分开放，互不包含。"


def no_start(log: str) -> str:
    """Say that bubblewrap did not come up."""
    return f"bubblewrap 没有启动起来（{log.strip() or '没有说明原因'}）。"


ALLOW = "系统可能禁止了普通用户使用命名空间（user namespaces），请管理员打开。"


def died(log: str) -> str:
    """Say that the warm process died twice."""
    return f"沙箱进程两次意外结束（{log.strip() or '没有说明原因'}）。"


TRY_AGAIN = "看看机器的内存是否够用，再评阅一次。"


def bad_file(name: str) -> str:
    """Say that a file's name leads out of the working directory."""
    return f"文件名应当在作业文件夹之内，现在是 {name!r}。\n提示：改掉文件名里的 .. 和开头的 /。"


def too_much_data(folder: object, size: int, most: int) -> str:
    """Say that the released data do not fit."""
    what = f"{folder} 里的数据文件一共 {size} MB，沙箱最多放 {most} MB。"
    return f"{what}\n提示：把数据文件缩小，或者分成几次作业。"


def unknown_machine(name: str) -> str:
    """Say that the processor is not known."""
    return f"还不认识这种处理器（{name}），无法关上不该用的系统调用。"


OTHER_MACHINE = "请在 x86-64、ARM64、RISC-V 或龙芯（LoongArch）的机器上评阅。"
