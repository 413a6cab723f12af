"""What a reader of the figures must know, one sentence each, only where it applies."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ecrm_helpers.grades.attainment.weights import carried, tagged
from ecrm_helpers.messages import attainment as messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ecrm_helpers.grades.attainment.evidence import Evidence
    from ecrm_helpers.grades.attainment.records import OutcomeResult
    from ecrm_helpers.grades.attainment.weights import Source
    from ecrm_helpers.grades.coverage.records import GradedTask
    from ecrm_helpers.grades.record import ClassList

__all__ = ["notes"]


def notes(
    listed: ClassList,
    tasks: Sequence[GradedTask],
    found: Mapping[str, Sequence[Source]],
    outcomes: Sequence[OutcomeResult],
    evidence: Evidence,
) -> tuple[str, ...]:
    """List what applies to this class."""
    lines = [*_same_evidence(found), *_tasks(listed, tasks, found), *_states(listed)]
    lines += [
        line for one in outcomes for line in _students(listed, one, found.get(one.outcome, ()), evidence)
    ]
    return tuple(lines)


def _same_evidence(found: Mapping[str, Sequence[Source]]) -> Iterator[str]:
    groups: dict[frozenset[tuple[str, str, object]], list[str]] = {}
    for outcome, used in found.items():
        groups.setdefault(frozenset((one.place, one.task, one.weight) for one in used), []).append(outcome)
    for names in groups.values():
        if len(names) > 1:
            yield messages.all_equal(names, of=len(found))


def _tasks(
    listed: ClassList, tasks: Sequence[GradedTask], found: Mapping[str, Sequence[Source]]
) -> Iterator[str]:
    if not listed.course.evidence.tasks:
        return
    points, outcomes = carried(listed.plan), set(listed.course.evidence.shares)
    serving = tagged(listed.course, listed.plan, tasks)
    silent = [
        messages.task(one.assignment, one.title)
        for one in tasks if points.get(one.assignment) and not outcomes & set(one.objectives)
    ]  # fmt: skip
    if silent:
        yield messages.without_outcome(silent)
    practice = {one.assignment for one in tasks if outcomes & set(one.objectives)} - set(serving)
    if practice:
        yield messages.not_counted(sorted(practice))
    used = {one.place for group in found.values() for one in group if one.task}
    if any(
        line.kind in {"late", "attempts"} and line.place in used for row in listed.rows for line in row.lines
    ):
        yield messages.TASKS_BEFORE_DEDUCTIONS


def _states(listed: ClassList) -> Iterator[str]:
    states = listed.course.states
    out = Counter(row.person.state for row in listed.rows if not states[row.person.state].attainment)
    if out:
        yield messages.by_state({name: out[name] for name in states if out[name]})


def _students(
    listed: ClassList, one: OutcomeResult, used: Sequence[Source], evidence: Evidence
) -> Iterator[str]:
    waiting = [source for source in used if evidence.all_wait(source)]
    if waiting:
        yield messages.waiting(one.outcome, [source.label for source in waiting])
    usable = [source for source in used if source not in waiting]
    nobody = [
        source.label for source in usable
        if evidence.students and not any(_has(evidence, source, student) for student in evidence.students)
    ]  # fmt: skip
    if nobody and listed.course.missing == "pending":
        yield messages.no_evidence(one.outcome, nobody)
        return
    wait = sum(any(evidence.waits(source, student) for source in usable) for student in one.left_out)
    if wait:
        yield messages.left_out_waiting(one.outcome, wait)
    if len(one.left_out) > wait:
        yield messages.left_out(one.outcome, len(one.left_out) - wait)
    counted = set(one.students) - set(one.left_out)
    partly = sum(any(not _has(evidence, source, student) for source in usable) for student in counted)
    if partly:
        say = messages.zeros if listed.course.missing == "zero" else messages.in_part
        yield say(one.outcome, partly)


def _has(evidence: Evidence, source: Source, student: str) -> bool:
    return evidence.share(source, student) is not None
