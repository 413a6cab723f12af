"""Inside the sandbox: import everything once, then fork for every submission.

This process has one thread and has never seen a solution, a judge, a gradebook or a submission: what it
holds in memory, every student's process holds too.
"""

from __future__ import annotations

import gc
import importlib
import os
import socket
import sys
from contextlib import suppress
from typing import Any, Final

from ecrm_helpers.errors import EcrmError
from ecrm_helpers.marking.channel import give, take
from ecrm_helpers.marking.sandbox import kernelcalls as linux
from ecrm_helpers.marking.sandbox.nest import HOME
from ecrm_helpers.marking.sandbox.rehearsal import rehearse_course
from ecrm_helpers.marking.sandbox.sitter import sit
from ecrm_helpers.marking.sandbox.student import rehearse

__all__ = ["main"]

# What the course's exercises import; what is missing here a student's process imports itself. So with
# scipy: it is a third of the warm-up and of what each fork copies, and only fitted models need it. And so
# with the libraries that draw, half of it, where the exercise's own cells draw nothing.
_MODULES: Final = (
    "numpy",
    "pandas",
    "ipywidgets",
    "anywidget",
    "ecrm_helpers.answers",
    "ecrm_helpers.cases",
    "ecrm_helpers.datasets",
    "ecrm_helpers.lifecycle",
    "ecrm_helpers.orders",
    "ecrm_helpers.rfm",
    "ecrm_helpers.value",
    "ecrm_helpers.widgets",
)
_DRAWING: Final = (
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib_inline.backend_inline",
    "plotly.express",
    "plotly.graph_objects",
    "nbformat",
    "ecrm_helpers.figures",
)


def main(control_fd: int, course: str, *, drawing: bool) -> None:
    """Warm up, say so, and fork for every submission until the other side closes the line."""
    linux.set_dumpable(0)
    control = socket.socket(fileno=control_fd)
    control.set_inheritable(False)
    # Grammars that only a strict check of URIs needs: a second at every start.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    os.chdir(HOME)
    from ecrm_helpers.marking.sandbox.shell import new_shell  # noqa: PLC0415 - IPython, after the line above

    shell = new_shell()  # first: figures and our own hooks install themselves in the shell they find
    for name in (*_MODULES, *(_DRAWING if drawing else ())):
        with suppress(ImportError):
            importlib.import_module(name)
    _preload(course)
    rehearse_course(course, shell)
    rehearse(shell, drawing=drawing)
    gc.collect()
    gc.freeze()  # forks then leave these objects' pages alone
    give(control, note=b"ready")
    _serve(control, shell)


def _preload(course: str) -> None:
    from ecrm_helpers import datasets  # noqa: PLC0415 - a second to import, and part of the warm-up

    with suppress(EcrmError):  # a course without a shop of ours
        datasets.preload(course)


def _serve(control: socket.socket, shell: Any) -> None:
    while True:
        job = take(control)
        _reap()
        if job is None:
            return
        _, (leash, events) = job
        if os.fork() == 0:
            control.close()
            sit(leash, events, shell)
        os.close(leash)
        os.close(events)


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
