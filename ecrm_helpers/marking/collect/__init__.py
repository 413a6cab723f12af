"""Collect hand-ins: from nbgrader's exchange, or from a folder or zip of an LMS, a chat app or a USB stick.

Whatever they came from, they end as ``submitted/<student>/<assignment>/``: regular files only, with a
``timestamp.txt`` of what the collector saw, whole or not at all. `exchange` replaces nbgrader's collector.
"""

from ecrm_helpers.marking.collect.report import CollectReport, Line
from ecrm_helpers.marking.collect.run import collect_exchange, collect_folder

__all__ = ["CollectReport", "Line", "collect_exchange", "collect_folder"]
