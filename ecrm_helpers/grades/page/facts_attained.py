"""The figures on outcomes: of the class, of its students, and of its 行政班 side by side."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers.grades.page.numbers import beside, described, exact, percent, plain, shown, summary, weight
from ecrm_helpers.grades.page.who import FEW, compared, groups, with_total
from ecrm_helpers.messages import report as messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecrm_helpers.grades.attainment.records import OutcomeResult
    from ecrm_helpers.grades.results import Results

__all__ = ["attained_facts", "group_facts"]


def attained_facts(results: Results) -> dict[str, str]:
    """Show every outcome with its sum, and the spread of the students' own attainment."""
    attained = results.attained
    found = {"threshold": plain(attained.threshold)}
    named = len(attained.outcomes)
    reached = sum(one.reached is True for one in attained.outcomes)
    told = sum(one.value is not None for one in attained.outcomes)
    found |= {"outcomes.count": str(named), "outcomes.reached": str(reached), "outcomes.told": str(told)}
    value = attained.value
    found["attained.value"] = messages.NOTHING if value is None else beside(value, attained.threshold)
    for one in attained.outcomes:
        found |= _outcome(one, attained.threshold)
        found[f"outcome.{one.outcome}.left_out"] = str(len(results.listed.rows) - one.counted)
    for code, rolled in attained.programme.items():
        found[f"programme.{code}.code"] = code
        found[f"programme.{code}.value"] = (
            messages.NOTHING if rolled is None else beside(rolled, attained.threshold)
        )
    return found


def _outcome(one: OutcomeResult, threshold: Fraction) -> dict[str, str]:
    key = f"outcome.{one.outcome}"
    found = {f"{key}.code": one.outcome, f"{key}.text": one.text, f"{key}.counted": str(one.counted)}
    found[f"{key}.value"] = messages.NOTHING if one.value is None else beside(one.value, threshold)
    found |= _gap(key, found[f"{key}.value"], threshold)
    for index, source in enumerate(one.sources):
        found |= {
            f"{key}.source.{index}.label": source.label,
            f"{key}.source.{index}.weight": weight(source.weight),
            f"{key}.source.{index}.full": plain(source.full),
            f"{key}.source.{index}.mean": (
                messages.NOTHING if source.mean is None else shown(source.mean, digits=2)
            ),
            f"{key}.source.{index}.share": (
                messages.NOTHING if source.share is None else shown(source.share, digits=3)
            ),
            f"{key}.source.{index}.term": (
                messages.NOTHING if source.share is None else shown(source.weight * source.share, digits=4)
            ),
        }
    return found | _own(key, [value for value in one.students.values() if value is not None], threshold)


def _gap(key: str, value: str, threshold: Fraction) -> dict[str, str]:
    """Show how far a value, as shown, is from the threshold, with as many decimals."""
    if value == messages.NOTHING:
        return {f"{key}.gap": value}
    gap, digits = Fraction(value) - threshold, len(value.partition(".")[2])
    distance = shown(abs(gap), digits=digits)
    return {f"{key}.gap": f"{'+' if gap >= 0 else '−'}{distance}"}


def _own(key: str, values: Sequence[Fraction], threshold: Fraction) -> dict[str, str]:
    below = sum(value < threshold for value in values)
    share = percent(Fraction(below, len(values))) if len(values) >= FEW else messages.NOTHING
    return {
        **described(f"{key}.own", summary(values), digits=3),
        f"{key}.own.below": str(below) if len(values) >= FEW else messages.NOTHING,
        f"{key}.own.share": share,
    }


def group_facts(results: Results) -> dict[str, str]:
    """Show the 行政班 side by side."""
    listed, found = results.listed, dict[str, str]()
    for index, (name, rows) in enumerate(groups(listed, compared(listed))):
        scored = [Fraction(row.shown_total) for row in with_total(rows) if row.shown_total is not None]
        key = f"group.{index}"
        found |= {f"{key}.name": name, f"{key}.students": str(len(rows))}
        found |= described(key, summary(scored), digits=max(1, listed.course.rounding.total))
        lowest = exact(min(listed.course.bands))
        passed = Fraction(sum(value >= lowest for value in scored), len(scored) or 1)
        found[f"{key}.pass"] = percent(passed) if len(scored) >= FEW else messages.NOTHING
        for one in results.attained.outcomes:
            own = [one.students.get(row.student_id) for row in rows]
            known = summary([value for value in own if value is not None])
            told = known is not None and known.n >= FEW
            found[f"{key}.{one.outcome}"] = (
                shown(known.mean, digits=3) if known and told else messages.NOTHING
            )
    return found
