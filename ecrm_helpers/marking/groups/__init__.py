"""Group assignments: one hand-in counts for the whole group, individual tasks stay individual.

The roster is ``groups/<assignment>.csv`` (or ``.xlsx``) in the course folder, one row per student:
组号, 学号, perhaps 分工 and 姓名. A task is individual where its grade cell's metadata say
``"ecrm": {"individual": true}``. `run.group_work` and `run.group_marks` apply this in a run.
"""

from ecrm_helpers.marking.groups.counting import GroupPlan, Groups, load_groups, share_outcome
from ecrm_helpers.marking.groups.marks import Change, Copy, Value, decide
from ecrm_helpers.marking.groups.roster import Member

__all__ = [
    "Change",
    "Copy",
    "GroupPlan",
    "Groups",
    "Member",
    "Value",
    "decide",
    "load_groups",
    "share_outcome",
]
