"""nbgrader's configuration of this course: run nbgrader in this folder, or from JupyterLab's formgrader.

Plain values only. An error in this file is merely logged, nbgrader then runs on with its defaults (answer(…)
refuses those: a whole class gets 0), so nothing here may fail: no environment variable, no import of ours.
Classes are named by strings and imported when nbgrader uses them.
"""

import os
import sys

# nbgrader calls alembic by name; without the environment's own folder on PATH it fails unless activated.
_commands = os.path.join(sys.prefix, "Scripts" if os.name == "nt" else "bin")  # noqa: PTH118
os.environ["PATH"] = os.pathsep.join([_commands, os.environ.get("PATH", os.defpath)])

c = get_config()

c.CourseDirectory.course_id = "crossborder_crm"

# The instructor's notebooks and the students' versions are shared by every run of the course.
c.CourseDirectory.source_directory = "../../solutions/crossborder_crm"
c.CourseDirectory.release_directory = "../../exercises/crossborder_crm"
# Students' work is personal data: it stays in this folder, which git ignores.
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback"

# Setting the list replaces nbgrader's own, so its entries come first. marking.py must never be released,
# nor what its judges alone may read: call such files answers….csv or marking_….
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "marking.py",
    "marking_*",
    "answers*.csv",
    ".DS_Store",
    "Thumbs.db",
]

# What replaces a solution. Code cells keep their line marked 改这里; a text answer has a cell of its own.
c.ClearSolutions.code_stub = {"python": "# 只改写着“改这里”的地方，改完运行这一格"}
c.ClearSolutions.text_stub = "（双击这里，删掉这一行，写下你的回答。）"

# Release: rehearse aside before anything is replaced, keep a snapshot for rebuilding submissions.
c.GenerateAssignment.exporter_class = "ecrm_helpers.marking.seams.snapshot.ReleaseExporter"

# Collect: owners and the file system are believed, names and students' timestamps are not. Where all students
# share one account (some hubs), add c.ExchangeCollect.check_owner = False; then anyone can hand in as anyone.
c.ExchangeFactory.collect = "ecrm_helpers.marking.collect.exchange.CollectFromExchange"

# Marking, first seam: rebuild each submission from its bytes.
c.Autograde.exporter_class = "ecrm_helpers.marking.seams.rebuild.RebuildExporter"
# nbgrader's own list: the rebuilt notebook is checked against the gradebook once more.
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# Second and third seam: execute, judge. Nothing may stand between judging and saving that writes outputs.
c.Autograde.autograde_preprocessors = [
    "ecrm_helpers.marking.seams.execute.ExecuteSubmission",
    "ecrm_helpers.marking.seams.judge.JudgeAnswers",
    "nbgrader.preprocessors.LimitOutput",
    "ecrm_helpers.marking.seams.saving.SaveScores",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# True runs submissions without a sandbox, with the rights of whoever marks: for one's own notebooks only.
c.ExecuteSubmission.trusted = False
# Seconds: one cell, one submission, one judged answer.
c.ExecuteSubmission.timeout = 60
c.ExecuteSubmission.submission_timeout = 300
c.JudgeAnswers.seconds_per_task = 10.0
c.LimitOutput.max_lines = 300

# Feedback and the formgrader's page: whatever a student wrote is cleaned before it is shown.
c.HTMLExporter.preprocessors = ["ecrm_helpers.marking.pages.showing.CleanStudentWork"]
c.GenerateFeedback.exporter_class = "ecrm_helpers.marking.pages.feedback.FeedbackExporter"
c.ExchangeFactory.release_feedback = "ecrm_helpers.marking.seams.release.ReleaseFeedback"
# True: until a student's work is due, feedback says what was received, but no points and no messages. After
# the deadline generate it again with --force. An assignment without a deadline is not held.
c.MarkingPolicy.hold_messages = False
# How many different hand-ins of one student are marked, whichever way; 0: all of them.
c.MarkingPolicy.attempts = 0
