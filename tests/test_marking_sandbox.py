"""The sandbox runs cells as a notebook does, and every limit bites."""

from __future__ import annotations

import pytest

from ecrm_helpers.marking.sandbox import Limits, Sandbox
from tests.sandboxing import needs_sandbox

pytestmark = needs_sandbox


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(limits=Limits(cell_seconds=20)) as made:
        yield made


def test_outputs_are_those_of_a_notebook(sandbox):
    cells = [
        "x = 20\nprint('hello')",
        "x + 1",
        "1 / 0",
        "from IPython.display import HTML, display\ndisplay(HTML('<b>b</b>'))",
    ]

    runs = sandbox.run(cells=list(enumerate(cells)), student_id="s001")

    assert [run.status for run in runs] == ["ok", "ok", "error", "ok"]
    assert runs[0].outputs == [{"output_type": "stream", "name": "stdout", "text": "hello\n"}]
    assert runs[1].outputs == [
        {"output_type": "execute_result", "data": {"text/plain": "21"}, "metadata": {}, "execution_count": 2}
    ]
    assert runs[2].outputs[0]["ename"] == "ZeroDivisionError"
    assert runs[3].outputs[0]["data"]["text/html"] == "<b>b</b>"
