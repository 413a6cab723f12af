"""A shop of one's own: customers chosen by a hash, so that no two students count the same shop."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from dataclasses import fields, replace
from functools import lru_cache, partial
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.datasets.loading import keep_shop, open_shop
from ecrm_helpers.datasets.reading import courses, data_dir
from ecrm_helpers.datasets.shop import Shop
from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import datasets as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["clean_student_id", "my_shop", "preload"]

_PER_CUSTOMER = ("customers", "orders", "contacts", "tickets", "surveys", "campaign_sends")
_VALID = re.compile(r"[0-9a-z_.-]{1,32}")
_ENVIRONMENT = ("ECRM_STUDENT", "JUPYTERHUB_USER")  # marking's word counts before the hub's
_session: dict[str, str] = {}  # the id that was typed in, for the rest of the session
_kept: dict[tuple[Path, str], dict[str, str]] = {}  # what courses.json says of preloaded courses


def my_shop(
    student_id: str | None = None,
    *,
    course: str = "crossborder_crm",
    assignment: str | None = None,
    customers: int = 400,
) -> Shop:
    """Return the student's own part of the course's shop, and print one line that says whose it is.

    The customers with the lowest SHA-256 of ``salt|student|customer`` are chosen; the salt stands in
    data/courses.json. No random generator is involved, so every version of every library agrees.

    Parameters
    ----------
    student_id : str, optional
        Student id. If missing: the environment's ECRM_STUDENT, else JUPYTERHUB_USER, else it is asked for
        once a session.
    course : str, default='crossborder_crm'
        Course id in data/courses.json.
    assignment : str, optional
        Choose other customers for this assignment; by default all assignments share one shop.
    customers : int, default=400
        Number of customers.

    Returns
    -------
    Shop
        `owner` is the normalised id; every table with customers is cut down to the same customers, the
        others are whole.

    Raises
    ------
    SettingsError
        If the id, the course or the number cannot be used.

    Examples
    --------
    >>> mine = my_shop("２０２３０１４２", customers=300)  # doctest: +ELLIPSIS
    学号尾号 0142 的店铺：榕屿家居，300 位客户，... 笔订单，统计日 2026-07-01。
    >>> mine.owner, len(mine.customers)
    ('20230142', 300)
    """
    student = _student(student_id)
    told = _course(course)
    shop, kept = open_shop(told["shop"])
    if (
        isinstance(customers, bool)
        or not isinstance(customers, Integral)
        or not 1 <= customers <= len(shop.customers)
    ):
        message = messages.wrong_count(customers, len(shop.customers))
        raise SettingsError(message)
    salt = told["salt"] if assignment is None else f"{told['salt']}|{assignment}"
    names, places = _places(shop) if kept else _places.__wrapped__(shop)
    chosen = np.zeros(len(names) + 1, dtype=bool)  # the last one is for customers that are not listed
    chosen[_drawn(f"{salt}|{student}|", names, customers)] = True
    rows = {table: chosen[place] for table, place in places.items()}
    mine = _cut(replace(shop, owner=student), rows, copy=kept)
    orders = int(rows["orders"].sum())
    line = messages.own_shop(student[-4:], mine.name, customers, orders, f"{mine.as_of:%Y-%m-%d}")
    print(line)  # noqa: T201  the student must see whose shop this is
    return mine


def preload(course: str) -> None:
    """Keep the tables of a course's shop in memory for the rest of this process.

    For a process that opens one shop many times, as marking does in the forks of a warm one: with it
    :func:`load_shop` and :func:`my_shop` return the same as without, only sooner (6 ms for 0.2 s). What
    they return are copies, so nobody can change what is kept.

    Parameters
    ----------
    course : str
        Course id in data/courses.json.

    Raises
    ------
    SettingsError
        If there is no such course.
    DataError
        As :func:`load_shop`.

    Examples
    --------
    >>> preload("crossborder_crm")
    """
    told = _course(course)
    _places(keep_shop(told["shop"]))
    _kept[data_dir(), course] = told


def clean_student_id(text: str, *, source: str = "你") -> str:
    """Normalise a student id: full-width characters to plain, no surrounding blanks, lower case.

    Parameters
    ----------
    text : str
        As typed or as the environment gives it.
    source : str
        Who gave it, for the error.

    Raises
    ------
    SettingsError
        If anything but 1 to 32 of ``0-9 a-z _ . -`` remains.

    Examples
    --------
    >>> clean_student_id(" ＥＣ２３０１４２ ")
    'ec230142'
    """
    cleaned = unicodedata.normalize("NFKC", text).strip().lower() if isinstance(text, str) else ""
    if not _VALID.fullmatch(cleaned):
        message = messages.bad_student(text, source)
        raise SettingsError(message)
    return cleaned


def _course(course: str) -> dict[str, str]:
    if _kept and isinstance(course, str) and (told := _kept.get((data_dir(), course))) is not None:
        return told
    known = courses()
    if not isinstance(course, str) or course not in known:
        message = messages.unknown_course(course, known)
        raise SettingsError(message)
    return known[course]


def _student(given: str | None) -> str:
    if given is not None:
        return clean_student_id(given)
    for name in _ENVIRONMENT:
        if os.environ.get(name, "").strip():
            return clean_student_id(os.environ[name], source=f"环境变量 {name} ")
    if "id" not in _session:
        try:
            typed = input(messages.ASK_STUDENT)
        except (EOFError, NotImplementedError) as error:  # a kernel without a keyboard raises the second
            message = messages.no_student()
            raise SettingsError(message) from error
        _session["id"] = clean_student_id(typed)
    return _session["id"]


class OwnShop(Shop):
    """A shop whose tables are cut, or copied, when first asked for: most work needs two of twelve."""

    def __getattr__(self, name: str) -> pd.DataFrame:
        """Make a table that is not there yet."""
        make = self.__dict__.get("_later", {}).get(name)
        if make is None:
            message = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise AttributeError(message)
        table: pd.DataFrame = make()
        self.__dict__[name] = table
        return table

    def __getstate__(self) -> dict[str, Any]:
        """Pickle and copy every table, and none that is not this student's."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def _cut(shop: Shop, rows: Mapping[str, NDArray[np.bool_]], *, copy: bool) -> Shop:
    """Return the shop with these rows of these tables; the others whole, as copies where asked for."""
    mine = object.__new__(OwnShop)
    later: dict[str, Callable[[], pd.DataFrame]] = {}
    for name, value in vars(shop).items():
        if name in rows:
            later[name] = partial(_chosen_rows, value, rows[name])
        elif copy and isinstance(value, pd.DataFrame):
            later[name] = value.copy
        else:
            mine.__dict__[name] = value
    mine.__dict__["_later"] = later
    return mine


def _chosen_rows(table: pd.DataFrame, rows: NDArray[np.bool_]) -> pd.DataFrame:
    return table.take(np.flatnonzero(rows)).reset_index(drop=True)


@lru_cache(maxsize=2)
def _places(shop: Shop) -> tuple[list[bytes], dict[str, NDArray[np.intp]]]:
    """Return the customers' ids, and for each table the customer of every row as a place among them."""
    listed = shop.customers["customer_id"]
    index = pd.Index(listed)
    tables = {table: getattr(shop, table)["customer_id"] for table in _PER_CUSTOMER}
    places = {table: index.get_indexer(pd.Index(named)) for table, named in tables.items()}
    return [name.encode() for name in listed.tolist()], places


def _drawn(start: str, names: list[bytes], count: int) -> list[int]:
    """Return the places of the `count` names with the lowest SHA-256 of `start` and the name."""
    salted, sha256 = start.encode(), hashlib.sha256
    drawn = np.fromiter((sha256(salted + name).digest() for name in names), dtype="S32", count=len(names))
    first = drawn.view(">u8")[::4]  # 8 of the 32 bytes leave a few more than wanted, if any
    near: list[int] = np.flatnonzero(first <= np.partition(first, count - 1)[count - 1]).tolist()
    return sorted(near, key=drawn.__getitem__)[:count]
