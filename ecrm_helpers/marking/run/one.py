"""Mark one submission: bytes in, plain data out. Knows no gradebook and no course folder."""

from __future__ import annotations

import json
import tempfile
import time
from contextvars import Context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.marking.attachments import add_listing, examined, kept_files
from ecrm_helpers.marking.judge.findings import judge_notebook
from ecrm_helpers.marking.records.scores import rows_of
from ecrm_helpers.marking.released import read_release

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbformat import NotebookNode

__all__ = ["mark_submission"]

_LINES: Final = 300
_TRACEBACK: Final = 100
_LOG: Final = 1_500


def mark_submission(job: Mapping[str, Any]) -> dict[str, Any]:
    """Rebuild, run and judge one submission.

    Parameters
    ----------
    job : mapping
        ``student``, ``course``, ``assignment``; ``notebooks`` (name to ``data`` as bytes and ``notes``);
        ``releases`` (name to bytes); ``marking`` (marking.py as bytes) and ``beside`` (the files in its
        folder, for the judge alone); ``files`` (released data files);
        ``limits`` (what `ExecuteSubmission` is set to); ``hidden`` (folders that a sandbox on this machine
        must not show); ``seconds_per_task``; ``max_lines`` kept of an output; ``trusted``;
        ``attachments`` (by notebook: ``files`` handed in beside it and ``notes``) and
        ``attachments_digest``; ``fingerprint``.

    Returns
    -------
    dict
        ``student``; ``notebooks`` (name to the marked notebook's bytes); ``files`` (attachments to keep);
        ``grades`` (notebook, grade_id, auto_score or None, needs_manual, status, message, answer);
        ``comments`` (notebook, grade_id, auto_comment); ``answers`` (``notebook/grade_id`` to a digest);
        ``notes``; ``waiting`` (notebook, grade_id, status, owner, log); ``forgeable`` (tasks that the
        student's own process scores); ``broken`` (why ``marking.py`` cannot be used, "" where it can);
        ``seconds``.
    """
    started = time.monotonic()
    outcome: dict[str, Any] = {
        "student": job["student"], "notebooks": {}, "grades": [], "comments": [], "answers": {}, "notes": [],
        "waiting": [], "forgeable": [], "files": {}, "broken": "",
    }  # fmt: skip
    for name in sorted(job["notebooks"]):
        _mark_notebook(job, name, outcome)
    return {**outcome, "seconds": round(time.monotonic() - started, 3)}


def _mark_notebook(job: Mapping[str, Any], name: str, outcome: dict[str, Any]) -> None:
    from ecrm_helpers.marking.rebuild.restore import rebuild  # noqa: PLC0415 - brings nbformat along

    handed = job["notebooks"][name]
    release = read_release(job["releases"][name])
    made = rebuild(handed["data"], release, list(handed["notes"]))
    notebook = made.notebook
    beside = job["attachments"].get(name, {"files": [], "notes": []})
    seen = examined(beside["files"])
    wrong = add_listing(notebook, seen, beside["notes"])
    outcome["files"] |= kept_files(seen)
    notebook.metadata["ecrm"] = {
        **notebook.metadata.get("ecrm", {}),
        "fingerprint": job.get("fingerprint", ""),
    }
    _run(notebook, job)
    findings = judge_notebook(
        notebook,
        course=job["course"],
        assignment=job["assignment"],
        student=job["student"],
        marking=job["marking"],
        beside=job.get("beside"),
        seconds=job["seconds_per_task"],
    )
    _cut_long_outputs(notebook, job.get("max_lines", _LINES))
    outcome["notes"] += [*made.notes, *wrong]
    for key, rows in rows_of(notebook, name, attachments=job["attachments_digest"]).items():
        outcome[key] = {**outcome[key], **rows} if key == "answers" else outcome[key] + rows
    outcome["waiting"] += [
        [name, one.grade_id, one.status, one.owner or "", one.log[-_LOG:]] for one in findings if one.waits
    ]
    outcome["broken"] = next((one.log for one in findings if one.broken), outcome["broken"])
    outcome["forgeable"] += notebook.metadata["ecrm"].get("forgeable", [])
    outcome["notebooks"][name] = json.dumps(notebook, ensure_ascii=False, sort_keys=True).encode()


def _run(notebook: NotebookNode, job: Mapping[str, Any]) -> None:
    """Run the notebook, in this process's sandbox or, trusted, in a kernel of its own."""
    from ecrm_helpers.marking.execute_cells import execute_notebook, limits_of, shared_sandbox  # noqa: PLC0415

    if job["trusted"]:
        _run_trusted(notebook, job)
        return
    execute_notebook(
        notebook,
        student_id=job["student"],
        sandbox=shared_sandbox(
            job["course"],
            released=job["releases"].values(),
            hidden=[Path(path) for path in job.get("hidden", ())],
        ),
        files=job["files"],
        limits=limits_of(job["limits"]),
    )


def _run_trusted(notebook: NotebookNode, job: Mapping[str, Any]) -> None:
    from ecrm_helpers.marking.seams.execute import ExecuteSubmission  # noqa: PLC0415 - brings nbgrader along

    with tempfile.TemporaryDirectory(prefix="ecrm-trusted-") as folder:
        for name, data in job["files"].items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        resources = {"nbgrader": {"student": job["student"]}, "metadata": {"path": folder}}
        run = ExecuteSubmission(**{**job["limits"], "trusted": True}).preprocess
        # Jupyter keeps an event loop per thread and context, and never closes it.
        Context().run(_and_close_the_loop, lambda: run(notebook, resources))


def _and_close_the_loop(work: Callable[[], Any]) -> None:
    from jupyter_core.utils import ensure_event_loop  # noqa: PLC0415 - with the kernel alone

    try:
        work()
    finally:
        ensure_event_loop().close()


def _cut_long_outputs(notebook: NotebookNode, lines: int) -> None:
    """Cut what a cell printed after so many lines, as nbgrader's LimitOutput."""
    for cell in notebook.cells:
        outputs = cell.get("outputs", ())
        printed = sum(output["text"].count("\n") for output in outputs if output["output_type"] == "stream")
        traced = max(
            (len(output["traceback"]) for output in outputs if output["output_type"] == "error"), default=0
        )
        if printed >= lines or traced > _TRACEBACK:
            from nbgrader.preprocessors import LimitOutput  # noqa: PLC0415 - over a second, and rarely needed

            LimitOutput(max_lines=lines).preprocess_cell(cell, {}, 0)
