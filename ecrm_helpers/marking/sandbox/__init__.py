"""Run a stranger's cells: without network, files, time, memory or processes beyond what is granted.

A warm process inside bubblewrap forks once per submission. What it is told and what comes back are bounded
frames of plain data (`channel`); nothing of one submission is left for the next.

===============  ====================================================================
`client`         `Sandbox`: starts the warm process, hands it submissions
`rerun`          one submission: goes on behind a cell that took its process with it
`conversation`   one process of a submission: reads its events, keeps its limits
`outputs`        from hostile frames to the outputs of a cell
`binds`          what a student's process can see of this machine, and what it never may
`command`        the command line of bubblewrap; as root, by way of an ordinary user
`process`        a program inside bubblewrap, started and ended
`availability`   whether all this works here, and if not, why
`limits`         what a submission may use, what became of a cell
`warm`           inside: imports once, forks per submission
`rehearsal`      inside: does once what every exercise does
`nest`           inside: the fork's own namespaces, files and limits
`callfilter`     inside: the calls to Linux that a student's process is refused
`sitter`         inside: watches a submission's memory and its leash
`memory`         inside: what the processes of a submission hold, and which they are
`student`        inside: runs the cells
`shell`          inside: IPython's shell whose outputs leave as frames
`kernelcalls`    the calls to Linux that Python does not offer
===============  ====================================================================
"""

from ecrm_helpers.marking.sandbox.availability import check_sandbox
from ecrm_helpers.marking.sandbox.client import Sandbox
from ecrm_helpers.marking.sandbox.limits import CellRun, Limits

__all__ = ["CellRun", "Limits", "Sandbox", "check_sandbox"]
