"""Every formula gives the value it was written with: LibreOffice computes whole workbooks anew."""

from dataclasses import replace
from fractions import Fraction

import pytest
from xlsxwriter import Workbook

from ecrm_helpers.grades import CountIn, Formative, GiveRest, RoundHalfUp, State
from ecrm_helpers.grades.book import write_book
from ecrm_helpers.grades.book.formulas import rounded
from ecrm_helpers.grades.config import load_course
from tests.gradingresults import CONFIG, results, scheme
from tests.recalculating import SOFFICE, recalculated

pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")

STATES = {
    **scheme().states,
    "缺考": State(total="none", attainment=False),
    "借读": State(total="zero", attainment=True),
}
SUMMED = tuple(
    replace(one, combine=scheme().components[0].combine) if one.id == "X2" else one
    for one in scheme().components
)
COURSES = {
    "waits": scheme(),
    "zero": scheme(missing="zero"),
    "left_out": scheme(missing="leave_out", rounding=RoundHalfUp(components=2, total=1)),
    "rest_to_lab2": scheme(gap=GiveRest(to="LAB2"), missing="zero", states=STATES, levels={}, office={}),
    "report_holds_the_exercises": scheme(unit_exercises=CountIn("X3", share=20), missing="leave_out"),
    "only_exercises": scheme(unit_exercises=CountIn("X1.互动", share=100), gap=GiveRest(to="X4")),
    "practice_only": scheme(
        unit_exercises=Formative(), office={"考号": "学号", "等级": "等级", "组": "组号"}
    ),
    "summed_parts": scheme(components=SUMMED, missing="leave_out"),
    "crossborder_crm": load_course(CONFIG, "crossborder_crm"),
    "ecommerce_crm": replace(load_course(CONFIG, "ecommerce_crm"), missing="zero"),
}
# Totals of exactly k + 1/2, as a ninetieth of the weight gives them, which no binary sum hits exactly.
HALVES = [(Fraction(k, 2), Fraction(w, 90)) for k in range(1, 200, 2) for w in (10, 25, 30)]
NEAR = [Fraction(one) for one in ("84.49999999", "84.50000001", "84.4999999", "0.4999999", "99.5")]


@pytest.fixture(scope="module")
def computed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("books")
    paths = [
        write_book(results(course, students=30, seed=len(name)), folder / f"{name}.xlsx")
        for name, course in COURSES.items()
    ]
    return recalculated([*paths, _rounding(folder / "rounding.xlsx"), _wrong(folder / "wrong.xlsx")], folder)


def _rounding(path):
    rounding = RoundHalfUp(components=1, total=0)
    file = Workbook(path)
    sheet = file.add_worksheet()
    cases = [(f"{float(value / weight)!r}*{float(weight)!r}", value) for value, weight in HALVES]
    cases += [(repr(float(value)), value) for value in NEAR]
    for row, (term, value) in enumerate(cases):
        for digits in (0, 1):
            shown = float(rounding.shown(value, digits=digits))
            sheet.write_formula(row, digits, f"={rounded(term, digits)}", None, shown)
    file.close()
    return path


def _wrong(path):
    file = Workbook(path)
    file.add_worksheet("a").write_formula(0, 0, "=1+1", None, 3)
    file.close()
    return path


def alike(written, anew):
    if isinstance(written, int | float) and isinstance(anew, int | float):
        return abs(written - anew) < 1e-9
    return written == anew


@pytest.mark.parametrize("name", COURSES)
def test_a_messy_class_of_thirty_by_every_policy(name, computed):
    assert {where: pair for where, pair in computed[name].items() if not alike(*pair)} == {}
    assert len(computed[name]) > 500


def test_rounding_in_the_sheet_is_rounding_half_up(computed):
    assert len(computed["rounding"]) == 2 * (len(HALVES) + len(NEAR))
    assert [pair for pair in computed["rounding"].values() if pair[0] != pair[1]] == []


def test_a_formula_with_a_wrong_value_would_be_found(computed):
    assert computed["wrong"] == {("a", "A1"): (3, 2)}
