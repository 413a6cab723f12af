"""Whose hand-in counts for whom."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecrm_helpers.marking.groups.roster import Member, individual_tasks, read_roster, roster_file
from ecrm_helpers.marking.groups.sharing import shared_with
from ecrm_helpers.messages import groups as say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping
    from pathlib import Path
    from typing import Any

__all__ = ["GroupPlan", "Groups", "load_groups", "share_outcome"]


@dataclass(frozen=True, kw_only=True)
class GroupPlan:
    """Whose hand-in counts for whom.

    Attributes
    ----------
    counts : dict
        For every member of a group that handed in: whose group part counts.
    notes : dict
        By member, in Chinese, for the feedback.
    remarks : tuple of str
        For the teacher: groups with several hand-ins or none, members the gradebook does not have.
    individual : frozenset of str
        ``notebook/grade_id`` of every cell that belongs to an individual task.
    releases : dict
        The released notebooks as parsed JSON, for members without a hand-in of their own.
    """

    counts: Mapping[str, str]
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    individual: frozenset[str] = frozenset()
    releases: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Groups:
    """The groups of one assignment.

    Attributes
    ----------
    groups : dict
        Group to its members, in the roster's order.
    individual : frozenset of str
    releases : dict
    remarks : tuple of str
        What was noticed when the roster was read.
    """

    groups: Mapping[str, tuple[Member, ...]]
    individual: frozenset[str] = frozenset()
    releases: Mapping[str, Any] = field(default_factory=dict, repr=False)
    remarks: tuple[str, ...] = ()

    def mates(self, student: str) -> tuple[str, ...]:
        """Return everyone in a student's group, the student among them; only the student where there is none.

        Examples
        --------
        >>> two = Groups(groups={"1": (Member("s1"), Member("s2"))})
        >>> two.mates("s2"), two.mates("s9")
        (('s1', 's2'), ('s9',))
        """
        for members in self.groups.values():
            if any(member.student == student for member in members):
                return tuple(member.student for member in members)
        return (student,)

    def only(self, student: str) -> Groups:
        """Return the student's group alone."""
        found = {
            group: members
            for group, members in self.groups.items()
            if any(member.student == student for member in members)
        }
        return Groups(groups=found, individual=self.individual, releases=self.releases)

    def counting(self, times: Mapping[str, dt.datetime | None], *, blank: Collection[str] = ()) -> GroupPlan:
        """Decide whose hand-in counts: in each group the latest one.

        Parameters
        ----------
        times : mapping
            When each student handed in, None where nobody knows; who handed in nothing is not there.
        blank : collection of str
            Who handed in a group part as it was released, from `untouched`: with individual tasks everybody
            hands in, and the last one may hold the own part alone. They count only where nobody did more.

        Examples
        --------
        >>> import datetime as dt
        >>> two = Groups(groups={"1": (Member("s1"), Member("s2"))})
        >>> plan = two.counting({"s1": dt.datetime(2026, 10, 1, tzinfo=dt.UTC)})
        >>> dict(plan.counts)
        {'s1': 's1', 's2': 's1'}
        """
        counts: dict[str, str] = {}
        notes: dict[str, tuple[str, ...]] = {}
        remarks = list(self.remarks)
        for group, members in self.groups.items():
            handed = sorted(
                ((one.student, times[one.student]) for one in members if one.student in times),
                key=lambda pair: (pair[1] is None, -pair[1].timestamp() if pair[1] else 0.0, pair[0]),
            )
            if not handed:
                remarks.append(say.none(group))
                continue
            answered = [pair for pair in handed if pair[0] not in blank] or handed
            student, at = answered[0]
            seen = [say.several(group, handed, student)] if len(handed) > 1 else []
            if len(answered) > 1 and answered[1][1] == at:
                seen.append(say.same_time(group))
            remarks += seen
            for member in members:
                counts[member.student] = student
                share = [say.role(member.role)] if member.role else []
                notes[member.student] = (say.counts(group, student, at), *seen, *share)
        return GroupPlan(
            counts=counts,
            notes=notes,
            remarks=tuple(remarks),
            individual=self.individual,
            releases=self.releases,
        )

    def untouched(self, outcomes: Mapping[str, Mapping[str, Any]]) -> set[str]:
        """Return whose group part is as it was released, from what marking says beside each answer."""
        found = set()
        for student, outcome in outcomes.items():
            said = [
                row["auto_comment"]
                for row in outcome.get("comments", ())
                if f"{row['notebook']}/{row['grade_id']}" not in self.individual
            ]
            if said and all(said):
                found.add(student)
        return found


def load_groups(root: Path, assignment: str) -> Groups | None:
    """Return the groups of an assignment, None where it has no roster: everybody works alone.

    Parameters
    ----------
    root : Path
        The course folder.
    assignment : str

    Raises
    ------
    MarkingError
        There are two rosters, or one that leaves open who is in which group; the message names the row.
    """
    path = roster_file(root, assignment)
    if path is None:
        return None
    members, remarks = read_roster(path, root)
    individual, releases = individual_tasks(root, assignment)
    groups: dict[str, list[Member]] = defaultdict(list)
    for group, member in members:
        groups[group].append(member)
    return Groups(
        groups={group: tuple(found) for group, found in groups.items()},
        individual=individual,
        releases=releases,
        remarks=remarks,
    )


def share_outcome(
    plan: GroupPlan,
    outcomes: Mapping[str, Mapping[str, Any]],
    *,
    fingerprints: Mapping[str, str] | None = None,
) -> dict[str, dict[str, Any]]:
    """Give every member the group's marks and the own ones of individual tasks.

    Parameters
    ----------
    plan : GroupPlan
        From `Groups.counting`.
    outcomes : mapping
        By student, as `mark_submission` returns them.
    fingerprints : mapping, optional
        By student, to be written into the marked notebooks.

    Returns
    -------
    dict
        An outcome for every member, also for those who handed in nothing themselves, and what was given for
        everybody else. The given outcomes are not changed.
    """
    made = {student: dict(outcome) for student, outcome in outcomes.items()}
    for student, source in plan.counts.items():
        if source not in outcomes:
            continue
        made[student] = shared_with(
            student,
            outcomes[source],
            outcomes.get(student),
            plan,
            fingerprint=(fingerprints or {}).get(student),
        )
    return made
