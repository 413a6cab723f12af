"""The command line of bubblewrap; as root, by way of an ordinary user."""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ecrm_helpers.errors import SandboxError
from ecrm_helpers.marking.sandbox.binds import ETC, SYSTEM, trees
from ecrm_helpers.marking.sandbox.nest import HOME
from ecrm_helpers.messages import sandbox as say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["ACCOUNT", "full_command", "ordinary_user"]

ACCOUNT: Final = "ecrm-sandbox"
_FREE_IDS: Final = range(61184, 65520)

# Root's own folders are closed to others: show the needed ones in a place of this process alone.
_STAGE: Final = """
set -eu
stage=$1 user=$2 group=$3
shift 3
mount -t tmpfs -o mode=0755,size=1m,nosuid,nodev submission "$stage"
number=0
while [ "$1" != -- ]; do
    mkdir "$stage/$number"
    mount --bind "$1" "$stage/$number"
    number=$((number + 1))
    shift
done
shift
exec setpriv --reuid "$user" --regid "$group" --clear-groups --inh-caps=-all --bounding-set=-all -- "$@"
"""


def full_command(inner: Sequence[str], *, stage: Path, accounts: Mapping[str, int]) -> list[str]:
    """Return the command that runs `inner` inside bubblewrap, never as root.

    Parameters
    ----------
    inner : sequence of str
        What to run inside.
    stage : Path
        An empty folder, used when started as root.
    accounts : mapping of str to int
        Open descriptors with the contents of ``/etc/passwd`` and ``/etc/group``.

    Raises
    ------
    SandboxError
        Something needed is not installed.
    """
    wrap = shutil.which("bwrap")
    if wrap is None:
        message = say.refused(say.NO_BUBBLEWRAP, say.INSTALL)
        raise SandboxError(message)
    shown = trees()
    if os.geteuid() != 0:
        return [wrap, *_options({path: path for path in shown}, accounts), "--", *inner]
    _need("unshare", "setpriv", "mount")
    user, group = ordinary_user()
    staged = {path: stage / str(number) for number, path in enumerate(shown)}
    enter = ["unshare", "--mount", "--propagation", "private", "--", "sh", "-c", _STAGE, "sh"]
    listed = [str(path) for path in shown]
    bubble = [wrap, *_options(staged, accounts), "--", *inner]
    return [*enter, str(stage), str(user), str(group), *listed, "--", *bubble]


def ordinary_user() -> tuple[int, int]:
    """Return user and group to run student code as: this account's, as root those of a powerless one.

    Raises
    ------
    SandboxError
        Started as root, and no user id is free.
    """
    if os.geteuid() != 0:
        return os.getuid(), os.getgid()
    try:
        account = pwd.getpwnam(ACCOUNT)
    except KeyError:
        taken = {account.pw_uid for account in pwd.getpwall()}
        free = next((uid for uid in _FREE_IDS if uid not in taken), None)
        if free is None:
            message = say.refused(say.NO_ORDINARY_USER, say.BE_ORDINARY)
            raise SandboxError(message) from None
        return free, free
    return account.pw_uid, account.pw_gid


def _need(*names: str) -> None:
    for name in names:
        if shutil.which(name) is None:
            message = say.refused(say.no_tool(name), say.BE_ORDINARY)
            raise SandboxError(message)


def _options(shown: Mapping[Path, Path], accounts: Mapping[str, int]) -> list[str]:
    options = ["--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--hostname", "marking"]
    for name, value in _environment().items():
        options += ["--setenv", name, value]
    for place in SYSTEM:
        path = Path(place)
        if path.is_symlink():
            options += ["--symlink", str(path.readlink()), place]
        elif path.exists():
            options += ["--ro-bind", place, place]
    for place in ETC:
        options += ["--ro-bind-try", place, place]
    for place, fd in accounts.items():
        options += ["--ro-bind-data", str(fd), place]
    options += ["--proc", "/proc", "--dev", "/dev", "--dir", "/mnt"]
    options += ["--size", str(64 << 20), "--tmpfs", "/tmp"]  # noqa: S108 - covered for each fork
    options += ["--size", str(16 << 20), "--tmpfs", HOME]
    for path, source in shown.items():  # last: an environment may stand below /tmp
        options += ["--ro-bind", str(source), str(path)]
    return [*options, "--remount-ro", "/dev", "--remount-ro", "/"]


def _environment() -> dict[str, str]:
    return {
        "PATH": os.pathsep.join([str(Path(sys.prefix) / "bin"), "/usr/bin", "/bin"]),
        "HOME": HOME,
        "USER": "student",
        "LANG": "C.UTF-8",
        "TMPDIR": "/tmp",  # noqa: S108
        "IPYTHONDIR": "/tmp/ipython",  # noqa: S108
        "MPLCONFIGDIR": "/tmp/matplotlib",  # noqa: S108
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PLOTLY_RENDERER": "plotly_mimetype",  # figures are drawn from data: no copy of plotly.js
        "ECRM_MARKING": "1",
        "NBGRADER_EXECUTION": "autograde",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",  # pyarrow would start a thread
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
