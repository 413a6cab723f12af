"""Names of our classes that a course's ``nbgrader_config.py`` may still have from before they moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["renamed_in"]

_PLACE: Final = "ecrm_helpers.marking."
_MOVED: Final = {
    "snapshot.ReleaseExporter": "seams.snapshot.ReleaseExporter",
    "rebuild.RebuildExporter": "seams.rebuild.RebuildExporter",
    "execute.ExecuteSubmission": "seams.execute.ExecuteSubmission",
    "judge.JudgeAnswers": "seams.judge.JudgeAnswers",
    "judge.SaveScores": "seams.saving.SaveScores",
    "saving.SaveScores": "seams.saving.SaveScores",
    "release.ReleaseFeedback": "seams.release.ReleaseFeedback",
    "showing.CleanStudentWork": "pages.showing.CleanStudentWork",
    "feedback_page.FeedbackExporter": "pages.feedback.FeedbackExporter",
}


def renamed_in(config: Any) -> dict[str, str]:
    """Return the old names that a Config sets, and what each is called now.

    Examples
    --------
    >>> renamed_in({"Autograde": {"exporter_class": "ecrm_helpers.marking.rebuild.RebuildExporter"}})
    {'ecrm_helpers.marking.rebuild.RebuildExporter': 'ecrm_helpers.marking.seams.rebuild.RebuildExporter'}
    """
    told = (text for text in _texts(config) if text.startswith(_PLACE))
    return {text: _PLACE + _MOVED[end] for text in told if (end := text.removeprefix(_PLACE)) in _MOVED}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
