"""What the sandbox's warm process does once for all students leaves nothing that a student could meet."""

from __future__ import annotations

import os

import pytest
from IPython.core.interactiveshell import InteractiveShell
from ipywidgets.widgets.widget import _instances

from ecrm_helpers import cases
from ecrm_helpers.marking.sandbox import Sandbox
from ecrm_helpers.marking.sandbox.rehearsal import rehearse_course
from tests.sandboxing import needs_sandbox


class Formats:
    """Stands in for the shell's formatter, and counts."""

    def __init__(self):
        self.shown = []

    def format(self, what):
        self.shown.append(type(what).__name__)


class Shell:
    def __init__(self):
        self.display_formatter = Formats()


@pytest.mark.parametrize(("course", "explorers"), [("crossborder_crm", 2), ("ecommerce_crm", 2), ("own", 0)])
def test_a_rehearsal_shows_a_shop_and_forgets_it(course, explorers, capfd):
    widgets, variables = len(_instances), dict(os.environ)
    shell = Shell()
    rehearse_course(course, shell)
    shown = shell.display_formatter.shown
    assert sum(name.endswith("Explorer") for name in shown) == explorers
    assert shown.count("Shown") >= (5 if explorers else 0)
    assert len(_instances) == widgets
    assert dict(os.environ) == variables
    assert capfd.readouterr() == ("", "")


def test_a_shop_without_a_case_is_no_reason_to_stop(monkeypatch):
    def nobody(shop):
        cases.draw(shop, label="x", ids=[])
        return cases.drawing.first(shop, "x", [])

    monkeypatch.setattr(cases, "hand_orders", nobody)
    shell = Shell()
    rehearse_course("crossborder_crm", shell)
    assert "RFMExplorer" in shell.display_formatter.shown


def test_it_formats_with_a_real_shell():
    rehearse_course("crossborder_crm", InteractiveShell())


@needs_sandbox
def test_a_course_without_a_shop_of_ours_has_a_sandbox_too():
    with Sandbox(course="own") as sandbox:
        (run,) = sandbox.run(cells=[(0, "1 + 1")], student_id="s1")
    assert run.status == "ok"
    assert run.outputs[0]["data"]["text/plain"] == "2"
