"""Data cards: where a shop's data come from, what one may do with them, what they are good for."""

from __future__ import annotations

from ecrm_helpers.datasets.reading import data_dir, descriptor
from ecrm_helpers.datasets.real import REAL
from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.messages import datasets as messages

__all__ = ["data_card"]


def data_card(name: str) -> str:
    """Return a shop's data card: Markdown in Chinese with the English terms.

    Parameters
    ----------
    name : {'rongyu', 'heting', 'cdnow', 'complete_journey'}

    Raises
    ------
    SettingsError
        If no such shop has a card.
    DataError
        If the card's file is missing.

    Examples
    --------
    >>> print(data_card("cdnow").splitlines()[0])
    # 数据卡 data card：CDNOW
    """
    known = [*descriptor()["shops"], *REAL]
    if not isinstance(name, str) or name not in known:
        message = messages.unknown_card(name, known)
        raise SettingsError(message)
    path = data_dir() / "cards" / f"{name}.md"
    try:
        return path.read_text("utf-8")
    except FileNotFoundError as error:
        message = messages.missing_file(path)
        raise DataError(message) from error
