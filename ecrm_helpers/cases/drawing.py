"""Choose by hash of the shop's owner: the same cases on every machine, other ones for each student."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import cases as words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecrm_helpers.datasets import Shop

__all__ = ["draw", "first"]


def draw(shop: Shop, *, label: str, ids: Iterable[str]) -> list[str]:
    """Shuffle ids by a hash of the shop's owner, so that each student meets other cases.

    Parameters
    ----------
    shop : Shop
        Whose ``owner`` enters the hash (``None`` counts as an empty name).
    label : str
        Names the draw: two labels give two independent orders.
    ids : iterable of str
        What to order; duplicates are dropped.

    Returns
    -------
    list of str
    """

    def key(one: str) -> str:
        return sha256(f"{shop.owner or ''}|{label}|{one}".encode()).hexdigest()

    return sorted(set(ids), key=key)


def first(shop: Shop, label: str, ids: Iterable[str]) -> str:
    """Return the first of :func:`draw`; `label` also names the missing customer in the error.

    Raises
    ------
    DataError
        If there are no ids.
    """
    found = draw(shop, label=label, ids=ids)
    if not found:
        raise DataError.explain(words.no_case(label), hint=words.NO_CASE_HINT)
    return found[0]
