"""What a submission may use, and what became of each of its cells."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import sandbox as say

__all__ = ["CellRun", "Limits"]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one submission may use.

    Parameters
    ----------
    cell_seconds, total_seconds : float
        Wall time of one cell, and of the submission with all its restarts.
    memory_mb : int
        Memory one process may ask for, beyond what the warm process holds; then Python raises MemoryError.
    total_memory_mb : int
        Memory all processes of the submission may hold together; then they are killed.
    processes, open_files : int
        Processes and threads, and open files of each process.
    file_mb, disk_mb : int
        Largest file, and all files together (they live in memory).
    cell_output_bytes : int
        Output kept of one cell; the rest is cut.
    flood_bytes : int
        Output of one cell that has it killed.
    total_output_bytes : int
        Output kept of the submission; then 300 KB a cell.
    restarts : int, optional
        How often a submission goes on in a fresh process; by default as often as its cells end one, while
        the time lasts.

    Raises
    ------
    SettingsError
        When a limit is not above 0 (`restarts`: below 0), or not finite.

    Examples
    --------
    >>> Limits(cell_seconds=5).cell_seconds
    5
    """

    cell_seconds: float = 30.0
    total_seconds: float = 180.0
    memory_mb: int = 1024
    total_memory_mb: int = 2048
    processes: int = 48
    open_files: int = 256
    file_mb: int = 32
    disk_mb: int = 64
    cell_output_bytes: int = 6_000_000
    flood_bytes: int = 16_000_000
    total_output_bytes: int = 30_000_000
    restarts: int | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "restarts" and value is None:
                continue
            least = 0 if field.name == "restarts" else 1e-3
            if not least <= value < 1e15:  # noqa: PLR2004 - beyond any machine; also refuses NaN
                message = say.bad_limit(field.name, value)
                raise SettingsError(message)


@dataclass(frozen=True, kw_only=True)
class CellRun:
    """What became of one cell.

    Parameters
    ----------
    index : int
        The number it was handed in with.
    status : {'ok', 'error', 'timeout', 'killed', 'memory', 'flood', 'out_of_time', 'not_run'}
        `error`: an exception, the process went on; the next four took the process with them. `out_of_time`:
        the submission's total time ended before its turn; `not_run`: the granted restarts did.
    outputs : list of dict
        nbformat-4 outputs, made of plain data.
    seconds : float
        Wall time.
    count : int or None
        How many cells had run with it, as notebooks number them.
    """

    index: int
    status: str
    outputs: list[dict[str, Any]]
    seconds: float
    count: int | None = None
