"""Every figure of the class report, as it is shown, under one key.

Tables, charts and sentences all take their figures from here, so that no sentence can say a number that
the report does not hold.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers.grades.page.bands import bands, levels, outside
from ecrm_helpers.grades.page.facts_attained import attained_facts, group_facts
from ecrm_helpers.grades.page.facts_items import item_facts
from ecrm_helpers.grades.page.numbers import described, exact, percent, plain, summary
from ecrm_helpers.grades.page.who import FEW, counted, with_total
from ecrm_helpers.grades.plan import TOTAL
from ecrm_helpers.messages import report as messages

if TYPE_CHECKING:
    from ecrm_helpers.grades.record import ClassList
    from ecrm_helpers.grades.results import Results

__all__ = ["KINDS", "facts", "places"]

KINDS = ("late", "attempts", "override", "state")


def facts(results: Results) -> dict[str, str]:
    """Compute every figure of the class report."""
    listed = results.listed
    return {
        **_class(listed),
        **_total(listed),
        **_components(listed),
        **_lines(listed),
        **attained_facts(results),
        **group_facts(results),
        **item_facts(results),
    }


def places(listed: ClassList) -> list[str]:
    """List components, parts and the dimensions of their rubrics, each before what it is made of."""
    return [place for place in listed.course.places() if place in listed.plan]


def _class(listed: ClassList) -> dict[str, str]:
    rows, scored = listed.rows, with_total(listed.rows)
    pending = [row for row in rows if row.total.pending]
    missing = [row for row in rows if row.total.missing and not row.by_state]
    without = [row for row in rows if row.shown_total is None and not row.by_state]
    return {
        "class.students": str(len(rows)),
        "class.counted": str(len(counted(listed))),
        "class.totals": str(len(scored)),
        "class.pending": str(len(pending)),
        "class.missing": str(len(missing)),
        "class.without": str(len(without)),
    }


def _total(listed: ClassList) -> dict[str, str]:
    rows = with_total(listed.rows)
    values = [Fraction(row.shown_total) for row in rows if row.shown_total is not None]
    found = described("total", summary(values), digits=max(1, listed.course.rounding.total))
    if len(values) < FEW:
        return found
    for kind, parts in (("band", bands(listed)), ("level", levels(listed)), ("outside", outside(listed))):
        for index, (label, count) in enumerate(parts):
            found[f"{kind}.{index}.label"] = label
            found[f"{kind}.{index}.count"] = str(count)
            whole = len(listed.rows) if kind == "outside" else len(values)
            found[f"{kind}.{index}.share"] = percent(Fraction(count, whole))
    lowest = exact(min(listed.course.bands))
    passed = sum(value >= lowest for value in values)
    found |= {
        "pass.mark": plain(lowest),
        "pass.count": str(passed),
        "pass.share": percent(Fraction(passed, len(values))),
    }
    return found


def _components(listed: ClassList) -> dict[str, str]:
    found: dict[str, str] = {}
    rows = counted(listed)
    published = {one.id: one.weight for one in listed.course.components}
    for place in places(listed):
        marks = [row.marks[place] for row in rows if place in row.marks]
        key = f"component.{place}"
        known = summary([one.value for one in marks if one.value is not None])
        found |= described(key, known, digits=max(1, listed.course.rounding.components))
        found[f"{key}.missing"] = str(sum(bool(one.missing) for one in marks))
        found[f"{key}.title"] = messages.titled(place, listed.plan[place].title)
        if place in published:
            found[f"{key}.published"] = plain(published[place])
            found[f"{key}.effective"] = plain(listed.weights.get(place, Fraction(0)), digits=2)
    found["weights.published"] = plain(listed.course.published_total)
    found["weights.effective"] = plain(sum(listed.weights.values(), Fraction(0)))
    return found | {"component.total.title": listed.plan[TOTAL].title}


def _lines(listed: ClassList) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in KINDS:
        lines = [(row.student_id, line) for row in listed.rows for line in row.lines if line.kind == kind]
        found[f"lines.{kind}.count"] = str(len(lines))
        found[f"lines.{kind}.students"] = str(len({student for student, _ in lines}))
    found["lines.handed_in_late"] = str(sum(bool(row.late) for row in listed.rows))
    return found
