"""Which of a student's files counts as which notebook or attachment; where nobody can know, none does."""

from __future__ import annotations

import datetime as dt
import fnmatch
import re
from typing import TYPE_CHECKING

from ecrm_helpers.marking.collect.names import bare, clean_label, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecrm_helpers.marking.collect.course import Assignment
    from ecrm_helpers.marking.collect.found import Found

__all__ = ["INSTEAD", "Timed", "newest", "slots_of"]

# Handed in for want of a notebook: the rebuild finds answers in some and can name the others.
INSTEAD = frozenset({".py", ".html", ".htm", ".json", ".txt", ".docx", ".pdf"})

Timed = tuple["Found", "dt.datetime | None"]


def slots_of(timed: list[Timed], assignment: Assignment) -> tuple[dict[str, list[Timed]], list[Timed]]:
    """Return candidates by the name they are to have, and what fits no name."""
    slots: dict[str, list[Timed]] = {}
    notebooks = [pair for pair in timed if kind_of(pair[0].name) == ".ipynb"]
    named = {id(pair): _notebook_in(pair[0].name, assignment.notebooks) for pair in notebooks}
    only = assignment.notebooks[0] if len(assignment.notebooks) == 1 else None
    strays = []
    for pair in notebooks:
        name = named[id(pair)] or (only if not any(named.values()) else None)
        if name is None:
            strays.append(pair)
        else:
            slots.setdefault(f"{name}.ipynb", []).append(pair)
    wanted = {kind_of(name) for name in assignment.attachments}
    instead = []
    for pair in timed:
        kind = kind_of(pair[0].name)
        if kind in wanted:
            slots.setdefault(_attachment_name(pair[0], assignment), []).append(pair)
        elif kind != ".ipynb":
            instead.append(pair)
    if not notebooks:
        for pair in instead:
            slots.setdefault(_own_name(pair[0]), []).append(pair)
        return slots, strays
    return slots, strays + instead


def _notebook_in(name: str, notebooks: Sequence[str]) -> str | None:
    stem = clean_label(bare(name)[0]).lower()
    inside = [one for one in notebooks if one.lower() in stem]
    return max(inside, key=len) if inside else None


def _attachment_name(found: Found, assignment: Assignment) -> str:
    name, kind = _own_name(found), kind_of(found.name)
    of_kind = [one for one in assignment.attachments if kind_of(one) == kind]
    if any(fnmatch.fnmatch(name.lower(), one.lower()) for one in of_kind):
        stem = bare(name)[0]
        return f"{stem}{kind}" if stem else name
    exact = [one for one in of_kind if "*" not in one and "?" not in one]
    return exact[0] if len(exact) == 1 and len(of_kind) == 1 else name


def _own_name(found: Found) -> str:
    """Return a name that can stand in a folder on any system."""
    return re.sub(r'[\\/:*?"<>|]', "_", clean_label(found.name))[-100:]


def newest(candidates: list[Timed]) -> Timed | None:
    """Return the file that counts, or None where that would be a guess.

    The latest time; of equal or unknown times the highest copy number, which an app gives to the later one.
    Where the two contradict each other nobody can know.
    """
    distinct: dict[str, Timed] = {}
    for pair in candidates:
        kept = distinct.setdefault(pair[0].digest, pair)
        if pair[1] is not None and (kept[1] is None or pair[1] < kept[1]):
            distinct[pair[0].digest] = pair  # the same file twice came when it first came
    found = list(distinct.values())
    if len(found) == 1:
        return found[0]
    times = [at for _, at in found]
    copies = [bare(one.name) for one, _ in found]
    if None not in times and len(set(times)) == len(times):
        latest = max(found, key=lambda pair: pair[1] or dt.datetime.min.replace(tzinfo=dt.UTC))
        stem, number = bare(latest[0].name)
        contradicted = any(other == stem and count > number for other, count in copies)
        return None if contradicted else latest
    one_name = len({stem for stem, _ in copies}) == 1 and len(set(copies)) == len(copies)
    same_time = len(set(times)) == 1
    return found[copies.index(max(copies))] if one_name and same_time else None
