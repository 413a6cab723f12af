"""Every total and every attainment can be rebuilt from the workbook alone, in plain Python."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from ecrm_helpers.grades.book import write_book
from tests.gradingresults import results, scheme

POLICIES = ("pending", "zero", "leave_out")


def number(value):
    return value if isinstance(value, int | float) else None


def section(sheet, title):
    """Rows of a titled table, without its heading, up to the first empty row."""
    rows = list(sheet.iter_rows(values_only=True))
    start = next(at for at, row in enumerate(rows) if str(row[0]).startswith(title))
    end = next((at for at, row in enumerate(rows) if at > start and row[0] is None), len(rows))
    return rows[start + 2 : end]


def combined(pairs, missing):
    known = [(weight, value) for weight, value in pairs if value is not None]
    whole = sum(weight for weight, _ in (known if missing == "leave_out" else pairs))
    if not whole or (missing == "pending" and len(known) < len(pairs)):
        return None
    return sum(weight * value for weight, value in known) / whole


def multiplied(first, second, missing):
    if first is None or second is None:
        return 0 if missing == "zero" else None
    return first * second / 100


def half_up(value, digits):
    exact = Decimal(repr(round(value, 9)))
    return float(exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def percents(book):
    """Percent by student and assignment, from points and full marks."""
    sheet, names = book["题目"], {}
    groups, name = defaultdict(list), None
    for column in range(3, sheet.max_column + 1):
        name = sheet.cell(4, column).value or name
        if sheet.cell(5, column).value not in {"得分", "百分制"}:
            groups[name].append(column)
    for row in range(7, sheet.max_row + 1):
        for name, columns in groups.items():
            points = [number(sheet.cell(row, column).value) for column in columns]
            full = sum(sheet.cell(6, column).value for column in columns)
            if any(point is not None for point in points):
                reached = sum(point or 0 for point in points) * 100 / full
                names[sheet.cell(row, 1).value, name] = max(0, min(100, reached))
    return names


def changes(book):
    """Points deducted and final marks put in place, by student and place."""
    deducted, changed = defaultdict(float), {}
    for student, _, place, kind, points, last, _ in book["扣分与改动"].iter_rows(min_row=5, values_only=True):
        if kind in {"迟交", "重交"}:
            deducted[student, place] += points
        if kind == "老师改动":
            changed[student, place] = last
    return deducted, changed


def places(sheet):
    """Place by column: under its title where they differ."""
    found = {}
    for column in range(3, sheet.max_column + 1):
        title, under = sheet.cell(4, column).value, str(sheet.cell(5, column).value)
        found[column] = under.split("\n", 1)[0] if "\n" in under else title
    return found


def combinations(book):
    """Parts with their shares, and the method, of every place that is made of others."""
    parts, methods = defaultdict(list), {}
    for place, method, part, _, share in section(book["口径"], "每一项由"):
        parts[place].append((part, share))
        methods[place] = method
    return parts, methods


def marks(book, missing):
    """Mark by student and place, from points, entered marks, deductions, sums and products."""
    parts, methods = combinations(book)
    deducted, changed = changes(book)
    percent, sheet = percents(book), book["分项"]
    found = {}
    for row in range(7, sheet.max_row + 1):
        student = sheet.cell(row, 1).value
        for column, place in places(sheet).items():
            key, of = (student, place), [(share, found.get((student, part))) for part, share in parts[place]]
            value = percent.get(key, number(sheet.cell(row, column).value))
            if of:
                product = "相乘" in methods[place]
                value = multiplied(*(one for _, one in of), missing) if product else combined(of, missing)
            if (of or key in percent) and value is not None:
                value += deducted[key]
            found[key] = changed.get(key, value)
    return found


def rebuilt(book, missing):
    """Total by student: weights, missing marks, state, rounding."""
    published = {row[0]: row[3] for row in section(book["口径"], "构成与占比")[:-1]}
    weights = {name: weight * 100 / sum(published.values()) for name, weight in published.items() if weight}
    effects = {row[0]: row[1] for row in section(book["口径"], "学生状态")}
    _, changed = changes(book)
    known, totals = marks(book, missing), {}
    for student, state in ((row[0], row[3]) for row in book["总评"].iter_rows(min_row=6, values_only=True)):
        value = combined([(weight, known[student, name]) for name, weight in weights.items()], missing)
        total = "缺" if value is None else half_up(value, 0)
        total = {"不出总评": state, "记 0 分": 0}.get(effects[state], total)
        totals[student] = half_up(changed[student, "总评"], 0) if (student, "总评") in changed else total
    return totals


def shown(book):
    sheet = book["总评"]
    column = next(cell.column for cell in sheet[4] if cell.value == "课程总评")
    return {sheet.cell(row, 1).value: sheet.cell(row, column).value for row in range(6, sheet.max_row + 1)}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), missing=st.sampled_from(POLICIES), students=st.integers(6, 40))
def test_every_total_can_be_rebuilt_from_the_workbook_alone(seed, missing, students, tmp_path):
    known = results(scheme(missing=missing), students=students, seed=seed)
    book = load_workbook(write_book(known, tmp_path / "a.xlsx"), data_only=True)
    assert rebuilt(book, missing) == shown(book)


@pytest.mark.parametrize("missing", POLICIES)
def test_every_attainment_can_be_rebuilt_from_the_workbook_alone(missing, tmp_path):
    known = results(scheme(missing=missing), students=40, seed=11)
    book = load_workbook(write_book(known, tmp_path / "a.xlsx"), data_only=True)
    sheet = book["个人达成度"]
    columns = {cell.value: cell.column for cell in sheet[5]}
    evidence = defaultdict(list)
    for outcome, label, weight, full, *_ in section(book["课程目标"], "证据：达成度"):
        evidence[outcome].append((weight, full, columns[label]))
    for outcome, _, value, _, reached, _, counted, _ in section(book["课程目标"], "课程目标达成度")[:-1]:
        rows = [
            row
            for row in range(7, sheet.max_row + 1)
            if number(sheet.cell(row, columns[outcome]).value) is not None
        ]
        assert len(rows) == counted
        means = []
        for weight, full, column in evidence[outcome]:
            own = [number(sheet.cell(row, column).value) for row in rows]
            own = [one or 0 for one in own] if missing == "zero" else [one for one in own if one is not None]
            means.append((weight, sum(own) / len(own) / full))
        assert value == pytest.approx(sum(weight * mean for weight, mean in means))
        assert reached == ("是" if value >= 0.6 else "否")
