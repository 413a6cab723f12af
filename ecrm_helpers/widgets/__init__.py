"""Explorers and quizzes whose logic runs in the browser: live in JupyterLab, on a page and from a disk."""

from ecrm_helpers.widgets.clv_explorer import CLVExplorer
from ecrm_helpers.widgets.lifecycle_explorer import LifecycleExplorer
from ecrm_helpers.widgets.quiz import Question, Quiz, choice, matching, numeric, ordering
from ecrm_helpers.widgets.rfm_explorer import RFMExplorer
from ecrm_helpers.widgets.save import save_html

__all__ = [
    "CLVExplorer",
    "LifecycleExplorer",
    "Question",
    "Quiz",
    "RFMExplorer",
    "choice",
    "matching",
    "numeric",
    "ordering",
    "save_html",
]
