"""Inside the sandbox: calls to Linux that no student's cell needs are refused (seccomp).

They would open namespaces in which a process is mighty again, look into other processes, keep something
beyond the submission, hold memory that nobody counts, hide from whoever counts, take what this account has
only a little of, or reach past the empty network.
"""

from __future__ import annotations

import ctypes
import platform
import struct
from typing import Final

from ecrm_helpers.errors import SandboxError
from ecrm_helpers.marking.sandbox import kernelcalls as linux
from ecrm_helpers.messages import sandbox as say

__all__ = ["NUMBERS", "filter_calls", "program"]

# linux/audit.h: what the kernel calls the machine in a filter; and which table of numbers it uses.
_MACHINES: Final = {
    "x86_64": (0xC000003E, 0),
    "aarch64": (0xC00000B7, 1),
    "riscv64": (0xC00000F3, 1),
    "loongarch64": (0xC0000102, 1),
}
# Numbers on x86_64, and on machines with the generic table (asm-generic/unistd.h).
NUMBERS: Final = {
    # Namespaces and mounts.
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
    # Other processes.
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    # Memory and other things that outlive or escape counting.
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "semget": (64, 190),
    "msgget": (68, 186), "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "inotify_init": (253, 26), "inotify_init1": (294, 26), "fanotify_init": (300, 262),
    # Doors into the kernel.
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225),
    "acct": (163, 89), "quotactl": (179, 60), "syslog": (103, 116), "personality": (135, 92),
}  # fmt: skip
_CLONE, _CLONE3, _SOCKET, _SOCKETPAIR = (56, 220), (435, 435), (41, 198), (53, 199)
_SETRLIMIT, _PRLIMIT, _SETSID = (160, 164), (302, 261), (112, 157)
# Every CLONE_NEW… flag, and CLONE_PARENT: the sitter would get a child that it does not know of.
_NOT_CLONED: Final = 0x7E020000 | 0x8000
_CORE: Final = 4  # RLIMIT_CORE
_UNKNOWN: Final = 463  # calls above were added after this was written
_FAMILIES: Final = (1, 2, 10)  # Unix, IPv4, IPv6: not vsock, which knows no network namespaces
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _SECOND_ARGUMENT, _THIRD_ARGUMENT = 0, 4, 16, 24, 32
_X32: Final = 0x40000000
_SET_SECCOMP, _MODE_FILTER = 22, 2


def program(machine: str) -> bytes:
    """Return the filter for `machine` as the kernel reads it.

    Raises
    ------
    SandboxError
        The numbers of this machine's calls are not known here.

    Examples
    --------
    >>> len(program("x86_64")) % 8, program("x86_64") == program("aarch64")
    (0, False)
    """
    if machine not in _MACHINES:
        message = say.refused(say.unknown_machine(machine), say.OTHER_MACHINE)
        raise SandboxError(message)
    architecture, column = _MACHINES[machine]
    steps = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUAL, architecture, yes=1),
        _step(_RETURN, _REFUSE | _EPERM),
        _step(_LOAD, _NUMBER),
    ]
    if machine == "x86_64":  # a second set of numbers for the same calls
        steps += [_step(_AT_LEAST, _X32, no=1), _step(_RETURN, _REFUSE | _EPERM)]
    for numbers in NUMBERS.values():
        steps += [_step(_EQUAL, numbers[column], no=1), _step(_RETURN, _REFUSE | _EPERM)]
    # The flags of clone3 lie in memory, out of a filter's sight; the C library then falls back to clone.
    steps += [_step(_EQUAL, _CLONE3[column], no=1), _step(_RETURN, _REFUSE | _ENOSYS)]
    # Each session would have a share of the processors of its own: it says that it worked, and does nothing.
    steps += [_step(_EQUAL, _SETSID[column], no=1), _step(_RETURN, _REFUSE)]
    steps += [_step(_AT_LEAST, _UNKNOWN, no=1), _step(_RETURN, _REFUSE | _ENOSYS)]
    steps += _refuse_when(_CLONE[column], _ANY_BIT, _NOT_CLONED)
    # No size of a core file but ours keeps a crash from a program of this machine that collects crashes.
    steps += _refuse_when(_SETRLIMIT[column], _EQUAL, _CORE)
    steps += _when(
        _PRLIMIT[column],
        [
            *(_step(_LOAD, _SECOND_ARGUMENT), _step(_EQUAL, _CORE, no=5)),
            *(_step(_LOAD, _THIRD_ARGUMENT), _step(_EQUAL, 0, no=2)),  # without a new limit it only asks
            *(_step(_LOAD, _THIRD_ARGUMENT + 4), _step(_EQUAL, 0, yes=1)),
            *(_step(_RETURN, _REFUSE | _EPERM), _step(_RETURN, _ALLOW)),
        ],
    )
    for call in (_SOCKET, _SOCKETPAIR):
        families = [_step(_EQUAL, family, yes=len(_FAMILIES) - at) for at, family in enumerate(_FAMILIES)]
        refuse = [_step(_RETURN, _REFUSE | _EAFNOSUPPORT), _step(_RETURN, _ALLOW)]
        steps += _when(call[column], [_step(_LOAD, _FIRST_ARGUMENT), *families, *refuse])
    steps.append(_step(_RETURN, _ALLOW))
    return b"".join(steps)


def _when(number: int, steps: list[bytes]) -> list[bytes]:
    """Take `steps`, which end in a verdict, for the call `number` only."""
    return [_step(_EQUAL, number, no=len(steps)), *steps]


def _refuse_when(number: int, test: int, value: int) -> list[bytes]:
    refuse = [_step(test, value, no=1), _step(_RETURN, _REFUSE | _EPERM), _step(_RETURN, _ALLOW)]
    return _when(number, [_step(_LOAD, _FIRST_ARGUMENT), *refuse])


def _step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def filter_calls() -> None:
    """Refuse these calls to this process and all it starts, from now on."""
    steps = program(platform.machine())
    made = _Program(len(steps) // 8, steps)
    linux.prctl(_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(made))
