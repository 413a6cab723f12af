"""What a judge finds beside its own names, the process it runs in: noted, compared, put back."""

from __future__ import annotations

import builtins
import gc
import locale
import os
import random
import signal
import sys
import threading
import warnings
from contextlib import suppress
from operator import is_
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.marking.judge.marking_file import forget_modules, is_in

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Surroundings"]

_MOST_KEPT: Final = 256 * 1024**2
_SIGNALS: Final = tuple(
    getattr(signal, f"SIG{name}")
    for name in (
        "ALRM",
        "CHLD",
        "HUP",
        "INT",
        "PIPE",
        "PROF",
        "TERM",
        "USR1",
        "USR2",
        "VTALRM",
        "XCPU",
        "XFSZ",
    )
)
_TIMERS: Final = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
_SET_ANEW: Final = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_CORE")  # up to their hard limits
_LEFT_ALONE: Final = ("RLIMIT_DATA", "RLIMIT_NOFILE", "RLIMIT_STACK")


class Surroundings:
    """The state of this process as a judge finds it.

    Parameters
    ----------
    folder : Path
        Of the marking file; modules from there are the judge's own.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = list(sys.path)
        self._chance = random.getstate()
        self._numpy_chance = _numpy().get_state() if _numpy() else None
        self._modules = {name: one for name, one in sys.modules.items() if not is_in(one, folder)}
        self._memory = _address_space()
        self._noted = _noted()

    @property
    def grown(self) -> int:
        """How much more memory this process holds than at first, bytes; 0 where that is not told."""
        return max(0, _address_space() - self._memory)

    def are_as_they_were(self) -> bool:
        """Tell whether nothing runs on, little memory is held, and all else is as it was noted."""
        return (
            threading.active_count() == 1
            and len(sys._current_frames()) == 1  # noqa: SLF001 - documented; knows what threading does not
            and not _has_children()
            and self.grown < _MOST_KEPT
            and all(map(is_, map(sys.modules.get, self._modules), self._modules.values()))
            and _noted() == self._noted
        )

    def restore(self) -> None:
        """Take away what the last request printed, drew by chance or imported from the judge's own folder."""
        sys.stdout.flush()
        sys.stderr.flush()
        os.ftruncate(1, 0)  # 1 and 2 are one file
        os.lseek(1, 0, os.SEEK_SET)
        sys.path[:] = self._path
        random.setstate(self._chance)
        if self._numpy_chance is not None:
            _numpy().set_state(self._numpy_chance)
        forget_modules(self._folder, known=self._modules)


def _noted() -> dict[str, Any]:
    return {
        "place": os.getcwd(),  # noqa: PTH109 - beside what it is compared with
        "environment": dict(os.environ),
        "umask": _umask(),
        "files": _open_files(),
        "signals": [signal.getsignal(number) for number in _SIGNALS],
        "blocked": signal.pthread_sigmask(signal.SIG_BLOCK, []),
        "timers": [signal.getitimer(timer)[1] for timer in _TIMERS],
        "limits": _limits(),
        "builtins": dict(vars(builtins)),
        "interpreter": (sys.getrecursionlimit(), sys.getswitchinterval(), gc.isenabled(), gc.get_threshold()),
        "streams": (sys.stdin, sys.stdout, sys.stderr, sys.gettrace(), sys.getprofile()),
        "imports": (list(sys.meta_path), list(sys.path_hooks)),
        "warnings": list(warnings.filters),
        "locale": locale.setlocale(locale.LC_ALL),
        **_of_libraries(),
    }


def _of_libraries() -> dict[str, Any]:
    """Return the settings of those that are loaded; one loaded since is a change, its own are not known."""
    noted: dict[str, Any] = {}
    if decimal := sys.modules.get("decimal"):
        context = decimal.getcontext()
        noted["decimal"] = (context.prec, context.rounding, context.Emin, context.Emax, dict(context.traps))
    if numpy := sys.modules.get("numpy"):
        noted["numpy"] = (numpy.geterr(), repr(numpy.get_printoptions()))
    if pandas := sys.modules.get("pandas"):
        noted["pandas"] = repr(pandas.options.d)
    return noted


def _numpy() -> Any:
    return sys.modules.get("numpy.random")


def _umask() -> int:
    before = os.umask(0o077)
    os.umask(before)
    return before


def _open_files() -> dict[int, tuple[int, int]]:
    """Return what every open descriptor leads to."""
    found = {}
    for name in os.listdir("/dev/fd") if os.path.isdir("/dev/fd") else ():  # noqa: PTH112, PTH208
        with suppress(OSError):  # the listing's own is closed by now
            told = os.fstat(int(name))
            found[int(name)] = told.st_dev, told.st_ino
    return found


def _limits() -> list[Any]:
    import resource  # noqa: PLC0415 - Unix only, as forks are

    hard = [resource.getrlimit(getattr(resource, name))[1] for name in _SET_ANEW]
    return [hard, [resource.getrlimit(getattr(resource, name)) for name in _LEFT_ALONE]]


def _address_space() -> int:
    try:
        with open("/proc/self/statm", "rb") as told:  # noqa: PTH123 - asked for every submission
            return int(told.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True
