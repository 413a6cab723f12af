"""What a student's process can see of this machine, and what it never may."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ecrm_helpers.errors import SandboxError, SettingsError
from ecrm_helpers.messages import sandbox as say

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ETC", "SYSTEM", "check_exposure", "secrets", "trees"]

SYSTEM: Final = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
ETC: Final = (
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/timezone",
)
_PACKAGE: Final = Path(__file__).resolve().parents[2]


def trees() -> list[Path]:
    """Return the folders beside the system's own: interpreter, environment, package and shops' data.

    Examples
    --------
    >>> Path(sys.prefix) in trees() or Path(sys.prefix) == Path("/usr")
    True
    """
    # As `datasets.data_dir` finds it, without the second that importing pandas takes.
    places = (_PACKAGE / "_data", _PACKAGE.parent / "data")
    data = [place for place in places if (place / "datapackage.json").is_file()][:1]
    base, environment = Path(sys.base_prefix), Path(sys.prefix)
    wanted = [base, base.resolve(), environment, environment.resolve(), _PACKAGE, *data]
    kept: list[Path] = []
    for path in wanted:
        if not any(path.is_relative_to(other) for other in (Path("/usr"), *kept)):
            kept.append(path)
    return kept


def secrets(more: Iterable[Path] = ()) -> list[Path]:
    """Return the folders that no student may see: solutions, courses, exercises, and `more`."""
    from ecrm_helpers.project import find_project  # noqa: PLC0415 - beside its only use

    roots = {_PACKAGE.parent}
    with suppress(SettingsError):  # only the wheel is installed: nothing of the courseware to hide here
        roots.add(find_project())
    named = [
        root / name for root in roots for name in ("solutions", "courses", "exercises", "grading_config.py")
    ]
    return [path for path in (*named, *more) if path.exists()]


def check_exposure(shown: Iterable[Path], hidden: Iterable[Path]) -> None:
    """Refuse when something of `hidden` stands in, or is, or holds a folder of `shown`.

    Raises
    ------
    SandboxError
        With the folder and what it would show.
    """
    places = [(path, path.resolve()) for path in (*shown, Path("/usr"))]
    for secret in hidden:
        for path, real in places:
            if secret.resolve().is_relative_to(real):
                message = say.refused(say.exposes(path, secret), say.APART)
                raise SandboxError(message)
