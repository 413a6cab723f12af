"""Files handed in beside the notebook: kept as bytes, never executed, opened only in a limited process.

A solution declares them in its notebook's metadata, where they survive the release::

    "ecrm": {"attachments": [{"name": "report.docx", "label": "调研报告", "max_mb": 10, "task": "t9_report"}]}

``name`` is a file name or a pattern such as ``*.docx``; ``task`` (optional) is the cell beside which the
teacher sees the list, and whose answer the file is: the task then waits for the teacher even where the cell
was left as it was. Without ``task`` that holds for every task marked by hand. Whatever else lies in the
folder of a submission is left there.
"""

from ecrm_helpers.marking.attachments.declared import Declared, declared
from ecrm_helpers.marking.attachments.examine import examined
from ecrm_helpers.marking.attachments.gather import gather
from ecrm_helpers.marking.attachments.show import FOLDER, add_listing, describe, kept_files

__all__ = ["FOLDER", "Declared", "add_listing", "declared", "describe", "examined", "gather", "kept_files"]
