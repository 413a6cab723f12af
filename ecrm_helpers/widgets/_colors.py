"""The explorers' colours: Okabe & Ito (2008), the same as in ``ecrm_helpers.figures.PALETTE`` (by test)."""

from __future__ import annotations

__all__ = ["SEGMENT_COLORS", "STAGE_COLORS"]

SEGMENT_COLORS = {
    "HHH": "#0072B2",
    "HLH": "#56B4E9",
    "LHH": "#D55E00",
    "LLH": "#E69F00",
    "HHL": "#009E73",
    "HLL": "#F0E442",
    "LHL": "#CC79A7",
    "LLL": "#000000",
}
STAGE_COLORS = {
    "acquisition": "#56B4E9",
    "retention": "#009E73",
    "loyalty": "#0072B2",
    "winback": "#E69F00",
    "lost": "#000000",
}
