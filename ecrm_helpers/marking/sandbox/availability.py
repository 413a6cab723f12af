"""Whether student code can be run safely on this machine, and if not, why."""

from __future__ import annotations

import sys
import threading
from typing import Final

from ecrm_helpers.errors import SandboxError
from ecrm_helpers.messages import sandbox as say

__all__ = ["check_sandbox"]

_SECONDS: Final = 30.0
_TRIAL: Final = """
import dataclasses
from ecrm_helpers.marking.sandbox.limits import Limits
from ecrm_helpers.marking.sandbox.nest import limit_self, move_in
limits = dataclasses.asdict(Limits())
move_in(limits)
limit_self(limits, used_bytes=1 << 30)
print("sandbox works")
"""
_lock = threading.Lock()
_works: list[bool] = []


def check_sandbox() -> None:
    """Start a sandbox on trial, once; return when it works.

    Raises
    ------
    SandboxError
        With the reason and what to do about it, in Chinese.
    """
    with _lock:
        if _works:
            return
        _try_out()
        _works.append(True)


def _try_out() -> None:
    if not sys.platform.startswith("linux"):
        message = say.refused(say.NOT_LINUX, say.ON_LINUX)
        raise SandboxError(message)
    from ecrm_helpers.marking.sandbox.binds import check_exposure, secrets, trees  # noqa: PLC0415 - Linux only
    from ecrm_helpers.marking.sandbox.process import Boxed, python_inside  # noqa: PLC0415 - Linux only

    check_exposure(trees(), secrets())
    try:
        trial = Boxed(python_inside(_TRIAL))
    except OSError as error:
        message = say.refused(say.no_start(str(error)), say.ALLOW)
        raise SandboxError(message) from error
    try:
        code = trial.wait(_SECONDS)
        log = trial.log()
    finally:
        trial.close()
    if code != 0 or "sandbox works" not in log:
        message = say.refused(say.no_start(log[-500:]), say.ALLOW)
        raise SandboxError(message)
