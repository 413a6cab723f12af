"""The figures on tasks: how hard they were, what they tell apart, and what was missed most often."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers.grades.items.review import sections_for
from ecrm_helpers.grades.page.numbers import exact, percent, plain, shown
from ecrm_helpers.grades.page.who import FEW
from ecrm_helpers.messages import items as item_messages
from ecrm_helpers.messages import report as messages

if TYPE_CHECKING:
    from ecrm_helpers.grades.items.records import Missed
    from ecrm_helpers.grades.results import Results

__all__ = ["discriminating_little", "item_facts", "most_missed", "worth_naming"]

LOW_DISCRIMINATION = 0.2  # below it an item hardly tells strong from weak (Ebel & Frisbie, 1991)
MOST_ITEMS, MOST_MISSED = 10, 8


def worth_naming(results: Results) -> list[tuple[str, int]]:
    """List (assignment, index) of the hardest tasks, hardest first."""
    found = [
        (item.difficulty, group.assignment, index)
        for group in results.items.assignments
        for index, item in enumerate(group.items)
        if item.counted >= FEW
    ]
    return [(assignment, index) for _, assignment, index in sorted(found)[:MOST_ITEMS]]


def discriminating_little(results: Results) -> list[str]:
    """List the keys of the tasks whose discrimination, as shown, is low; the lowest first."""
    found = [
        (Fraction(_maybe(item.discrimination)), f"items.{group.assignment}.{index}")
        for group in results.items.assignments
        for index, item in enumerate(group.items)
        if item.discrimination is not None
    ]
    return [key for value, key in sorted(found) if value < exact(LOW_DISCRIMINATION)]


def item_facts(results: Results) -> dict[str, str]:
    """Show every task, every assignment, and the points missed most often."""
    found: dict[str, str] = {
        "items.low": plain(LOW_DISCRIMINATION),
        "items.low.count": str(len(discriminating_little(results))),
        "items.count": str(sum(len(group.items) for group in results.items.assignments)),
    }
    for group in results.items.assignments:
        key = f"items.{group.assignment}"
        found[f"{key}.tasks"] = str(len(group.items))
        found[f"{key}.counted"] = str(group.counted)
        found[f"{key}.alpha"] = (
            messages.NOTHING if group.alpha is None else shown(exact(group.alpha), digits=2)
        )
        full = sum((exact(item.full) for item in group.items), Fraction(0))
        mean = sum((exact(item.mean) for item in group.items), Fraction(0))
        found[f"{key}.difficulty"] = shown(mean / full, digits=2) if full else messages.NOTHING
        for index, item in enumerate(group.items):
            told = {
                "title": item.title or item.task, "full": plain(item.full), "counted": str(item.counted),
                "mean": shown(exact(item.mean), digits=2),
                "difficulty": shown(exact(item.difficulty), digits=2),
                "discrimination": _maybe(item.discrimination), "correlation": _maybe(item.correlation),
                "none": percent(item.none), "all": percent(item.all),
            }  # fmt: skip
            found |= {f"{key}.{index}.{name}": text for name, text in told.items()}
    for index, missed in enumerate(most_missed(results)):
        found[f"missed.{index}.text"] = missed.text.rstrip("。")
        found[f"missed.{index}.students"] = str(missed.students)
        found[f"missed.{index}.share"] = percent(missed.share)
        close = sections_for(missed, results.tasks, results.sections)
        named = "；".join(item_messages.section(one.notebook, one.title) for one in close)
        found[f"missed.{index}.sections"] = named or messages.NOTHING
    return found


def most_missed(results: Results) -> list[Missed]:
    """List the points missed most often; what fewer than three students missed is not told."""
    return [one for one in results.items.missed if one.students >= FEW][:MOST_MISSED]


def _maybe(value: float | None) -> str:
    return messages.NOTHING if value is None else shown(exact(value), digits=2)
