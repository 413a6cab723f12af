"""Read a teacher's own customers, tickets, surveys … into the columns the lessons read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecrm_helpers.datasets.own_schema import own_schemas
from ecrm_helpers.errors import SettingsError
from ecrm_helpers.intake.columns import match_columns
from ecrm_helpers.intake.fields import Reading
from ecrm_helpers.intake.files import read_raw
from ecrm_helpers.intake.privacy import file_key, pseudonyms
from ecrm_helpers.intake.report import Correction, DataReport
from ecrm_helpers.intake.table_columns import TABLES, required_columns, table_aliases
from ecrm_helpers.intake.table_rows import TableRows
from ecrm_helpers.messages import intake_tables as say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["LoadedTable", "TableReport", "load_table"]


@dataclass(frozen=True, kw_only=True)
class TableReport(DataReport):
    """What :func:`load_table` did with a file; `orders` is the number of rows kept."""

    table: str

    def lines(self) -> list[tuple[str, str]]:
        """Return the report as (title, text) pairs."""
        titles = {field["name"]: field["title"] for field in own_schemas()[self.table]["fields"]}
        return say.report_lines(self, titles)


@dataclass(frozen=True, kw_only=True, eq=False)
class LoadedTable:
    """A table in our schema, and how it came about."""

    table: str
    frame: pd.DataFrame  # columns and types as data/datapackage.json has them; what lacks is missing
    report: TableReport
    rows: NDArray[np.int64]  # row of the file that each row of `frame` stands in
    personal_ids: bool  # whether the customer column was a personal one


def load_table(
    path: str | Path,
    table: str,
    *,
    mapping: Mapping[str, str | None] | None = None,
    words: Mapping[str, Mapping[str, str]] | None = None,
    timezone: str = "Asia/Shanghai",
    currency: str = "CNY",
    key: bytes | None = None,
    keep_personal: Iterable[str] = (),
    orders: pd.DataFrame | None = None,
    bad_rows: str = "refuse",
    sheet: str | None = None,
    encoding: str | None = None,
    day_first: bool | None = None,
) -> LoadedTable:
    r"""Read a CSV or XLSX of one's own as one of the shop's tables, checked like the shipped ones.

    Headers are found by our names, the Chinese titles in data/datapackage.json and what exports call them
    (:func:`~ecrm_helpers.intake.table_columns.table_aliases`), or by `mapping`. Personal columns are not
    read. Complaint types, outcomes and topics become our codes; an unknown word is refused with the list of
    what is known. Ids of tickets, surveys and contacts may lack: rows are numbered. Handling time may stand
    in hours, in the unit its header names, as ``2小时30分``, or follow from a closing time.

    Parameters
    ----------
    path : str or Path
    table : str
        'customers', 'products', 'contacts', 'tickets', 'surveys', 'campaigns', 'campaign_sends', 'rates',
        'countries', 'promotions' or 'holidays'.
    mapping : mapping, optional
        ``{our column: header}`` before any alias; None says that the file has no such column.
    words : mapping, optional
        ``{column: {word: code}}`` for words of one's own, such as ``{"type": {"少件": "wrong_item"}}``.
    timezone : str, default='Asia/Shanghai'
        Of times without a zone, and of local days.
    currency : str, default='CNY'
        The shop's; prices must be in it. A column under our own name (`price_cny`) or with （分） in its
        header holds hundredths, any other whole units.
    key : bytes, optional
        Pseudonymise customer ids with it; a personal customer column is pseudonymised without one too, with
        a key from the file's own bytes.
    keep_personal : iterable of str
        Headers of customer columns (or `customer_id` itself) whose ids stay as they are, key or no key.
    orders : DataFrame, optional
        `order_id` and `customer_id` (codes already, where `key` is used) to find a row's customer by its
        order where the file has no customer column.
    bad_rows : {'refuse', 'drop'}, default='refuse'
        Whether a cell that cannot be used is an error, or its row left out and counted.
    sheet, encoding, day_first
        As in :func:`~ecrm_helpers.intake.load_orders`.

    Returns
    -------
    LoadedTable
        Types as :func:`~ecrm_helpers.datasets.load_shop` gives them; optional columns that lack are missing
        values.

    Raises
    ------
    SettingsError
        If an option cannot be used.
    DataError
        If the file cannot be read, a column lacks, or a cell is not allowed; naming file, row and column.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "投诉.csv"
    ...     text = "工单号,客户编号,创建时间,类型,处理时长\nA1,007,2026/7/1 9:30,物流延误,2小时30分\n"
    ...     _ = path.write_text(text, "utf-8")
    ...     loaded = load_table(path, "tickets")
    >>> loaded.frame[["customer_id", "type", "handling_hours"]].to_dict("list")
    {'customer_id': ['007'], 'type': ['late_delivery'], 'handling_hours': [2.5]}
    """
    _check_settings(table, words or {}, bad_rows)
    schema, aliases = own_schemas()[table], table_aliases(table)
    known = [name for names in aliases.values() for name in names]
    mapped = [name for name in (mapping or {}).values() if name is not None]
    raw = read_raw(path, sheet=sheet, encoding=encoding, known=[*known, *mapped])
    headers = list(raw.cells.columns)
    from_orders = orders is not None and table != "customers" and "customer_id" in aliases
    required = [name for name in required_columns(table) if not (name == "customer_id" and from_orders)]
    matched = match_columns(headers, mapping, aliases=aliases, required=required, file=raw.path.name)
    how = Reading(
        file=raw.path.name,
        timezone=timezone,
        currency=currency,
        day_first=day_first,
        date1904=raw.date1904,
        words=words or {},
    )
    body = TableRows(raw, matched, schema, table, drop=bad_rows == "drop")
    body.read(how)
    if from_orders and orders is not None and "customer_id" not in matched.columns:
        personal = False
        ids: pd.Series | None = body.customers_of(orders)
    else:
        personal, kept, ids = body.customers(keep_personal)
        if ids is not None and not kept and (key is not None or personal):
            ids = pseudonyms(ids, key or file_key([raw.path]))
            body.notes.append(Correction(say.CODED_PERSONAL if personal else say.CODED, ids.nunique()))
    frame = body.checked(ids)
    report = TableReport(
        table=table,
        files=(raw.path.name,),
        encoding=raw.encoding,
        rows=len(raw.cells),
        orders=len(frame),
        customers=frame["customer_id"].nunique() if "customer_id" in frame else 0,
        first_day=None,
        last_day=None,
        currency=currency,
        columns=matched.columns,
        personal=tuple(name for name in matched.personal if name != matched.columns.get("customer_id")),
        ignored=matched.others,
        corrections=tuple(body.notes),
    )
    return LoadedTable(table=table, frame=frame, report=report, rows=body.kept, personal_ids=personal)


def _check_settings(table: object, words: Mapping[str, Mapping[str, str]], bad_rows: object) -> None:
    if table not in TABLES:
        message = say.unknown_table(table, TABLES)
        raise SettingsError(message)
    if bad_rows not in {"refuse", "drop"}:
        message = say.bad_rows_setting(bad_rows)
        raise SettingsError(message)
    closed = {
        field["name"]: field["constraints"]["enum"]
        for field in own_schemas()[str(table)]["fields"]
        if "enum" in field.get("constraints", {})
    }
    for column, codes in words.items():
        if column not in closed:
            message = say.unknown_word_column(column, list(closed))
            raise SettingsError(message)
        for code in codes.values():
            if code not in closed[column]:
                message = say.unknown_code(column, code, closed[column])
                raise SettingsError(message)
