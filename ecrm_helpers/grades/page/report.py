"""《课程目标达成度分析报告》: one HTML file that a teacher can print and hand in."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ecrm_helpers import curriculum
from ecrm_helpers.grades.output import write_privately
from ecrm_helpers.grades.page import charts
from ecrm_helpers.grades.page.bands import bands, levels, outside
from ecrm_helpers.grades.page.evidence import matrix, terms
from ecrm_helpers.grades.page.facts import KINDS, facts, places
from ecrm_helpers.grades.page.facts_items import discriminating_little, most_missed, worth_naming
from ecrm_helpers.grades.page.rendering import rendered
from ecrm_helpers.grades.page.sentences import sentences
from ecrm_helpers.grades.page.who import FEW, anonymous, class_names, compared, groups
from ecrm_helpers.messages import report as messages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ecrm_helpers.grades.results import Results

__all__ = ["REPORT", "write_report"]

REPORT = "report.html"


def write_report(results: Results, folder: Path) -> list[Path]:
    """Write `report.html`, readable by its owner only.

    Parameters
    ----------
    results : Results
    folder : Path
        Made if it is not there.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    return [write_privately(folder / REPORT, rendered("report.html", **context(results)))]


def context(results: Results) -> dict[str, Any]:
    """Lay out everything the template prints."""
    listed, told = results.listed, facts(results)
    outcomes = _outcomes(results)
    strips = [one for one in outcomes if one["strip"]]
    return {
        "messages": messages,
        "title": messages.title(listed.course.title),
        "course": listed.course,
        "facts": told,
        "card": _card(results),
        "preliminary": _preliminary(results, told),
        "results": results,
        "lowest": results.attained.lowest,
        "threshold": charts.across(results.attained.threshold),
        "outcomes": outcomes,
        "strips": strips,
        "alts": [(*_told(told, one, "code", "value"), one["verdict"]) for one in outcomes],
        "spreads": [_told(told, one, "code", "own.low", "own.median", "own.high") for one in strips],
        "rolls_up": _rolls_up(results),
        "domains": _domains(results),
        "matrix": matrix(results),
        "tagged": any(source.task for one in results.attained.outcomes for source in one.sources),
        "places": places(listed),
        "weighed": [one.id for one in listed.course.components],
        "policies": [anonymous(one, listed) for one in listed.policies],
        "notes": [anonymous(one, listed) for one in results.attained.notes],
        "sources": [anonymous(one, listed) for one in listed.sources],
        "charts": _distributions(results, told),
        "outside": range(len(outside(listed))),
        "groups": range(len(groups(listed, compared(listed)))),
        "kinds": KINDS,
        "hardest": [f"items.{name}.{index}" for name, index in worth_naming(results)],
        "low": discriminating_little(results),
        "missed": range(len(most_missed(results))),
        "sentences": sentences(results, told),
    }


def _card(results: Results) -> list[tuple[str, str]]:
    course, hours = results.listed.course, curriculum.COURSE_HOURS.get(results.listed.course.id)
    known = list(messages.CARDS.get(course.id, ()))
    if hours is not None:
        known.append((messages.HOURS, messages.hours(hours.theory, hours.practice)))
    classes = class_names(results.listed)
    return [
        *known,
        (messages.CLASSES, "、".join(classes) or messages.NOTHING),
        (messages.MADE_ON, results.made_on),
    ]


def _preliminary(results: Results, told: Mapping[str, str]) -> list[str]:
    return messages.why_preliminary(
        pending=int(told["class.pending"]),
        without=int(told["class.without"]),
        attained=results.attained.preliminary,
    )


def _told(told: Mapping[str, str], one: Mapping[str, Any], *names: str) -> tuple[str, ...]:
    return tuple(told[f"{one['key']}.{name}"] for name in names)


def _outcomes(results: Results) -> list[dict[str, Any]]:
    attained = results.attained
    own = {
        one.outcome: [value for value in one.students.values() if value is not None]
        for one in attained.outcomes
    }
    shown = {name: values for name, values in own.items() if len(values) >= FEW}
    per_dot = charts.students_per_dot(shown.values(), attained.threshold)
    return [
        {
            "key": f"outcome.{one.outcome}",
            "verdict": messages.verdict(one.reached),
            "reached": one.reached,
            "terms": terms(one),
            "bar": charts.bar(one.value, reached=one.reached),
            "strip": charts.strip(
                shown[one.outcome], threshold=attained.threshold, per_dot=per_dot,
                mean=sum(shown[one.outcome], Fraction(0)) / len(shown[one.outcome]),
            )
            if one.outcome in shown
            else None,
        }
        for one in attained.outcomes
    ]  # fmt: skip


def _rolls_up(results: Results) -> list[tuple[str, str, Sequence[str]]]:
    """List (programme outcome, what it says, the course outcomes that roll up to it)."""
    known = curriculum.OBJECTIVES
    return [
        (code, known[code].text if code in known else "", members)
        for code, members in results.listed.course.programme.items()
    ]


def _domains(results: Results) -> list[str]:
    """Tell knowledge, skills and attitudes apart; empty where the course does not."""
    known = curriculum.OBJECTIVES
    kinds = [known[one.outcome].kind if one.outcome in known else "" for one in results.attained.outcomes]
    words = [messages.DOMAINS.get(kind, "") for kind in kinds]
    return words if any(words) else []


def _distributions(results: Results, told: Mapping[str, str]) -> list[dict[str, Any]]:
    if "band.0.label" not in told:
        return []
    return [
        {
            "kind": kind,
            "heading": heading,
            "columns": charts.columns([count for _, count in parts]),
            "alt": messages.columns_alt(heading, [(label, str(count)) for label, count in parts]),
        }
        for kind, heading, parts in (
            ("band", messages.BANDS, bands(results.listed)),
            ("level", messages.LEVELS, levels(results.listed)),
        )
        if parts
    ]
