"""Figures for class: one palette, Chinese text everywhere, and alternative text that cannot be forgotten.

plotly draws what people point at (``pointing``), matplotlib what they print (``printing``). Every helper
returns the figure together with its alternative text; `describe` shows both.
"""

from ecrm_helpers.figures.forecasting import cumulative_repeats, predicted_actual
from ecrm_helpers.figures.pointing import concentration, spread
from ecrm_helpers.figures.printing import concept_map, unhappy_path, use_chinese
from ecrm_helpers.figures.showing import PALETTE, as_written, describe, table, use_page_style

__all__ = [
    "PALETTE",
    "as_written",
    "concentration",
    "concept_map",
    "cumulative_repeats",
    "describe",
    "predicted_actual",
    "spread",
    "table",
    "unhappy_path",
    "use_chinese",
    "use_page_style",
]
