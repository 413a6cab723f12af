"""Why an attached file is not kept."""

from __future__ import annotations

from ecrm_helpers.errors import MarkingError

__all__ = ["Refused"]


class Refused(MarkingError):  # noqa: N818 - it says what happened to the file
    """The file is not kept; the text is one of the reasons `examined` lists."""
