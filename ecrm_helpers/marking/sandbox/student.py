"""Inside the sandbox: the process that runs a student's cells."""

from __future__ import annotations

import builtins
import os
import random
import sys
from typing import Any, NoReturn

from ecrm_helpers.marking.sandbox import kernelcalls as linux
from ecrm_helpers.marking.sandbox.nest import limit_self

__all__ = ["live", "rehearse"]

_REHEARSAL = """
import pandas as pd
from IPython.display import display
frame = pd.DataFrame({"客户": ["甲", "乙"], "金额": [1.5, 2.0]})
display(frame, frame.describe())
frame.groupby("客户")["金额"].sum()
"""
_DRAWING = """
import matplotlib.pyplot as plt
import plotly.express as px
figure, axes = plt.subplots()
axes.plot([1, 2], [2, 1])
plt.show()
px.bar(frame, x="客户", y="金额")
"""


def rehearse(shell: Any, *, drawing: bool) -> None:
    """Have `shell` run a cell with tables and, where it will be asked to draw, figures, and forget it."""
    kept = sys.stdout, sys.stderr
    shell.run_cell(_REHEARSAL, store_history=True)
    if drawing:
        shell.run_cell(_DRAWING, store_history=True)
    shell.run_cell("1 / 0", store_history=True)
    sys.stdout, sys.stderr = kept
    shell.reset(new_session=True)
    shell.execution_count = 1


def live(job: dict[str, Any], events_fd: int, caught: int, shell: Any) -> NoReturn:
    """Run the cells of `job`, send what they put out, and end."""
    linux.die_with_parent()
    # In the sitter's process group, kill(0, 9) would end the sitter and the warm process.
    os.setsid()
    events_fd, caught = _only_files(events_fd, caught)
    os.environ["ECRM_STUDENT"] = job["student"]
    _reseed()
    builtins.input = _no_input
    sys.path.insert(0, "")
    shell.line.open(events_fd, caught)
    sys.stdout, sys.stderr = shell.line.streams
    limit_self(job["limits"], used_bytes=job["used_bytes"])
    shell.line.send(event="ready")
    for index, source in job["cells"]:
        result = shell.run_cell(source, store_history=True)
        shell.line.send(event="done", index=index, ok=bool(result.success))
    os._exit(0)


def _only_files(events_fd: int, caught: int) -> tuple[int, int]:
    """Keep the events as 3 and the caught output as 4, 1 and 2; close whatever else is open."""
    high = [os.dup(events_fd), os.dup(caught)]
    spare = [os.dup2(fd, 1000 + number) for number, fd in enumerate(high)]
    os.closerange(3, 1000)
    for number, fd in enumerate(spare):
        os.dup2(fd, 3 + number, inheritable=False)
    os.closerange(5, 4096)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    for number in (1, 2):
        os.dup2(4, number)
    return 3, 4


def _reseed() -> None:
    import numpy as np  # noqa: PLC0415 - loaded since the warm-up

    random.seed()
    np.random.seed()  # noqa: NPY002 - the legacy generator is the one that forks share


def _no_input(*_: object) -> NoReturn:
    message = "input() is not available while a submission is marked"
    raise NotImplementedError(message)
