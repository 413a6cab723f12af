"""What the formgrader's buttons start, and what the server extension tells Jupyter."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ecrm_helpers.marking.seams import aside, formgrader, server


def run(*arguments, folder="."):
    return asyncio.run(aside.run_aside(arguments, str(folder)))


def test_a_process_that_ends_well_is_a_success_with_its_log():
    assert run("-c", "print('好')") == {"success": True, "log": "好\n"}


def test_a_process_that_fails_is_told_with_its_log():
    result = run("-c", "import sys; print('日志'); sys.exit(3)")

    assert result["success"] is False
    assert result["log"] == "日志\n"
    assert "退出码 3" in result["error"]
    assert result["error"].splitlines()[-1].startswith("提示：")


def test_the_server_goes_on_while_a_process_works_and_two_take_turns():
    order = []

    async def both():
        async def answer():
            for _ in range(3):
                await asyncio.sleep(0)
                order.append("answered")

        first = asyncio.create_task(aside.run_aside(["-c", "import time; time.sleep(0.3); print(1)"], "."))
        await asyncio.sleep(0.05)
        second = asyncio.create_task(aside.run_aside(["-c", "print(2)"], "."))
        first.add_done_callback(lambda _: order.append("first"))
        second.add_done_callback(lambda _: order.append("second"))
        await asyncio.gather(answer(), first, second)
        await asyncio.sleep(0)

    asyncio.run(both())

    assert order == ["answered"] * 3 + ["first", "second"]


@pytest.mark.parametrize(
    "name", ["--force", "-x", "*", "s00?", "[ab]", "a/b", "..\\x", "", "a\nb", "x" * 200, "..", ".git"]
)
def test_names_that_are_options_patterns_or_paths_go_to_no_command_line(name):
    assert aside._NAME.fullmatch(name) is None


def test_plain_names_do():
    assert all(aside._NAME.fullmatch(name) for name in ("s001", "0202601", "陈小明", "unit3_segments", "a b"))


def test_the_extension_that_the_settings_name_is_this_one():
    settings = Path(server.__file__).parent / "server_settings/ecrm_marking.json"
    named = json.loads(settings.read_text(encoding="utf-8"))["ServerApp"]["jpserver_extensions"]

    assert named == {point["module"]: True for point in server._jupyter_server_extension_points()}
    # Jupyter loads extensions by name: ours must be found before nbgrader's.
    assert next(iter(named)) < "nbgrader.server_extensions.formgrader"


# As a Jupyter server does it; what it says tells what was added, and what was imported for it.
LOADING = """
import sys
from types import SimpleNamespace
from jupyter_server.extension.manager import ExtensionPackage
known = set(sys.modules)
{block}
added = []
app = SimpleNamespace(settings={{"base_url": "/"}}, add_handlers=lambda host, rules: added.extend(rules))
server = SimpleNamespace(web_app=app, jpserver_extensions={enabled})
package = ExtensionPackage(name="ecrm_helpers.marking.seams.server", enabled=True)
assert package.validate()
package.load_all_points(server)
heavy = {{"nbgrader", "nbformat", "nbconvert", "sqlalchemy", "pandas", "numpy", "matplotlib", "nh3"}}
print(len(added), sorted(heavy & {{name for name in set(sys.modules) - known if sys.modules[name]}}))
"""
FORMGRADER = "nbgrader.server_extensions.formgrader"
BLOCK = "sys.modules.update(dict.fromkeys(('nbgrader', 'sqlalchemy', 'nh3', 'mistune', 'click')))"


def loaded(enabled, block=""):
    code = LOADING.format(enabled=enabled, block=block)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("enabled", "block"),
    [
        ({}, ""),
        ({FORMGRADER: False, "nbgrader.server_extensions.assignment_list": True}, ""),
        ({}, BLOCK),
        ({FORMGRADER: True}, BLOCK),
    ],
    ids=["no_nbgrader_wanted", "students_hub", "base_install", "settings_left_behind"],
)
def test_a_server_without_formgrader_loads_nothing(enabled, block):
    assert loaded(enabled, block) == "0 []"


@pytest.mark.parametrize("name", ["nbgrader", FORMGRADER])
def test_a_server_with_formgrader_gets_our_pages(name):
    assert loaded({name: True}).startswith("5 ['nbconvert', 'nbformat', 'nbgrader'")


def answering(path):
    """Who answers an address, as tornado tells."""
    import re  # noqa: PLC0415

    return next((made.__name__ for rule, made in formgrader.rules("/") if re.fullmatch(rule, path)), None)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/formgrader/submissions/a1", "GradingPage"),
        ("/formgrader/submissions/a1/", "GradingPage"),
        ("/formgrader/submissions//a1/", "GradingPage"),
        ("/formgrader/submissions/a1/attachments/x.svg", "SubmissionFile"),
        ("/formgrader/submissions//a1/attachments/x.svg", "SubmissionFile"),
        ("/formgrader/submissions///a1//x.html", "SubmissionFile"),
        ("/formgrader/submissions/a1/next.html", "SubmissionFile"),
        ("/formgrader/submissions/a1/next", None),
        ("/formgrader/submissions/a1/prev_incorrect/", None),
        ("/formgrader/gradebook/tiny", None),
    ],
)
def test_no_address_leads_to_a_file_past_ours(path, name):
    assert answering(path) == name
