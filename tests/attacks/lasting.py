"""Staying behind: what one student's code leaves for later students, later runs or the teacher."""

import contextlib
import ctypes
import socket
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.attacks.attack import Attack, Seen

MARK = "ecrm-attack"


def left(*parts: str) -> Callable[[Seen], bool]:
    """It worked if a file in the teacher's home (or ``site:``) now holds the attacker's mark."""

    def check(seen: Seen) -> bool:
        place = seen.place
        path = {"home": place.home, "site": place.site, "root": place.root}[parts[0]].joinpath(*parts[1:])
        return path.is_file() and MARK in path.read_text(encoding="utf-8")

    return check


def writes(expression: str, text: str) -> str:
    return f"""\
import pathlib

path = pathlib.Path({expression})
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text((path.read_text() if path.exists() else "") + {text!r})
"""


STARTUP = writes('HOME, ".ipython/profile_default/startup/00.py"', f"# {MARK}\n")
SITE = writes('SITE, "sitecustomize.py"', f"# {MARK}\n")
SHELL = writes('HOME, ".bashrc"', f"# {MARK}\n")
CONFIG = writes('ROOT, "nbgrader_config.py"', f"\n# {MARK}\n")
KERNEL = """\
import json
import pathlib
import sys

path = pathlib.Path(HOME, ".local/share/jupyter/kernels/python3/kernel.json")
path.parent.mkdir(parents=True)
command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
path.write_text(json.dumps({"argv": command, "display_name": "ecrm-attack", "language": "python"}))
"""
# A process of its own, detached from whoever started it; the number of seconds is its name.
DAEMON = """\
import subprocess

process = subprocess.Popen(["sleep", str(1_000_000 + PORT)], start_new_session=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
"""
LISTENER = """\
import subprocess
import sys

code = f"import socket, time; line = socket.socket(socket.AF_UNIX); line.bind('\\\\0ecrm-attack-{PORT}')"
code += "; line.listen(); time.sleep(900)"
process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
"""
SHARED_FILE = 'open(f"/dev/shm/ecrm-attack-{PORT}", "w").write("14")'
SHARED_MEMORY = """\
import ctypes

ctypes.CDLL(None).shmget(PORT, 4096, 0o1600)
"""
TEMPORARY = 'import tempfile\n\nopen(f"/tmp/ecrm-attack-{PORT}", "w").write("14")'


def sleeper(seen: Seen) -> bool:
    """Find the daemon by its name and end it: it is ours."""
    found = [one for one in psutil.process_iter(["cmdline"])
             if one.info["cmdline"] == ["sleep", str(1_000_000 + seen.place.port)]]  # fmt: skip
    for one in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    return bool(found)


def listener(seen: Seen) -> bool:
    """Connect to the process that was left listening, and end it through the credentials of its socket."""
    with socket.socket(socket.AF_UNIX) as line:
        if line.connect_ex(f"\0ecrm-attack-{seen.place.port}"):
            return False
        peer = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(int.from_bytes(peer[:4], "little")).kill()
    return True


def shared_memory(seen: Seen) -> bool:
    """Find the System V segment and remove it."""
    system = ctypes.CDLL(None, use_errno=True)
    found = system.shmget(seen.place.port, 0, 0)
    if found < 0:
        return False
    system.shmctl(found, 0, None)
    return True


def file_at(folder: str) -> Callable[[Seen], bool]:
    """It worked if its file is still in a folder that everybody shares."""

    def check(seen: Seen) -> bool:
        path = Path(folder, f"ecrm-attack-{seen.place.port}")
        found = path.exists()
        path.unlink(missing_ok=True)
        return found

    return check


ATTACKS = [
    Attack(name="startup_file", boundary="execute", first=STARTUP,
           won=left("home", ".ipython/profile_default/startup/00.py")),
    Attack(name="site_packages", boundary="execute", first=SITE, won=left("site", "sitecustomize.py")),
    Attack(name="shell_startup", boundary="execute", first=SHELL, won=left("home", ".bashrc")),
    Attack(name="kernel_of_the_next", boundary="execute", first=KERNEL,
           won=left("home", ".local/share/jupyter/kernels/python3/kernel.json")),
    Attack(name="configuration", boundary="execute", first=CONFIG, won=left("root", "nbgrader_config.py")),
    Attack(name="daemon", boundary="execute", first=DAEMON, won=sleeper),
    Attack(name="listener", boundary="execute", first=LISTENER, won=listener),
    Attack(name="shared_file", boundary="execute", first=SHARED_FILE, won=file_at("/dev/shm")),  # noqa: S108
    Attack(name="shared_memory", boundary="execute", first=SHARED_MEMORY, won=shared_memory),
    Attack(name="mailbox_in_tmp", boundary="execute", first=TEMPORARY, won=file_at("/tmp")),  # noqa: S108
]  # fmt: skip
