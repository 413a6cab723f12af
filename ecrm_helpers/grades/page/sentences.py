"""Analysis sentences, made only of words and of figures that stand in the report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecrm_helpers.grades.page.bands import bands
from ecrm_helpers.grades.page.facts import KINDS
from ecrm_helpers.grades.page.facts_items import LOW_DISCRIMINATION, most_missed, worth_naming
from ecrm_helpers.grades.page.who import FEW, counted, groups
from ecrm_helpers.messages import report_sentences as words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecrm_helpers.grades.attainment.records import OutcomeResult
    from ecrm_helpers.grades.results import Results

__all__ = ["Part", "sentences"]

_FIGURE = re.compile(r"\{([^{}]+)\}")
MANY = 0.25  # of the students below the threshold: worth a sentence although the class as a whole reached it
MOST_NAMED, MOST_BELOW = 3, 5


@dataclass(frozen=True)
class Part:
    """A piece of a sentence: words, or a figure with its key."""

    text: str
    key: str = ""


def sentences(results: Results, facts: Mapping[str, str]) -> list[list[Part]]:
    """Write the analysis.

    Raises
    ------
    KeyError
        A sentence asks for a figure that the report does not hold.
    """
    found = [
        *_totals(results, facts),
        *_outcomes(results),
        *_parts(results, facts),
        *_tasks(results),
        *_rest(results, facts),
    ]
    return [_filled(template, facts) for template in found]


def _filled(template: str, facts: Mapping[str, str]) -> list[Part]:
    """Cut a template at its keys; what a figure says is never read as a template again."""
    pieces = _FIGURE.split(template)
    told = [Part(facts[one], one) if index % 2 else Part(one) for index, one in enumerate(pieces)]
    return [part for part in told if part.text]


def _totals(results: Results, facts: Mapping[str, str]) -> Iterator[str]:
    if facts["class.pending"] != "0":
        yield words.PENDING
    if facts["class.without"] != "0":
        yield words.WITHOUT
    n = int(facts["class.totals"])
    if n < FEW:
        yield words.FEW_TOTALS if n else words.NO_TOTALS
        return
    yield words.TOTALS
    counts = [count for _, count in bands(results.listed)]
    yield words.largest_bands([index for index, count in enumerate(counts) if count == max(counts)][::-1])
    yield words.ALL_IN_BANDS
    mean, middle = float(facts["total.mean"]), float(facts["total.median"])
    if abs(mean - middle) >= 1:
        yield words.LEFT_TAIL if mean < middle else words.RIGHT_TAIL


def _outcomes(results: Results) -> Iterator[str]:
    attained = results.attained
    known = [one for one in attained.outcomes if one.value is not None]
    if not known:
        yield words.NO_OUTCOME
        return
    if len(known) < len(attained.outcomes):
        yield words.NOT_TOLD
    failed = [one.outcome for one in known if one.reached is False]
    whole = len(known) == len(attained.outcomes)
    yield words.ALL_REACHED if whole and not failed else words.SOME_REACHED
    if failed:
        yield words.not_reached(failed)
    if len(known) > 1 and len({one.value for one in known}) == 1:
        yield words.EQUAL
    elif attained.weakest is not None:
        yield words.weakest(attained.weakest.outcome, _weakest_source(attained.weakest))
    yield from _students(known, results)


def _weakest_source(one: OutcomeResult) -> int | None:
    shares = {index: source.share for index, source in enumerate(one.sources) if source.share is not None}
    return min(shares, key=lambda index: shares[index]) if len(shares) > 1 else None


def _students(known: list[OutcomeResult], results: Results) -> Iterator[str]:
    threshold = results.attained.threshold
    told = {one.outcome: [value for value in one.students.values() if value is not None] for one in known}
    told = {name: values for name, values in told.items() if len(values) >= FEW}
    share = {name: sum(value < threshold for value in values) / len(values) for name, values in told.items()}
    if told and not any(share.values()):
        yield words.OVERLAP
    if any(share.values()):
        most = sorted((name for name in share if share[name]), key=lambda name: -share[name])
        yield words.below(most[:MOST_BELOW], more=len(most) > MOST_BELOW)
    many = [one.outcome for one in known if one.reached and share.get(one.outcome, 0) >= MANY]
    if many:
        yield words.reached_yet_many_below(many)


def _parts(results: Results, facts: Mapping[str, str]) -> Iterator[str]:
    course = results.listed.course
    told = [one.id for one in course.components if int(facts[f"component.{one.id}.n"]) >= FEW]
    if len(told) > 1:
        by_mean = sorted(told, key=lambda one: float(facts[f"component.{one}.mean"]))
        if facts[f"component.{by_mean[0]}.mean"] != facts[f"component.{by_mean[-1]}.mean"]:
            yield words.components(by_mean[-1], by_mean[0])
        widest = max(told, key=lambda one: float(facts[f"component.{one}.sd"]))
        if float(facts[f"component.{widest}.sd"]):
            yield words.widest(widest)
    lacking = [one.id for one in course.components if facts[f"component.{one.id}.missing"] != "0"]
    if lacking:
        yield words.missing(lacking)


def _tasks(results: Results) -> Iterator[str]:
    hard = worth_naming(results)
    if hard:
        yield words.hardest(f"items.{hard[0][0]}.{hard[0][1]}")
    items = {group.assignment: group.items for group in results.items.assignments}
    little = []
    for assignment, index in hard:
        value = items[assignment][index].discrimination
        if value is not None and value < LOW_DISCRIMINATION:
            little.append(f"items.{assignment}.{index}")
    if little:
        yield words.discriminating_little(little[:MOST_NAMED])
    if most_missed(results):
        yield words.missed(list(range(len(most_missed(results))))[:MOST_NAMED])


def _rest(results: Results, facts: Mapping[str, str]) -> Iterator[str]:
    listed = results.listed
    count = len(groups(listed, counted(listed)))
    told = [index for index in range(count) if int(facts[f"group.{index}.n"]) >= FEW]
    by_mean = sorted(told, key=lambda index: float(facts[f"group.{index}.mean"]))
    if len(by_mean) > 1 and facts[f"group.{by_mean[0]}.mean"] != facts[f"group.{by_mean[-1]}.mean"]:
        yield words.groups(by_mean[-1], by_mean[0])
    kinds = [one for one in KINDS if facts[f"lines.{one}.count"] != "0"]
    if kinds:
        yield words.lines(kinds)
