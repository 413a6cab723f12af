"""Write a shop of one's own to a folder that `load_shop` opens: whole or not at all, for its owner only."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ecrm_helpers.datasets.folder import DESCRIPTION, FORMAT, load_folder
from ecrm_helpers.datasets.own_schema import own_schemas
from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.messages import shopfolder as say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from ecrm_helpers.intake.orders import LoadedOrders

__all__ = ["day_after", "write_shop"]

_BEFORE = ".before"  # the old shop, while the new one takes its place
_CONTROL = r"[\x00-\x1f\x7f\u2028\u2029]+"


def write_shop(
    folder: str | Path,
    loaded: LoadedOrders,
    *,
    tables: Mapping[str, pd.DataFrame] | None = None,
    name: str | None = None,
    name_en: str = "Own shop",
    as_of: str | dt.date | None = None,
    force: bool = False,
) -> Path:
    """Write orders and other tables as the folder of a shop.

    Everything is written aside, read back and checked with
    :func:`~ecrm_helpers.datasets.load_folder`, and only then put in place: an error leaves what was there.
    Folder and files are readable for their owner only (0700, 0600), for codes instead of names are still
    personal data.

    Parameters
    ----------
    folder : str or Path
        New, or empty; or a shop's folder with `force`.
    loaded : LoadedOrders
        From :func:`~ecrm_helpers.intake.load_orders`; currency and time zone of the shop are its.
    tables : mapping of DataFrame, optional
        Other tables by name, columns and types as :func:`~ecrm_helpers.intake.load_table` gives them.
        Control characters in texts become blanks, moments whole seconds.
    name, name_en : str, optional
        Chinese name (the folder's when None) and English name.
    as_of : str (YYYY-MM-DD) or date, optional
        The day from which recency counts back; the day after the last order in local time when None.
    force : bool, default=False
        Whether to replace a shop's folder.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    SettingsError
        If the folder may not be replaced, or a name, a day or a table's name cannot be used.
    DataError
        If a table breaks the schema, or the folder cannot be written.
    """
    folder = Path(folder).absolute()
    schemas, given = own_schemas(), {**(tables or {}), "orders": loaded.orders}
    unknown = [table for table in given if table not in schemas]
    if unknown:
        message = say.unknown_table(unknown[0], list(schemas))
        raise SettingsError(message)
    prefix = _prefix(folder)
    _clear(folder, prefix)
    _check_place(folder, force=force)
    description = {
        "format": FORMAT,
        "name": folder.name if name is None else name,
        "name_en": name_en,
        "as_of": _day(as_of) if as_of is not None else day_after(loaded.orders, timezone=loaded.timezone),
        "timezone": loaded.timezone,
        "currency": loaded.currency,
    }
    aside: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=prefix, dir=folder.parent))  # 0700
        made = aside / folder.name
        made.mkdir(mode=0o700)
        _write(made / DESCRIPTION, json.dumps(description, ensure_ascii=False, indent=2) + "\n")
        for table, frame in given.items():
            _write(made / f"{table}.csv", _csv(frame, schemas[table]["fields"]))
        load_folder(made)
        _put(made, folder, aside / _BEFORE)
    except OSError as error:
        message = say.cannot_write(folder, error)
        raise DataError(message) from error
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
    return folder


def day_after(orders: pd.DataFrame, *, timezone: str) -> str:
    """Return the day after the last order, in local time, as YYYY-MM-DD.

    Examples
    --------
    >>> orders = pd.DataFrame({"ordered_at": pd.to_datetime(["2026-06-30T17:00:00Z"])})
    >>> day_after(orders, timezone="Asia/Shanghai")
    '2026-07-02'
    """
    last = orders["ordered_at"].max().tz_convert(timezone).tz_localize(None).normalize()
    return f"{last + pd.Timedelta(days=1):%Y-%m-%d}"


def _prefix(folder: Path) -> str:
    """Return how the names of folders begin in which `folder` is prepared."""
    return f".ecrm-{hashlib.sha256(folder.name.encode()).hexdigest()[:12]}-"


def _clear(folder: Path, prefix: str) -> None:
    """Remove what a killed run left beside `folder`, after putting back the shop it had set aside."""
    for left in folder.parent.glob(f"{prefix}*"):
        if (left / _BEFORE).is_dir() and not folder.exists():
            (left / _BEFORE).rename(folder)
        shutil.rmtree(left, ignore_errors=True)


def _check_place(folder: Path, *, force: bool) -> None:
    """Refuse to overwrite anything but a shop's own files."""
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir() or folder.is_symlink():
        message = say.not_a_folder(folder)
        raise SettingsError(message)
    found = sorted(path.name for path in folder.iterdir())
    if not found:
        return
    ours = {DESCRIPTION, *(f"{table}.csv" for table in own_schemas())}
    others = [one for one in found if one not in ours]
    if others or not _is_ours(folder / DESCRIPTION):
        message = say.foreign_folder(folder, others or found)
        raise SettingsError(message)
    if not force:
        message = say.needs_force(folder)
        raise SettingsError(message)


def _is_ours(description: Path) -> bool:
    """Tell whether a folder's description is one that was written here."""
    try:
        told = json.loads(description.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and "format" in told and "as_of" in told


def _day(value: str | dt.date) -> str:
    day = pd.to_datetime(str(value), format="%Y-%m-%d", errors="coerce")
    if pd.isna(day):
        message = say.bad_day(value)
        raise SettingsError(message)
    return f"{day:%Y-%m-%d}"


def _csv(frame: pd.DataFrame, fields: list[dict[str, Any]]) -> str:
    """Return a table as the text that :func:`~ecrm_helpers.datasets.reading.read_table` reads back."""
    columns = {
        field["name"]: _as_text(frame[field["name"]], field["type"])
        for field in fields
        if field["name"] in frame
    }
    return pd.DataFrame(columns).to_csv(index=False, lineterminator="\n")


def _as_text(column: pd.Series, kind: str) -> pd.Series:
    if kind == "datetime":
        return column.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    if kind == "date":
        return column.dt.strftime("%Y-%m-%d")
    if kind == "boolean":
        return column.astype("boolean").map({True: "true", False: "false"}, na_action="ignore")
    if kind == "integer":
        return column.astype("Int64")  # 5, not 5.0, in a column with gaps
    if kind == "string":
        texts = column.astype("str")
        rare = texts.str.contains(_CONTROL, na=False).any()
        return texts.str.replace(_CONTROL, " ", regex=True) if rare else texts
    return column


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
        stream.write(text)


def _put(made: Path, folder: Path, before: Path) -> None:
    """Put the new folder in place of the old one, which comes back when that fails."""
    try:
        if folder.exists():
            folder.rename(before)
        made.rename(folder)
    except BaseException:  # Ctrl-C as well: what stands aside is about to be removed
        if before.exists() and not folder.exists():
            before.rename(folder)
        raise
