"""Places and tasks as a student calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.messages import student_page as messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecrm_helpers.grades.record import ClassList

__all__ = ["by_assignment", "titled"]


def titled(missing: str, listed: ClassList) -> str:
    """Name what is missing by its title, keeping the sheet's word: `X4（缓考）` → 课程论文（缓考）."""
    place, bracket, word = missing.partition("（")
    if place not in listed.plan:
        return missing
    above = place.partition(".")[0] if "." in place else place.partition(":")[0]
    title = listed.plan[place].title
    named = (
        title if above in {place, ""} or above not in listed.plan else f"{listed.plan[above].title}·{title}"
    )
    return f"{named}{bracket}{word}"


def by_assignment(waiting: Iterable[str], titles: Mapping[tuple[str, str, str], str]) -> list[str]:
    """List tasks that wait, `assignment/task` or `assignment/notebook/task`, each assignment named once."""
    found: dict[str, list[str]] = {}
    for name in waiting:
        assignment, _, rest = name.partition("/")
        notebook, _, task = rest.rpartition("/")
        known = (
            title
            for (one, book, code), title in titles.items()
            if one == assignment and code == task and notebook in {"", book}
        )
        found.setdefault(assignment, []).append(next(known, task))
    return [messages.tasks(assignment, names) for assignment, names in found.items()]
