"""Students who attack: every attack succeeds against stock nbgrader and fails against us.

`tests/attacks` defines them, ``docs/attacks.md`` lists them. Stock nbgrader marks all attackers once, ours
twice: by ``nbgrader autograde`` and by ``ecrm mark``. Nothing is attacked but temporary courses with a home
and a stand-in for site-packages of their own; what an attack leaves running is ended.
"""

from __future__ import annotations

import csv
import re
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("the sandbox and these attacks are for Linux", allow_module_level=True)

import os
import pwd

from nbgrader.api import Gradebook
from nbgrader.exchange.default.collect import ExchangeCollect
from nbgrader.plugins.export import CsvExportPlugin
from openpyxl import load_workbook
from sqlalchemy.exc import SAWarning

from ecrm_helpers.grades.book import write_book, write_csv
from ecrm_helpers.grades.course import CourseData, results
from ecrm_helpers.grades.gradebook import read_gradebook
from ecrm_helpers.grades.people import People
from ecrm_helpers.grades.sheets import ScoreSheets
from ecrm_helpers.marking.collect.course import open_course
from ecrm_helpers.marking.collect.exchange import CollectFromExchange
from tests.attacks import forging, lasting, reading, saving, showing, spending, tampering
from tests.attacks.attack import BOUNDARIES, FULL, Attack, Seen
from tests.attacks.collecting import COLLECTED, FORMULA, Handed
from tests.attacks.own import OWN
from tests.attacks.runs import CLASSMATES, Place, hand_in, moved, new_place, run, services
from tests.sandboxing import needs_sandbox
from tests.test_grades_totals import course
from tests.test_grading_config import CONFIG

MODULES = (forging, reading, lasting, spending, saving, tampering, showing)
ATTACKS = {attack.name: attack for module in MODULES for attack in module.ATTACKS}
AGAINST_OURS = [Attack(name=name, boundary="judge", cells=cells, earned=earned, won=lambda _: False)
                for name, (cells, earned) in OWN.items()]  # fmt: skip
MARK = "from ecrm_helpers.cli import main; main(['mark', 'quiz', '--root', '.', '--workers', '2'])"
WAYS = {"nbgrader autograde": ("-m", "nbgrader", "autograde", "quiz"), "ecrm mark": ("-c", MARK)}


@dataclass(frozen=True)
class Outcome:
    """Whether an attack worked (or what kept us from telling), what the attacker and a classmate scored."""

    won: bool | str
    score: float
    classmate: float


def marked(
    place: Place, attacks: list[Attack], command: tuple[str, ...], *, ours: bool
) -> dict[str, Outcome]:
    """Hand in, mark, write feedback for those who attack it, and look what came of it at once."""
    hand_in(place, attacks, ours=ours)
    place = run(place, *command, check=False)
    quiet = [one.name for one in attacks if one.boundary != "feedback"]
    if len(quiet) < len(attacks):
        skip = f"--CourseDirectory.student_id_exclude={','.join([*quiet, *CLASSMATES])}"
        place = run(place, "-m", "nbgrader", "generate_feedback", "quiz", skip, check=False)
    found = {}
    for one in attacks:
        seen = Seen(place, one.name)
        classmate = seen.other(CLASSMATES[0]).score
        found[one.name] = Outcome(won=_won(one, seen), score=seen.score, classmate=classmate)
    return found


def _won(attack: Attack, seen: Seen) -> bool | str:
    try:
        return bool(attack.won(seen))
    except (OSError, LookupError) as error:  # not marked at all: the test of this attack fails, no other
        return repr(error)


@pytest.fixture(scope="module")
def stock(tmp_path_factory) -> dict[str, Outcome]:
    """Stock nbgrader, plain test cells: two courses side by side, and one for each who spoils the others'."""
    folder = tmp_path_factory.mktemp("stock")
    many = [one for one in ATTACKS.values() if not one.alone]
    groups = [many[::2], many[1::2], *([one] for one in ATTACKS.values() if one.alone)]
    with services() as port, ThreadPoolExecutor(2) as pool:
        template = new_place(folder / "template", port, ours=False)
        places = [moved(template, folder / f"course{number}", port) for number in range(len(groups))]
        command = ("-m", "nbgrader", "autograde", "quiz")
        jobs = [pool.submit(marked, place, group, command, ours=False)
                for place, group in zip(places, groups, strict=True)]  # fmt: skip
        return {name: outcome for job in jobs for name, outcome in job.result().items()}


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Place:
    """Our course with the assignment released."""
    return new_place(tmp_path_factory.mktemp("ours") / "template", 0, ours=True)


@pytest.fixture(scope="module")
def ours(template, tmp_path_factory) -> dict[str, dict[str, Outcome]]:
    """Our marking, everyone in one course: outcomes by way, both at the same time."""
    folder = tmp_path_factory.mktemp("ours")
    attacks = [*ATTACKS.values(), *AGAINST_OURS]

    def by(way: str) -> dict[str, Outcome]:
        with services() as port:
            place = moved(template, folder / way.replace(" ", "_"), port)
            return marked(place, attacks, WAYS[way], ours=True)

    with ThreadPoolExecutor(len(WAYS)) as pool:
        return dict(zip(WAYS, pool.map(by, WAYS), strict=True))


@pytest.mark.parametrize("name", ATTACKS)
def test_stock_nbgrader_is_beaten_by(stock, name):
    assert stock[name].won is True


@needs_sandbox
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ATTACKS)
def test_we_are_not_beaten_by(ours, name, way):
    assert ours[way][name] == Outcome(won=False, score=ATTACKS[name].earned, classmate=FULL)


@needs_sandbox
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", OWN)
def test_no_forged_record_or_frame_is_paid(ours, name, way):
    assert (ours[way][name].score, ours[way][name].classmate) == (OWN[name][1], FULL)


@pytest.fixture(scope="module")
def collect_from(tmp_path_factory, template):
    """A course and an exchange for each attack on the collector."""
    stock = new_place(tmp_path_factory.mktemp("stock") / "template", 0, ours=False)

    def collect(attack, collector) -> Handed:
        source = template if collector is CollectFromExchange else stock
        place = moved(source, tmp_path_factory.mktemp("collect") / "course", 0)
        handed = Handed(place, pwd.getpwuid(os.getuid()).pw_name)
        handed.inbound.mkdir(parents=True)
        attack.lay(handed)
        coursedir = open_course(place.root)
        coursedir.assignment_id = "quiz"
        made = collector(coursedir=coursedir)
        made.root = str(place.exchange)
        try:
            made.start()
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody's work is collected any more
            return replace(handed, failure=repr(error))
        return handed

    return collect


@pytest.mark.parametrize("attack", COLLECTED, ids=lambda attack: attack.name)
def test_stock_collector_is_beaten_by(collect_from, attack):
    assert attack.won(collect_from(attack, ExchangeCollect))


@pytest.mark.parametrize("attack", COLLECTED, ids=lambda attack: attack.name)
def test_our_collector_is_not_beaten_by(collect_from, attack):
    handed = collect_from(attack, CollectFromExchange)

    assert not handed.failure
    assert not attack.won(handed)


@pytest.fixture
def gradebook(tmp_path) -> Path:
    """A gradebook with a student whose name a spreadsheet runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's own models
        with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as book:
            book.add_assignment("quiz")
            book.add_student("001", first_name=FORMULA)
            CsvExportPlugin(to=str(tmp_path / "stock.csv")).export(book)
    return tmp_path / "gradebook.db"


def test_stock_export_is_beaten_by_a_formula(gradebook):
    with gradebook.with_name("stock.csv").open(encoding="utf-8", newline="") as file:
        assert FORMULA in list(csv.reader(file))[1]


def test_our_lists_are_not_beaten_by_a_formula(gradebook, tmp_path):
    data = CourseData(
        course(), read_gradebook(gradebook), ScoreSheets(), People(), (), (), (), CONFIG, tmp_path
    )
    found = results(data, made_on="2026-12-24")
    book = load_workbook(write_book(found, tmp_path / "ours.xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == FORMULA]

    assert {cell.data_type for cell in cells} == {"s"}
    with write_csv(found, tmp_path / "ours.csv").open(encoding="utf-8-sig", newline="") as file:
        assert f"'{FORMULA}" in list(csv.reader(file))[1]


def test_every_boundary_is_attacked():
    assert {one.boundary for one in (*ATTACKS.values(), *COLLECTED)} == set(BOUNDARIES)
    assert len(ATTACKS) + len(COLLECTED) >= 40


def test_the_table_lists_these_attacks_and_no_others():
    text = (Path(__file__).parents[1] / "docs" / "attacks.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| (\w+) \|", text, re.MULTILINE)

    assert listed == [(one.name, one.boundary) for one in (*COLLECTED, *ATTACKS.values())] + [
        ("name_is_a_formula", "save")
    ]
    assert re.findall(r"^\| `(\w+)` \| [^|]+ \|$", text, re.MULTILINE) == list(OWN)
