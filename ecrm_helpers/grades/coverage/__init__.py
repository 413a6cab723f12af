"""What the courseware covers: sections, graded tasks, the objectives they serve, and the hours they take."""

from ecrm_helpers.grades.coverage.tasks import graded_tasks
from ecrm_helpers.grades.coverage.units import sections

__all__ = ["graded_tasks", "sections"]
