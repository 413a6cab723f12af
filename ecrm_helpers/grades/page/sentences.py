"""Analysis sentences, made only of words and of figures that stand in the report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers.grades.page.bands import bands
from ecrm_helpers.grades.page.facts import KINDS
from ecrm_helpers.grades.page.facts_items import discriminating_little, most_missed, worth_naming
from ecrm_helpers.grades.page.who import FEW, compared, groups
from ecrm_helpers.messages import report_sentences as words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
        *_outcomes(results, facts),
        *_parts(results, facts),
        *_tasks(results, facts),
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
        yield words.MEAN_BELOW if mean < middle else words.MEAN_ABOVE


def _outcomes(results: Results, facts: Mapping[str, str]) -> Iterator[str]:
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
    if len(known) > 1 and whole and not attained.lowest:
        yield words.EQUAL
    elif len(known) > 1:
        yield _weakest(known, facts, all_known=whole)
    yield from _students(known, results)


def _weakest(known: Sequence[OutcomeResult], facts: Mapping[str, str], *, all_known: bool) -> str:
    lowest = min(known, key=lambda one: one.value or Fraction(0))
    shown = facts[f"outcome.{lowest.outcome}.value"]
    alike = [one.outcome for one in known if facts[f"outcome.{one.outcome}.value"] == shown]
    return words.weakest(alike, _weakest_source(lowest), all_known=all_known)


def _weakest_source(one: OutcomeResult) -> int | None:
    """Find the source with the lowest share; None where it is not a single one."""
    shares = {index: source.share for index, source in enumerate(one.sources) if source.share is not None}
    lowest = [index for index, share in shares.items() if share == min(shares.values())]
    return lowest[0] if len(shares) > 1 and len(lowest) == 1 else None


def _students(known: Sequence[OutcomeResult], results: Results) -> Iterator[str]:
    threshold = results.attained.threshold
    own = {one.outcome: [value for value in one.students.values() if value is not None] for one in known}
    told = {name: values for name, values in own.items() if len(values) >= FEW}
    share = {name: sum(value < threshold for value in values) / len(values) for name, values in told.items()}
    if told and all(value >= threshold for values in own.values() for value in values):
        yield words.NOBODY_BELOW
    if any(share.values()):
        most = sorted((name for name in share if share[name]), key=lambda name: -share[name])
        yield words.below(most[:MOST_BELOW], more=len(most) > MOST_BELOW)
    many = [one.outcome for one in known if one.reached and share.get(one.outcome, 0) >= MANY]
    if many:
        yield words.reached_yet_many_below(many)


def _parts(results: Results, facts: Mapping[str, str]) -> Iterator[str]:
    course = results.listed.course
    told = [one.id for one in course.components if int(facts[f"component.{one.id}.n"]) >= FEW]
    means = {one: float(facts[f"component.{one}.mean"]) for one in told}
    if len(set(means.values())) > 1:
        yield words.components(_at(means, max(means.values())), _at(means, min(means.values())))
    spreads = {one: float(facts[f"component.{one}.sd"]) for one in told}
    if len(set(spreads.values())) > 1:
        yield words.widest(_at(spreads, max(spreads.values())))
    lacking = [
        one.id for one in course.components
        if facts[f"component.{one.id}.missing"] != "0"
        and (one.id in results.listed.weights or facts[f"component.{one.id}.n"] != "0")
    ]  # fmt: skip
    if lacking:
        yield words.missing(lacking)


def _at(figures: Mapping[str, float], value: float) -> list[str]:
    return [one for one, figure in figures.items() if figure == value]


def _tasks(results: Results, facts: Mapping[str, str]) -> Iterator[str]:
    hard = [f"items.{assignment}.{index}" for assignment, index in worth_naming(results)]
    shown = {key: facts[f"{key}.difficulty"] for key in hard}
    if len(hard) > 1 and len(set(shown.values())) == 1 and facts["items.count"] == str(len(hard)):
        yield words.alike(hard[0])
    elif hard:
        yield words.hardest([key for key in hard if shown[key] == shown[hard[0]]][:MOST_NAMED])
    little = discriminating_little(results)
    if hard and little:
        yield words.discriminating_little([key for key in little if key in hard][:MOST_NAMED])
    if most_missed(results):
        yield words.missed(list(range(len(most_missed(results))))[:MOST_NAMED])


def _rest(results: Results, facts: Mapping[str, str]) -> Iterator[str]:
    listed = results.listed
    count = len(groups(listed, compared(listed)))
    told = [index for index in range(count) if int(facts[f"group.{index}.n"]) >= FEW]
    means = {str(index): float(facts[f"group.{index}.mean"]) for index in told}
    if len(set(means.values())) > 1:
        yield words.groups(_at(means, max(means.values())), _at(means, min(means.values())))
    kinds = [one for one in KINDS if facts[f"lines.{one}.count"] != "0"]
    if kinds:
        yield words.lines(kinds)
