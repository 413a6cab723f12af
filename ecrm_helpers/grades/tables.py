"""Open a CSV or XLSX file as a person sees it; lives in `sheets.tables`."""

from __future__ import annotations

from ecrm_helpers.grades.sheets.tables import (
    HEADING_ROWS,
    ID_COLUMN,
    OLD_FORMATS,
    clean,
    folded,
    heading,
    tables,
)

__all__ = ["HEADING_ROWS", "ID_COLUMN", "OLD_FORMATS", "clean", "folded", "heading", "tables"]
