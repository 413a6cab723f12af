"""Save what made a term's grades, check that it is still so, and delete it.

A snapshot is `terms/<name>/` in the course folder: copies under their own names, `grading_config.py`, and
`manifest.json` with the SHA-256 of every file. It is written aside and renamed, so it is whole or not there.
"""

from ecrm_helpers.grades.terms.deleting import Deletion, delete, plan_current, plan_term
from ecrm_helpers.grades.terms.saving import save_term
from ecrm_helpers.grades.terms.snapshots import Snapshot, saved_terms

__all__ = ["Deletion", "Snapshot", "delete", "plan_current", "plan_term", "save_term", "saved_terms"]
