"""Third seam: from the outputs of the grade cells to points, decided in a process of their own.

`JudgeAnswers` is `findings.judge_notebook` as a preprocessor of nbgrader, which also tells the teacher what
waits.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Float

from ecrm_helpers.marking.findings import Finding, judge_notebook

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
        for finding in findings:
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
        line = (
            f"{told['assignment']}\t{told['student']}\t{told['notebook']}\t{finding.grade_id}"
            f"\t{finding.status}\t{finding.owner or ''}\t{' '.join(finding.log.split())[-1500:]}"
        )
        self.log.warning("for the teacher: %s", line)
        path = Path(self.parent.parent.coursedir.root) / "marking.log"
        with path.open("a", encoding="utf-8") as log:
            log.write(line + "\n")
