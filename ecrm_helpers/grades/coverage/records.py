"""What the courseware itself says: sections of the units, tasks of the assignments, and what they serve."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GradedTask", "Section"]


@dataclass(frozen=True)
class Section:
    """One section of a unit notebook.

    Attributes
    ----------
    notebook, id, title : str
        File name without suffix, `metadata.ecrm.section`, its heading without number and minutes.
    kind : {'theory', 'practice', ''}
    minutes : int
        0 where the notebook gives none.
    objectives : tuple of str
        Every id that a cell of the section names.
    """

    notebook: str
    id: str
    title: str
    kind: str
    minutes: int
    objectives: tuple[str, ...]


@dataclass(frozen=True)
class GradedTask:
    """One graded cell of an assignment.

    Attributes
    ----------
    assignment, notebook, task : str
        As in the gradebook: `task` is the grade_id.
    title : str
        The heading of its question, without points and minutes: 第 1 题　先看清这张表.
    points : float
    objectives : tuple of str
        Ids its cell names, outcomes such as LO351 among them.
    manual : bool
        Marked by a teacher.
    """

    assignment: str
    notebook: str
    task: str
    title: str
    points: float
    objectives: tuple[str, ...]
    manual: bool
