"""Whatever the scheme: totals stay in range, weights scale, order is nothing, every total can be rebuilt."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from ecrm_helpers.grades import (
    Component,
    CountIn,
    Formative,
    Late,
    Part,
    Product,
    Resubmit,
    Rubric,
    ScaleTo100,
    WeightedSum,
)
from ecrm_helpers.grades.gradebook import Gradebook
from ecrm_helpers.grades.people import People
from ecrm_helpers.grades.record import Override, Person
from ecrm_helpers.grades.sheets import Entry, ScoreSheets
from ecrm_helpers.grades.totals import class_list
from tests.gradingclass import course, gradebook

FEW = settings(max_examples=60, deadline=None)
EXERCISES = ("unit1", "unit2")
STUDENTS = ("1", "2", "3")
STATES = ("正常", "缓考", "缺考", "重修")
hundredths = st.integers(0, 10_000).map(lambda units: Fraction(units, 100))
minutes = st.integers(-500, 30_000).map(lambda count: dt.timedelta(minutes=max(0, count)))
lates = st.builds(
    Late,
    per_day=st.integers(0, 40),
    most=st.integers(0, 100),
    grace_minutes=st.integers(0, 60),
    refuse_after_days=st.none() | st.integers(1, 9),
)
resubmits = st.builds(
    Resubmit,
    free=st.integers(0, 3),
    per_extra=st.integers(0, 30),
    most=st.integers(0, 100),
    cap=st.integers(0, 100),
)


@st.composite
def parts(draw, source):
    share = draw(st.integers(1, 99))
    return tuple(
        Part(name, portion, by=draw(source)) for name, portion in (("甲", share), ("乙", 100 - share))
    )


@st.composite
def rubrics(draw):
    first = draw(st.integers(1, 99))
    return Rubric({"选题": first, "论证": 100 - first})


@st.composite
def schemes(draw):
    """One to four components: a mark, a rubric, weighted parts or a product; exercises in one or in none."""
    components = []
    for number in range(draw(st.integers(1, 4))):
        one = Component(f"K{number}", f"第{number}项", draw(st.integers(1, 60)))
        kind = draw(st.sampled_from(["score", "rubric", "sum", "product"]))
        if kind == "rubric":
            one = replace(one, by=draw(rubrics()))
        if kind in {"sum", "product"}:
            source = st.just(one.by) | rubrics()
            combine = Product() if kind == "product" else WeightedSum()
            one = replace(one, parts=draw(parts(source)), combine=combine)
        components.append(one)
    scheme = course(
        *components,
        exercises=EXERCISES,
        gap=ScaleTo100(),
        missing=draw(st.sampled_from(["pending", "zero", "leave_out"])),
    )
    targets = st.builds(CountIn, st.sampled_from(sorted(scheme.leaves())), st.integers(1, 100))
    places = [*scheme.leaves(), *EXERCISES, "单元练习"]
    return replace(
        scheme,
        unit_exercises=draw(targets | st.just(Formative())),
        late=draw(st.dictionaries(st.sampled_from(places), lates, max_size=3)),
        resubmit=draw(st.dictionaries(st.sampled_from(places), resubmits, max_size=3)),
    )


@st.composite
def classes(draw):
    """A scheme, a gradebook, score sheets with holes, a roster with states, now and then an override."""
    scheme = draw(schemes())
    hand_ins = [
        (
            student,
            name,
            tuple(draw(st.integers(0, 12)) / 2 for _ in range(2)),
            {"late_by": draw(minutes), "attempts": draw(st.integers(1, 9))},
        )
        for student in STUDENTS
        for name in EXERCISES
        if draw(st.booleans())
    ]
    book = gradebook(*hand_ins) if hand_ins else None
    places = [place for place in scheme.places() if not scheme.places()[place][0].parts or "." in place]
    entries = {
        student: {
            place: Entry(draw(hundredths), "", "", late_days=Fraction(draw(st.integers(0, 3))))
            for place in places
            if draw(st.integers(0, 5))
        }
        for student in STUDENTS
    }
    people = People({one: Person(one, one, state=draw(st.sampled_from(STATES))) for one in STUDENTS})
    changed = draw(st.lists(st.tuples(st.sampled_from(STUDENTS), st.sampled_from(places)), max_size=2))
    overrides = tuple(
        Override(one, place, draw(hundredths), "王", "2026-12-01", "复核") for one, place in changed
    )
    return scheme, book, ScoreSheets({}, entries), people, overrides


def computed(scheme, book, scores, people, overrides):
    return class_list(scheme, book, scores, people=people, overrides=overrides)


def totals(found):
    return {row.student_id: (row.total, row.shown_total, row.level) for row in found.rows}


@FEW
@given(classes())
def test_every_mark_stays_between_0_and_100(known):
    for row in computed(*known).rows:
        assert all(mark.value is None or 0 <= mark.value <= 100 for mark in row.marks.values())


@FEW
@given(classes(), st.integers(2, 9))
def test_scaling_every_weight_leaves_every_total(known, factor):
    scheme, *rest = known
    larger = [replace(one, weight=one.weight * factor) for one in scheme.components]
    scaled = replace(scheme, components=larger)
    assert totals(computed(scheme, *rest)) == totals(computed(scaled, *rest))


@FEW
@given(classes(), st.randoms(use_true_random=False))
def test_order_changes_nothing(known, dice):
    scheme, book, scores, people, overrides = known

    def shuffled(items):
        return dict(dice.sample(list(items.items()), len(items)))

    def rows(frame):
        return frame.iloc[dice.sample(range(len(frame)), len(frame))]

    other_book = book and Gradebook(
        shuffled(book.names), rows(book.tasks), rows(book.marks), rows(book.submissions)
    )
    other_scores = ScoreSheets({}, shuffled({one: shuffled(own) for one, own in scores.entries.items()}))
    other_people = People(shuffled(people.people))
    before = computed(scheme, book, scores, people, overrides)
    after = computed(scheme, other_book, other_scores, other_people, overrides)
    assert {row.student_id: row.marks for row in before.rows} == {
        row.student_id: row.marks for row in after.rows
    }


@FEW
@given(classes())
def test_a_deduction_never_raises_a_mark(known):
    scheme, book, scores, people, _ = known
    free = replace(scheme, late={}, resubmit={})
    lenient = {row.student_id: row for row in computed(free, book, scores, people, ()).rows}
    for row in computed(scheme, book, scores, people, ()).rows:
        for line in row.lines:
            assert line.kind not in {"late", "attempts"} or line.points <= 0
        for place, mark in row.marks.items():
            without = lenient[row.student_id].marks[place].value
            assert (mark.value is None) == (without is None)
            assert mark.value is None or mark.value <= without


@FEW
@given(classes())
def test_every_mark_can_be_rebuilt_from_its_parts_and_its_lines(known):
    found = computed(*known)
    for row in found.rows:
        for place, node in found.plan.items():
            mark = row.marks[place]
            start = mark.before if mark.lines else mark.value
            if node.kind in {"sum", "product"}:
                assert start == rebuilt(found, row, node)
            changes = [line.points for line in mark.lines]
            if start is not None and mark.value is not None and None not in changes:
                assert start + sum(changes) == mark.value


def rebuilt(found, row, node):
    """The rule of the plan in its plainest words."""
    values = [(weight, row.marks[place].value) for place, weight in node.parts]
    policy = found.course.missing
    if node.kind == "product":
        (_, first), (_, second) = values
        if first is None or second is None:
            return 0 if policy == "zero" else None
        return first * second / 100
    if policy == "zero":
        values = [(weight, value or 0) for weight, value in values]
    if policy == "leave_out":
        values = [(weight, value) for weight, value in values if value is not None]
    if not values or any(value is None for _, value in values):
        return None
    return sum(weight * value for weight, value in values) / sum(weight for weight, _ in values)
