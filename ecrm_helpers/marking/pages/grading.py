"""The page on which a teacher marks a notebook by hand: nbgrader's own scripts on cleaned parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecrm_helpers.marking.pages.feedback import environment
from ecrm_helpers.marking.pages.parts import parts_of
from ecrm_helpers.marking.pages.showing import CleanStudentWork
from ecrm_helpers.messages import feedback as say

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["grading_page"]


def grading_page(path: Path, **told: Any) -> str:
    """Return the page of one marked notebook.

    Parameters
    ----------
    path : Path
        The marked notebook.
    **told : Any
        ``nonce``, ``base_url``, ``submission_id``, ``assignment``, ``notebook``, ``notebook_path``,
        ``index``, ``total``, ``student`` and ``names`` (family name, given name).
    """
    import nbformat  # noqa: PLC0415 - a second to import

    cleaned, _ = CleanStudentWork().preprocess(nbformat.read(path, as_version=4), {})
    notes = cleaned.metadata["ecrm"].get("notes", [])
    known = "".join(name for name in told["names"] if name)
    return str(
        environment().get_template("grading.html.j2").render(
            say=say,
            parts=parts_of(cleaned, {}, {}, for_teacher=True),
            notes=[note for note in notes if isinstance(note, str)] if isinstance(notes, list) else [],
            name=f"{known}（{told['student']}）" if known else told["student"],
            **told,
        )
    )  # fmt: skip
