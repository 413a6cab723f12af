"""Who is in a class: roster, states, groups, contribution, and marks put in place of computed ones.

`read_people` and `read_overrides` read a course folder; `importing`, `forming` and `overriding` write it for
`ecrm roster`. Ids are compared after NFKC and lower-casing and printed as the school writes them.
"""

from ecrm_helpers.grades.people.folder import People, read_people
from ecrm_helpers.grades.people.overrides import read_overrides

__all__ = ["People", "read_overrides", "read_people"]
