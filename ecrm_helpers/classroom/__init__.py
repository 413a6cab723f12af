"""A simulated class that goes through the whole instructor cycle in a scratch folder.

Release, hand in, collect, mark, feedback and grades run on nbgrader's own programs with the course's own
`nbgrader_config.py`; only the students are made up.
"""

from ecrm_helpers.classroom.cycle import run_class
from ecrm_helpers.classroom.results import ClassRun
from ecrm_helpers.classroom.students import CLASS_OF_24, Student, roster

__all__ = ["CLASS_OF_24", "ClassRun", "Student", "roster", "run_class"]
