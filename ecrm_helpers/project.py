"""Find the courseware's own folder: where grading_config.py, solutions/ and courses/ stand."""

from __future__ import annotations

from pathlib import Path

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import cli as messages

__all__ = ["MARK", "find_project"]

MARK = "grading_config.py"


def find_project(start: Path | None = None) -> Path:
    """Return the nearest folder at or above `start` that holds grading_config.py.

    Parameters
    ----------
    start : Path, optional
        The working directory by default; then the folder this package is run from.

    Raises
    ------
    SettingsError
        Neither is inside the courseware, for instance where only the wheel is installed.
    """
    places = [(start or Path.cwd()).resolve(), Path(__file__).resolve().parent]
    for place in places:
        for folder in (place, *place.parents):
            if (folder / MARK).is_file():
                return folder
    message = messages.no_project(places[0])
    raise SettingsError(message)
