"""Read a file that nobody trusts in a short-lived process with limits of its own.

For what is too large or too intricate to be opened in the process that writes the gradebook: huge notebooks,
web pages, archives, attached documents. No student's code runs there; the limits are against files that are
built to exhaust their reader.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.errors import MarkingError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LimitedError", "read_apart", "serve"]

SECONDS: Final = 30
MEMORY: Final = 1536 * 1024**2
MOST: Final = 256 * 1024**2
_OPEN_FILES: Final = 32


class LimitedError(MarkingError):
    """The reader ran into its limits or was ended by the file it read."""


def read_apart(module: str, data: bytes, *, seconds: float = SECONDS) -> Any:
    """Return what the reader `module` makes of `data`.

    Parameters
    ----------
    module : str
        A module of ours whose ``__main__`` calls `serve`.
    data : bytes
        The file.
    seconds : float
        Time it may take.

    Raises
    ------
    LimitedError
        It took too long or too much memory, wrote too much, or died.
    """
    env = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answer:
        given.write(data)
        given.seek(0)
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-m", module],
                stdin=given, stdout=answer, stderr=subprocess.DEVNULL, timeout=seconds, check=False, env=env,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            message = f"{module}: took more than {seconds} s"
            raise LimitedError(message) from error
        answer.seek(0)
        text = answer.read(MOST + 1)
    if done.returncode or len(text) > MOST:
        message = f"{module}: ended with {done.returncode}"
        raise LimitedError(message)
    try:
        return json.loads(text)
    except ValueError as error:
        message = f"{module}: no answer"
        raise LimitedError(message) from error


def serve(read: Callable[[bytes], Any], *, memory: int = MEMORY) -> None:
    """Read stdin under limits (`memory` in bytes), write the result of `read` as JSON to stdout."""
    _limit_resources(memory)
    result = read(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(result).encode("ascii"))


def _limit_resources(memory: int) -> None:
    try:
        import resource  # noqa: PLC0415 - Unix only
    except ImportError:
        return
    for name, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, MOST),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(name)
        allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(name, (allowed, allowed))
