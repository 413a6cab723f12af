"""Open a shop by its name, or a folder with a shop of one's own."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from ecrm_helpers.datasets.folder import load_folder
from ecrm_helpers.datasets.reading import data_dir, descriptor, read_table, schemas
from ecrm_helpers.datasets.real import REAL
from ecrm_helpers.datasets.shop import Shop
from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import datasets as messages

__all__ = ["keep_shop", "load_shop", "open_shop", "select_shop"]

_kept: dict[tuple[Path, str], Shop] = {}  # by folder and name; nobody is given these tables to change


def keep_shop(name: str) -> Shop:
    """Keep the tables of a shipped shop in memory for the rest of this process, and return them."""
    key = (data_dir(), name)
    if key not in _kept:
        _kept[key] = load_shop(name)
    return _kept[key]


def open_shop(name: str) -> tuple[Shop, bool]:
    """Return a shop and whether its tables are kept ones, which must be copied before anyone gets them."""
    kept = _kept.get((data_dir(), name)) if _kept else None
    return (load_shop(name), False) if kept is None else (kept, True)


def _copied(shop: Shop) -> Shop:
    """Return the shop with tables of its own."""
    values = {field.name: getattr(shop, field.name) for field in fields(shop)}
    tables: dict[str, Any] = {
        name: table.copy() for name, table in values.items() if isinstance(table, pd.DataFrame)
    }
    return replace(shop, **tables)


def load_shop(name: str | Path = "rongyu") -> Shop:
    """Load a fictional shop that ships with the course, a real one, or the folder of a shop of one's own.

    Parameters
    ----------
    name : {'rongyu', 'heting', 'cdnow', 'complete_journey'} or path, default='rongyu'
        榕屿家居 (cross-border home goods), 禾汀小铺 (domestic tea and snacks), :func:`load_cdnow`,
        :func:`load_complete_journey`; or a folder that ``ecrm shop`` wrote (:func:`load_folder`), relative
        to the working directory. A name counts before a folder of that name: for that write ``./rongyu``.

    Returns
    -------
    Shop
        Fresh tables: ids str, dates datetime64, moments datetime64 UTC, money int64 hundredths.

    Raises
    ------
    SettingsError
        If there is neither such a shop nor such a folder.
    DataError
        If a file or a column is missing, a cell cannot be read or holds what is not allowed; it names file,
        row and column.

    Examples
    --------
    >>> shop = load_shop("rongyu")
    >>> shop.name, len(shop.customers), shop.as_of.date().isoformat()
    ('榕屿家居', 6000, '2026-07-01')
    """
    if _kept and isinstance(name, str) and (kept := _kept.get((data_dir(), name))) is not None:
        return _copied(kept)
    if isinstance(name, str) and name in REAL:
        return REAL[name]()
    package = descriptor()
    known = package["shops"]
    if isinstance(name, Path) or (isinstance(name, str) and name not in known and _is_folder(name)):
        return load_folder(name)
    if not isinstance(name, str) or name not in known:
        message = messages.unknown_shop(name, [*known, *REAL])
        raise SettingsError(message)
    folder = data_dir()
    tables: dict[str, Any] = {
        table: read_table(
            folder / resource["path"],
            resource["schema"]["fields"],
            rows=resource.get("rows"),
            primary_key=resource["schema"].get("primaryKey", ()),
        )
        for table, resource in schemas(package, name).items()
    }
    as_of = pd.Timestamp(package["as_of"])
    return Shop(id=name, as_of=as_of, timezone=package["timezone"], **known[name], **tables)


def select_shop(shop: Shop | str | Path) -> Shop:
    """Return the shop itself, or load it by name or folder; for a notebook's `parameters` cell.

    Parameters
    ----------
    shop : Shop, {'rongyu', 'heting', 'cdnow', 'complete_journey'} or path

    Raises
    ------
    SettingsError
        If it is none of them.

    Examples
    --------
    >>> select_shop("heting").name
    '禾汀小铺'
    """
    if isinstance(shop, Shop):
        return shop
    if not isinstance(shop, (str, Path)):
        message = messages.not_a_shop(shop)
        raise SettingsError(message)
    return load_shop(shop)


def _is_folder(name: str) -> bool:
    """Whether a text is meant as a folder: it is one, or has a separator in it."""
    separators = {"/", os.sep}
    return bool(separators & set(name)) or Path(name).is_dir()
