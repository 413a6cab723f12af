"""Pages that go out: the attainment report a teacher hands in, and one page per student.

Every page is one file: no script, no request to anywhere, styles and charts inside.
"""

from ecrm_helpers.grades.page.report import write_report
from ecrm_helpers.grades.page.students import stale_pages, write_students

__all__ = ["stale_pages", "write_report", "write_students"]
