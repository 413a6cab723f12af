"""What a task expects: small pure descriptions that read a student's value and say what is odd about it.

An expectation runs in the student's session, so it holds no answer: only the kind of value, its range and
its names. ``read`` never raises; it returns the value as plain data and, if something is wrong, the two
lines to show. A value that was understood is recorded even when it looks wrong, so that part marks remain
possible.
"""

from ecrm_helpers.expectations.composed import Mapped, Ordering, Settings, Table
from ecrm_helpers.expectations.reading import Expectation, Problem, Reading
from ecrm_helpers.expectations.single import Choice, Number, Text

__all__ = [
    "Choice",
    "Expectation",
    "Mapped",
    "Number",
    "Ordering",
    "Problem",
    "Reading",
    "Settings",
    "Table",
    "Text",
    "choice",
    "mapping",
    "number",
    "ordering",
    "settings_of",
    "table",
    "text",
]

number = Number
choice = Choice
text = Text
mapping = Mapped
table = Table
ordering = Ordering
settings_of = Settings
