"""A shop of one's own: customers chosen by a hash, so that no two students count the same shop."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from dataclasses import replace
from numbers import Integral
from typing import TYPE_CHECKING

from ecrm_helpers.datasets.loading import load_shop
from ecrm_helpers.datasets.reading import courses
from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import datasets as messages

if TYPE_CHECKING:
    from ecrm_helpers.datasets.shop import Shop

__all__ = ["clean_student_id", "my_shop"]

_PER_CUSTOMER = ("customers", "orders", "contacts", "tickets", "surveys", "campaign_sends")
_VALID = re.compile(r"[0-9a-z_.-]{1,32}")
_ENVIRONMENT = ("ECRM_STUDENT", "JUPYTERHUB_USER")  # marking's word counts before the hub's
_session: dict[str, str] = {}  # the id that was typed in, for the rest of the session


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
    known = courses()
    if not isinstance(course, str) or course not in known:
        message = messages.unknown_course(course, known)
        raise SettingsError(message)
    shop = load_shop(known[course]["shop"])
    if (
        isinstance(customers, bool)
        or not isinstance(customers, Integral)
        or not 1 <= customers <= len(shop.customers)
    ):
        message = messages.wrong_count(customers, len(shop.customers))
        raise SettingsError(message)
    salt = known[course]["salt"] if assignment is None else f"{known[course]['salt']}|{assignment}"
    chosen = set(
        sorted(shop.customers["customer_id"], key=lambda name: _draw(salt, student, name))[:customers]
    )
    parts = {}
    for table in _PER_CUSTOMER:
        frame = getattr(shop, table)
        parts[table] = frame[frame["customer_id"].isin(chosen)].reset_index(drop=True)
    mine = replace(shop, owner=student, **parts)
    line = messages.own_shop(student[-4:], mine.name, customers, len(mine.orders), f"{mine.as_of:%Y-%m-%d}")
    print(line)  # noqa: T201  the student must see whose shop this is
    return mine


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


def _draw(salt: str, student: str, customer: str) -> bytes:
    return hashlib.sha256(f"{salt}|{student}|{customer}".encode()).digest()
