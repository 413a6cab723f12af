"""Inside the sandbox: the namespaces, files and limits of one submission."""

from __future__ import annotations

import os
import resource
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.marking.sandbox import kernelcalls as linux
from ecrm_helpers.marking.sandbox.binds import trees
from ecrm_helpers.marking.sandbox.callfilter import filter_calls

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["HOME", "WORK", "lay_out", "limit_self", "move_in"]

HOME: Final = "/student"
WORK: Final = "/student/work"
_STORE: Final = "/mnt"
_OWN: Final = {"home": HOME, "tmp": "/tmp", "shm": "/dev/shm"}  # noqa: S108 - each submission has its own
_MB: Final = 1 << 20


def move_in(limits: Mapping[str, Any]) -> None:
    """Give this process and its coming children namespaces and files of their own.

    One file system in memory, bounded in bytes and in number of files, holds everything a submission can
    write. ``/proc`` is covered: it shows the processes of other submissions.
    """
    uid, gid = os.getuid(), os.getgid()
    linux.unshare(linux.NEW_NAMESPACES)
    linux.set_dumpable(1)  # the files below belong to root while it is 0
    Path("/proc/self/oom_score_adj").write_text("1000", "ascii")  # rather this than anything outside
    Path("/proc/self/setgroups").write_text("deny", "ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", "ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", "ascii")
    linux.set_dumpable(0)
    safe = linux.NO_SUID | linux.NO_DEV
    options = f"size={limits['disk_mb'] * _MB},nr_inodes=20000,mode=0755"
    linux.mount("submission", _STORE, "tmpfs", flags=safe, options=options)
    # An environment or a checkout below a place that is about to be covered stays visible.
    kept = [path for path in trees() if any(path.is_relative_to(target) for target in _OWN.values())]
    for number, path in enumerate(kept):
        _bind(path, Path(_STORE, f"kept{number}"))
    for name, target in _OWN.items():
        Path(_STORE, name).mkdir()
        linux.mount(f"{_STORE}/{name}", target, flags=linux.BIND)
    for number, path in enumerate(kept):
        _bind(Path(_STORE, f"kept{number}"), path)
    linux.detach(_STORE)
    linux.mount("none", "/proc", "tmpfs", flags=safe | linux.NO_EXEC, options="size=4k,nr_inodes=1,mode=0555")
    linux.mount(
        "devpts",
        "/dev/pts",
        "devpts",
        flags=linux.NO_SUID | linux.NO_EXEC,
        options="newinstance,ptmxmode=0666",
    )


def _bind(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    linux.mount(str(source), str(target), flags=linux.BIND)


def lay_out(files: Mapping[str, bytes]) -> int:
    """Write the submission's files into its working directory; return a file that catches raw output."""
    os.makedirs(WORK, exist_ok=True)  # noqa: PTH103 - one call
    os.chdir(WORK)
    for name, data in files.items():
        path = Path(WORK, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    caught = os.open("/tmp/.output", os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)  # noqa: S108
    os.unlink("/tmp/.output")  # noqa: PTH108, S108 - the file lives on without a name
    return caught


def limit_self(limits: Mapping[str, Any], *, used_bytes: int) -> None:
    """Bind this process, and all it starts, to `limits`; take every privilege from it.

    Parameters
    ----------
    limits : mapping
        The fields of `Limits`.
    used_bytes : int
        Address space the warm process had already.
    """
    seconds = int(limits["total_seconds"]) + 5
    wanted = {
        resource.RLIMIT_AS: used_bytes + limits["memory_mb"] * _MB,
        resource.RLIMIT_NPROC: limits["processes"],
        resource.RLIMIT_NOFILE: limits["open_files"],
        resource.RLIMIT_FSIZE: limits["file_mb"] * _MB,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_CORE: 1,  # unlike 0 it also keeps Linux from handing a crash to a collecting program
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_SIGPENDING: 256,
        resource.RLIMIT_RTPRIO: 0,
        resource.RLIMIT_NICE: 0,
    }
    for name, value in wanted.items():
        _, hard = resource.getrlimit(name)
        least = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
        resource.setrlimit(name, (least, least))
    linux.drop_capabilities()
    linux.forbid_privileges()
    # The sitter may see how its pages are shared; processes of other submissions cannot even name it.
    linux.set_dumpable(1)
    filter_calls()
