"""Make one member's outcome of the group's hand-in and the own individual tasks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ecrm_helpers.marking.attachments.show import LISTING, listing
from ecrm_helpers.messages import groups as say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecrm_helpers.marking.groups.counting import GroupPlan

__all__ = ["shared_with"]

_Rows = list[dict[str, Any]]


def shared_with(
    student: str,
    source: Mapping[str, Any],
    own: Mapping[str, Any] | None,
    plan: GroupPlan,
    *,
    fingerprint: str | None = None,
) -> dict[str, Any]:
    """Return a member's outcome.

    Parameters
    ----------
    student : str
    source : mapping
        The outcome that counts for the group; it may be this student's.
    own : mapping, optional
        The student's own outcome, None for one who handed in nothing. An individual task without it earns
        nothing and says why; what a fellow student wrote there is not shown.
    plan : GroupPlan
    fingerprint : str, optional
        Written into the marked notebooks.
    """
    if "failed" in source:
        return {**source, "student": student}
    if own is not None and "failed" in own:
        if plan.individual:
            return {**own, "student": student}
        own = None
    mine = own or {}
    notes = plan.notes.get(student, ())
    made = {
        **source,
        "student": student,
        "grades": _rows(source["grades"], mine.get("grades", ()), plan.individual, _no_grade),
        "comments": _rows(source["comments"], mine.get("comments", ()), plan.individual, _no_comment),
        "answers": _answers(source["answers"], mine.get("answers", {}), plan.individual),
        "waiting": _waiting(source, mine, plan.individual),
        "notes": [*notes, *dict.fromkeys([*source["notes"], *mine.get("notes", ())])],
        "seconds": mine.get("seconds", 0.0),
    }
    marked = mine.get("notebooks", {})
    made["files"] = _files(source, mine, plan.individual)
    made["notebooks"] = {
        name: _notebook(name, data, marked.get(name), plan=plan, notes=notes, fingerprint=fingerprint)
        for name, data in source["notebooks"].items()
    }
    return made


def _key(row: Mapping[str, Any]) -> str:
    return f"{row['notebook']}/{row['grade_id']}"


def _rows(shared: Sequence[Any], own: Sequence[Any], individual: frozenset[str], none: Any) -> _Rows:
    mine = {_key(row): row for row in own}
    return [
        dict(row) if _key(row) not in individual else dict(mine.get(_key(row)) or none(row)) for row in shared
    ]


def _no_grade(row: Mapping[str, Any]) -> dict[str, Any]:
    nothing = {"message": "", "answer": ""}
    return {**row, "auto_score": 0.0, "needs_manual": False, "status": "missing", **nothing}


def _no_comment(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "auto_comment": say.NO_OWN_PART}


def _answers(shared: Mapping[str, str], own: Mapping[str, str], individual: frozenset[str]) -> dict[str, str]:
    kept = {key: value for key, value in shared.items() if key not in individual}
    return kept | {key: value for key, value in own.items() if key in individual}


def _waiting(source: Mapping[str, Any], own: Mapping[str, Any], individual: frozenset[str]) -> list[Any]:
    group = [told for told in source["waiting"] if f"{told[0]}/{told[1]}" not in individual]
    return group + [told for told in own.get("waiting", ()) if f"{told[0]}/{told[1]}" in individual]


def _files(source: Mapping[str, Any], own: Mapping[str, Any], individual: frozenset[str]) -> dict[str, bytes]:
    """Return the group's attachments, and of individual tasks the member's own."""
    theirs, mine = (
        {
            entry["file"]
            for name, data in outcome.get("notebooks", {}).items()
            for entry in _entries(json.loads(data))
            if f"{name}/{entry['task']}" in individual
        }
        for outcome in (source, own)
    )
    kept = {path: data for path, data in source["files"].items() if path not in theirs}
    return kept | {path: data for path, data in own.get("files", {}).items() if path in mine}


def _entries(notebook: Mapping[str, Any]) -> list[dict[str, str]]:
    cell = next((cell for cell in notebook["cells"] if cell.get("id") == LISTING), None)
    return list(cell["metadata"]["ecrm"]["listing"]) if cell is not None else []


def _notebook(
    name: str,
    data: bytes,
    own: bytes | None,
    *,
    plan: GroupPlan,
    notes: Sequence[str],
    fingerprint: str | None,
) -> bytes:
    """Return the group's marked notebook with this member's own cells in the individual tasks."""
    notebook, ours = json.loads(data), json.loads(own) if own is not None else {"cells": []}
    mine = _cells(ours)
    entries = [one for one in _entries(notebook) if f"{name}/{one['task']}" not in plan.individual]
    entries += [one for one in _entries(ours) if f"{name}/{one['task']}" in plan.individual]
    released = _cells(plan.releases.get(name, {"cells": []}))
    cells = []
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if f"{name}/{grade_id}" in plan.individual:
            cell = mine.get(grade_id) or _emptied(cell, released.get(grade_id))  # noqa: PLW2901
        if cell.get("id") == LISTING:
            text = listing([one["line"] for one in entries])
            cell = {**cell, "source": text, "metadata": {"ecrm": {"listing": entries}}}  # noqa: PLW2901
        cells.append(cell)
    if notes:
        cells.insert(0, _note_cell(notes))
    notebook["cells"] = cells
    if fingerprint is not None:
        notebook["metadata"].setdefault("ecrm", {})["fingerprint"] = fingerprint
    return json.dumps(notebook, ensure_ascii=False, sort_keys=True).encode()


def _cells(notebook: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id is not None:
            found[grade_id] = cell
    return found


def _emptied(cell: Mapping[str, Any], released: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a cell as it was released: what a fellow student wrote and got is that one's own."""
    empty = {**cell, "source": released["source"] if released else ""}
    empty.pop("attachments", None)
    if cell["cell_type"] != "code":
        return empty
    shown = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": say.NO_OWN_PART}}
    told = cell["metadata"].get("nbgrader", {})
    return {**empty, "execution_count": None, "outputs": [shown] if told.get("grade") else []}


def _note_cell(notes: Sequence[str]) -> dict[str, Any]:
    text = "\n".join(f"- {note}" for note in notes)
    return {"cell_type": "markdown", "id": "ecrm-group", "metadata": {}, "source": text}
