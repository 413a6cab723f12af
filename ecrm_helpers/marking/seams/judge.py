"""Third seam: from the outputs of the grade cells to points, decided in a process of their own.

`JudgeAnswers` is `findings.judge_notebook` as a preprocessor of nbgrader, which also tells the teacher what
waits.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Float

from ecrm_helpers.marking.judge.findings import Finding, judge_notebook
from ecrm_helpers.marking.records.teacher_log import tell_teacher

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Finding", "JudgeAnswers", "judge_notebook"]


class JudgeAnswers(NbGraderPreprocessor):
    """Scores the answer cells of an executed submission."""

    seconds_per_task = Float(10.0, help="Seconds a judge may take for one answer.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Replace the outputs of every answer cell by points and message."""
        told = resources["nbgrader"]
        coursedir = self.parent.parent.coursedir
        folder = Path(coursedir.format_path(coursedir.source_directory, ".", told["assignment"])).resolve()
        findings = judge_notebook(
            nb,
            # The folder of the solutions, not nbgrader's course id: a school names its runs as it likes.
            course=folder.parent.name,
            assignment=told["assignment"],
            student=told["student"],
            marking=folder / "marking.py",
            seconds=self.seconds_per_task,
        )
        broken = next((finding for finding in findings if finding.broken), None)
        if broken is not None:
            # Once, not for every task; saving keeps an older result.
            nb.metadata["ecrm"] = {**nb.metadata.get("ecrm", {}), "broken": True}
            self._tell_teacher(told, replace(broken, grade_id="marking.py", status="broken"))
        for finding in findings if broken is None else ():
            if finding.waits:
                self._tell_teacher(told, finding)
        forgeable = nb.metadata.get("ecrm", {}).get("forgeable", [])
        if forgeable:
            self.log.warning(
                "%s: scored by the student's own process, forgeable: %s",
                told["notebook"],
                ", ".join(forgeable),
            )
        return nb, resources

    def _tell_teacher(self, told: dict[str, str], finding: Finding) -> None:
        names = [told[name] for name in ("assignment", "student", "notebook")]
        line = [*names, finding.grade_id, finding.status, finding.owner or "", finding.log[-1_500:]]
        self.log.warning("for the teacher: %s", " ".join(line))
        tell_teacher(Path(self.parent.parent.coursedir.root), [line])
