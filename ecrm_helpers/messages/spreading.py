"""What marking on several machines says to the teacher who starts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NOT_INSTALLED = (
    "没有安装分布式评阅要用的 distributed。\n"
    "提示：在课件文件夹里 pip install -r requirements.txt，或不写 --scheduler。"
)
NO_WORKER = (
    "调度器上没有工作机，等了一阵也没有来。已评完的都已保存。\n"
    "提示：照 deploy/README.md 启动工作机，再运行一次同样的命令，会接着评。"
)
SCHEDULER_GONE = (
    "和调度器的连接断了。已评完的都已保存，没有评完的还没有动过。\n"
    "提示：查看调度器是否还在运行，再运行一次同样的命令，会接着评。"
)
KILLS_WORKERS = "评这一份时，工作机的进程每次都停掉了，单独再试也一样。请单独查看这一份。"
BAD_RESULT = "工作机送回的结果不完整，没有采用。"


def not_tls(address: str) -> str:
    """Say that an address is not encrypted."""
    return (
        f"调度器的地址要以 tls:// 开头，给的是“{address}”。不加密的连接谁都能往里送任务，所以不用。\n"
        "提示：照 deploy/README.md 生成证书，用 tls://主机名:8786。"
    )


def no_certificates(folder: Path | None, missing: Iterable[str]) -> str:
    """Say which certificate files are needed."""
    where = f"文件夹“{folder}”里" if folder is not None else "没有给证书的文件夹，"
    return (
        f"连接调度器要用证书，{where}缺少 {'、'.join(missing)}。\n"
        "提示：照 deploy/README.md 生成证书，用 --certs 文件夹 指明在哪里。"
    )


def open_key(path: Path) -> str:
    """Say that others can read the private key."""
    return f"私钥“{path}”别的账号也能读，不能用。\n提示：运行 chmod 600 {path}"


def cannot_connect(address: str, reason: str) -> str:
    """Say that no connection was made."""
    return f"连不上调度器 {address}：{reason}\n提示：查看调度器是否在运行、证书是否出自同一个 ca.pem。"


def other_version(worker: str) -> str:
    """Say that a worker would mark differently."""
    return (
        f"工作机 {worker} 上的 ecrm-courseware 与这台机器不是同一版，评出来可能不一样，没有开始。\n"
        "提示：在每台机器上安装同一版，重新启动工作机。"
    )


def worker_refuses(worker: str, reason: str) -> str:
    """Say that a worker cannot run students' code safely."""
    return f"工作机 {worker} 不能安全地运行学生的代码，没有开始。\n{reason}"


def failed(reason: str) -> str:
    """Say what stopped one submission on a worker."""
    return f"工作机没有评成：{reason}"
