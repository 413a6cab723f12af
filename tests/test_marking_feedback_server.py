"""What the formgrader's buttons start, and what the server extension tells Jupyter."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from ecrm_helpers.marking import aside, server


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
    "name", ["--force", "-x", "*", "s00?", "[ab]", "a/b", "..\\x", "", "a\nb", "x" * 200]
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
