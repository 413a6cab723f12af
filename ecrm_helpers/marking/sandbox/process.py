"""Start a program inside bubblewrap, and keep it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.errors import SandboxError
from ecrm_helpers.marking.leftovers import owned_folder
from ecrm_helpers.marking.sandbox.command import full_command
from ecrm_helpers.marking.sandbox.nest import HOME

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Boxed", "python_inside"]

_PACKAGE: Final = Path(__file__).resolve().parents[2]


def python_inside(code: str, *arguments: str) -> list[str]:
    """Return the command that runs Python `code` with this package, apart from the user's own folders."""
    start = f"import sys\nsys.path.append({str(_PACKAGE.parent)!r})\n{code}"
    return [sys.executable, "-I", "-X", "utf8", "-c", start, *arguments]


class Boxed:
    """A program inside bubblewrap.

    Linux ends it when the thread that started it ends (``--die-with-parent``), so a thread of its own does,
    and waits for it.
    """

    def __init__(self, inner: Sequence[str], *, pass_fds: Sequence[int] = ()) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the program runs
        # Not in TMPDIR: as root that may be closed to the ordinary user who looks for it.
        self._stage = str(owned_folder("ecrm-stage-", "/tmp", empty=True))  # noqa: S108
        self._inner, self._pass = list(inner), list(pass_fds)
        self._started = threading.Event()
        self._failed: BaseException | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self._keeper = threading.Thread(target=self._keep, name="ecrm-sandbox", daemon=True)
        self._keeper.start()
        self._started.wait()
        if self._failed is not None:
            self._clean()
            raise self._failed

    def _keep(self) -> None:
        fds: dict[str, int] = {}
        try:
            fds = _accounts()
            command = full_command(self._inner, stage=Path(self._stage), accounts=fds)
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=self._said,
                stderr=self._said,
                pass_fds=[*self._pass, *fds.values()],
                start_new_session=True,
                cwd="/",
            )
        except (SandboxError, OSError) as error:
            self._failed = error
        finally:
            for fd in fds.values():
                os.close(fd)
            self._started.set()
        if self.process is not None:
            self.process.wait()

    def wait(self, seconds: float) -> int | None:
        """Return the exit code, or None when it still runs after `seconds`."""
        self._keeper.join(seconds)
        return None if self.process is None else self.process.poll()

    def log(self) -> str:
        """Return the end of what it wrote to its outputs."""
        size = os.fstat(self._said.fileno()).st_size
        return os.pread(self._said.fileno(), 2_000, max(0, size - 2_000)).decode("utf-8", "replace")

    def has_started(self) -> None:
        """Take away the place that only the start needed, so that a killed run leaves nothing behind."""
        with suppress(FileNotFoundError):
            Path(self._stage).rmdir()

    def close(self) -> None:
        """End it, with everything inside."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
        self._keeper.join()
        self._clean()

    def _clean(self) -> None:
        self._said.close()
        self.has_started()


def _accounts() -> dict[str, int]:
    from ecrm_helpers.marking.sandbox.command import ordinary_user  # noqa: PLC0415

    user, group = ordinary_user()
    texts: dict[str, Any] = {
        "/etc/passwd": f"student:x:{user}:{group}::{HOME}:/bin/sh\n",
        "/etc/group": f"student:x:{group}:\n",
    }
    return {place: _readable(text) for place, text in texts.items()}


def _readable(text: str) -> int:
    reader, writer = os.pipe()
    os.write(writer, text.encode())
    os.close(writer)
    return reader
