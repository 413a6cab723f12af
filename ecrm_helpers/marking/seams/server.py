"""Puts our pages before those of nbgrader's formgrader on a Jupyter server.

Enabled by ``jupyter_server_config.d/ecrm_marking.json`` wherever this package is installed, so on students'
servers, too: nothing is imported and nothing is changed where no formgrader runs. Jupyter loads extensions by
name, ours before nbgrader's, so that our addresses are found first.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Final

__all__: list[str] = []  # Jupyter finds its two functions by their names

# Under which of these names the formgrader was switched on depends on who did it.
_FORMGRADER: Final = ("nbgrader", "nbgrader.server_extensions", "nbgrader.server_extensions.formgrader")


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "ecrm_helpers.marking.seams.server"}]


def _load_jupyter_server_extension(serverapp: Any) -> None:
    wanted = any(serverapp.jpserver_extensions.get(name, False) for name in _FORMGRADER)
    if not wanted or find_spec("nbgrader") is None:
        return
    from ecrm_helpers.marking.seams.formgrader import rules  # noqa: PLC0415 - two seconds to import

    serverapp.web_app.add_handlers(".*$", rules(serverapp.web_app.settings["base_url"]))
