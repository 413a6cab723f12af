"""What runs on a worker: one submission, bytes in and bytes out; and what a worker says about itself."""

from __future__ import annotations

import hashlib
import json
import math
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.errors import EcrmError, MarkingError
from ecrm_helpers.marking.attachments import FOLDER
from ecrm_helpers.messages import spreading as say

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["about_worker", "checked", "pack", "unpack", "work_on"]

_LARGEST: Final = 512 * 1024**2
_TOLD: Final = 5  # notebook, grade_id, status, owner, log


def pack(data: Any) -> bytes:
    """Return plain data as bytes.

    Examples
    --------
    >>> unpack(pack({"student": "s001", "data": b"{}", "points": 2.5}))
    {'student': 's001', 'data': b'{}', 'points': 2.5}
    """
    import msgpack  # type: ignore[import-untyped]  # noqa: PLC0415 - comes with distributed

    return msgpack.packb(data)


def unpack(data: bytes) -> Any:
    """Return the plain data in `data`: never an object, whatever a worker sends.

    Raises
    ------
    MarkingError
        When it is none.
    """
    import msgpack  # noqa: PLC0415 - comes with distributed

    if not isinstance(data, bytes) or len(data) > _LARGEST:
        message = f"at most {_LARGEST} bytes expected"
        raise MarkingError(message)
    try:
        return msgpack.unpackb(data, strict_map_key=True)
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        message = f"plain data expected, got {type(error).__name__}"
        raise MarkingError(message) from error


def work_on(job: bytes, work: str) -> bytes:
    """Mark one submission on a worker; nothing is raised there, for a reason is plain data too.

    Parameters
    ----------
    job : bytes
        A packed job.
    work : str
        ``module:function`` that takes the job and returns an outcome.
    """
    import importlib  # noqa: PLC0415 - on the worker alone

    module, _, name = work.partition(":")
    try:
        return pack({"outcome": getattr(importlib.import_module(module), name)(unpack(job))})
    except Exception as error:  # noqa: BLE001 - whatever one submission does, the worker goes on
        return pack({"failed": f"{type(error).__name__}: {error}"[:2_000]})


def about_worker(*, trusted: bool) -> bytes:
    """Return, packed, which package a worker has and why it cannot run students' code (or None)."""
    refusal = None
    if not trusted:
        from ecrm_helpers.marking.sandbox import check_sandbox  # noqa: PLC0415 - not on the client

        try:
            check_sandbox()
        except EcrmError as error:
            refusal = str(error)
    return pack({"package": package_digest(), "refusal": refusal})


def checked(outcome: dict[str, Any], notebooks: Collection[str]) -> dict[str, Any]:
    """Return an outcome that this machine can save as it is, or why it cannot: a worker may be broken into.

    Parameters
    ----------
    outcome : dict
        As `one.mark_submission` returns it, or with ``failed``.
    notebooks : collection of str
        The assignment's notebooks: names become names of files here.
    """
    if "failed" in outcome:
        return {"student": outcome["student"], "failed": str(outcome["failed"])}
    try:
        sound = _is_sound(outcome, notebooks)
    except (KeyError, TypeError, AttributeError, ValueError):
        sound = False
    return outcome if sound else {"student": outcome["student"], "failed": say.BAD_RESULT}


def _is_sound(outcome: dict[str, Any], notebooks: Collection[str]) -> bool:
    rows = [*outcome["grades"], *outcome["comments"]]
    texts = [
        *(text for row in rows for text in (row["notebook"], row["grade_id"])),
        *(row["auto_comment"] for row in outcome["comments"] if row["auto_comment"] is not None),
        *(text for pair in outcome["answers"].items() for text in pair),
        *(text for told in outcome["waiting"] for text in told),
        *(*outcome["notes"], *outcome["forgeable"], outcome["broken"]),
    ]
    paths = [PurePosixPath(name) for name in outcome["files"]]
    return (
        outcome["notebooks"].keys() == set(notebooks)
        and all(isinstance(json.loads(data), dict) for data in outcome["notebooks"].values())
        and all(type(data) is bytes for data in (*outcome["notebooks"].values(), *outcome["files"].values()))
        and all(path.parts[:1] == (FOLDER,) and ".." not in path.parts for path in paths)
        and all(row["notebook"] in notebooks for row in rows)
        and all(type(row["needs_manual"]) is bool for row in outcome["grades"])
        and all(len(told) == _TOLD for told in outcome["waiting"])
        and all(type(text) is str for text in texts)
        and math.isfinite(outcome["seconds"])
    )


@cache
def package_digest() -> str:
    """Return a digest of this package's code: equal code marks equally."""
    folder = Path(__file__).parents[2]
    made = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        made.update(f"{path.relative_to(folder).as_posix()}\n".encode())
        made.update(hashlib.sha256(path.read_bytes()).digest())
    return made.hexdigest()
