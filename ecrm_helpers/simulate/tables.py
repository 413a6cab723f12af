"""From arrays to the shop's tables, and from tables to CSV files that are the same to the byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.simulate import service
from ecrm_helpers.simulate.clock import Calendar
from ecrm_helpers.simulate.mailings import mailings
from ecrm_helpers.simulate.purchases import CANCELLED, STATUSES, join, purchases

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ecrm_helpers.simulate.parameters import ShopSpec
    from ecrm_helpers.simulate.purchases import Orders, People

__all__ = ["generate", "write_shop"]

Tables = dict[str, pd.DataFrame]


def generate(spec: ShopSpec, *, seed: int) -> Tables:
    """Generate a shop's tables.

    Parameters
    ----------
    spec : ShopSpec
        The planted parameters.
    seed : int
        Each part (calendar, customers, purchases …) draws from a stream of its own, so that a change in one
        leaves the others as they were.

    Returns
    -------
    dict of str to DataFrame
        The tables of data/datapackage.json by name. Money is in minor units, ids are strings,
        `ordered_at`, `contacted_at` and `opened_at` are UTC, dates are the shop's local dates.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from ecrm_helpers.simulate import RONGYU, generate
    >>> tables = generate(replace(RONGYU, customers=50), seed=1)
    >>> len(tables["customers"]), sorted(tables)[:3]
    (50, ['campaign_sends', 'campaigns', 'contacts'])
    """
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(6)]
    calendar = Calendar.of(spec, streams[0])
    people = join(spec, calendar, streams[1])
    opted_in = streams[5].random(spec.customers) < spec.mailing.opt_in_rate
    own = purchases(spec, calendar, people, streams[2])
    sends, extra = mailings(spec, calendar, people, own, opted_in=opted_in, rng=streams[3])
    orders = {name: np.concatenate([own[name], extra[name]]) if extra else own[name] for name in own}
    place = np.lexsort((orders["customer"], orders["time"]))
    orders = {name: values[place] for name, values in orders.items()}
    names = _ids("C", spec.customers)
    order_ids = _ids("O", len(place))
    stream = streams[4]
    return {
        "customers": _customers(spec, people, names, opted_in, stream),
        "orders": _orders(spec, calendar, orders, names, order_ids),
        "products": _records(spec.products, "P", "product_id").rename(
            columns={"price": "price_cny", "cost": "cost_cny"}
        ),
        "contacts": _contacts(spec, calendar, orders, names, order_ids, stream),
        "tickets": _tickets(spec, calendar, orders, names, order_ids, stream),
        "surveys": _surveys(spec, calendar, orders, names, order_ids, stream),
        "campaigns": _campaigns(spec),
        "campaign_sends": _sends(spec, sends, orders, names),
        "rates": _rates(spec, calendar),
        "countries": _countries(spec),
        "promotions": _dated(_records(spec.promotions), "starts_on", "ends_on"),
        "holidays": _dated(_records(spec.holidays), "starts_on", "ends_on"),
    }


def write_shop(tables: Tables, folder: Path) -> None:
    """Write each table to `folder`/<name>.csv: UTF-8, LF, ISO dates, true/false, empty when missing.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> with tempfile.TemporaryDirectory() as name:
    ...     write_shop({"t": pd.DataFrame({"id": ["a"], "ok": [True]})}, Path(name))
    ...     Path(name, "t.csv").read_bytes()
    b'id,ok\\na,true\\n'
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        text = table.apply(_as_text).to_csv(index=False, lineterminator="\n")
        (folder / f"{name}.csv").write_bytes(text.encode("utf-8"))


def _as_text(column: pd.Series) -> pd.Series:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return column.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    if pd.api.types.is_datetime64_dtype(column):
        return column.dt.strftime("%Y-%m-%d")
    if pd.api.types.is_bool_dtype(column):
        return column.map({True: "true", False: "false"})
    return column


def _ids(letter: str, count: int) -> np.ndarray:
    width = max(5, len(str(count)))
    return np.array([f"{letter}{number:0{width}d}" for number in range(1, count + 1)], dtype=object)


def _pick(values: Sequence[str], index: np.ndarray) -> np.ndarray:
    return np.array(values, dtype=object)[index]


def _utc(spec: ShopSpec, time: np.ndarray) -> pd.DatetimeIndex:
    start = np.datetime64(spec.start, "s") - np.timedelta64(spec.utc_offset, "h")
    seconds = (time * 86_400.0).astype(np.int64).astype("timedelta64[s]")
    return pd.DatetimeIndex((start + seconds).astype("datetime64[us]")).tz_localize("UTC")


def _date(spec: ShopSpec, day: np.ndarray, *, known: np.ndarray | None = None) -> np.ndarray:
    dates = (np.datetime64(spec.start, "D") + day.astype(np.int64)).astype("datetime64[us]")
    if known is not None:
        dates[~known] = np.datetime64("NaT")
    return dates


def _records(items: Sequence[object], letter: str = "", column: str = "") -> pd.DataFrame:
    table = pd.DataFrame([vars(item) for item in items])
    if letter:
        table.insert(0, column, _ids(letter, len(table)))
    return table


def _dated(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    return table.assign(**{name: pd.to_datetime(table[name]).astype("datetime64[us]") for name in columns})


def _customers(
    spec: ShopSpec, people: People, names: np.ndarray, opted_in: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": names,
            "country": _pick([market.code for market in spec.markets], people.market),
            "joined_on": _date(spec, people.joined),
            "channel": _drawn(spec.channels, spec.customers, rng),
            "opted_in": opted_in,
        }
    )


def _drawn(weights: dict[str, float], size: int, rng: np.random.Generator) -> np.ndarray:
    shares = np.array(list(weights.values()))
    return _pick(list(weights), rng.choice(len(shares), size, p=shares / shares.sum()))


def _orders(
    spec: ShopSpec, calendar: Calendar, orders: Orders, names: np.ndarray, order_ids: np.ndarray
) -> pd.DataFrame:
    arrived = (orders["status"] != CANCELLED) & (orders["delivered"] < calendar.days)
    return pd.DataFrame(
        {
            "order_id": order_ids,
            "customer_id": names[orders["customer"]],
            "ordered_at": _utc(spec, orders["time"]),
            "status": _pick(STATUSES, orders["status"]),
            "product_id": _ids("P", len(spec.products))[orders["product"]],
            "quantity": orders["quantity"],
            "currency": _pick(list(spec.currencies), orders["currency"]),
            "amount": orders["amount"],
            "amount_cny": orders["amount_cny"],
            "refund_cny": orders["refund_cny"],
            "promised_on": _date(spec, orders["promised"]),
            "delivered_on": _date(spec, orders["delivered"], known=arrived),
        }
    )


def _contacts(
    spec: ShopSpec,
    calendar: Calendar,
    orders: Orders,
    names: np.ndarray,
    order_ids: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    rows = service.contacts(spec, calendar, orders, rng)
    place = np.argsort(rows["time"], kind="stable")
    rows = {name: values[place] for name, values in rows.items()}
    return pd.DataFrame(
        {
            "contact_id": _ids("K", len(place)),
            "customer_id": names[orders["customer"][rows["order"]]],
            "order_id": np.where(rows["named"], order_ids[rows["order"]], ""),
            "contacted_at": _utc(spec, rows["time"]),
            "channel": _drawn(spec.contact_channels, len(place), rng),
            "topic": _pick(service.TOPICS, rows["topic"]),
            "first_response_minutes": rows["minutes"],
        }
    )


def _tickets(
    spec: ShopSpec,
    calendar: Calendar,
    orders: Orders,
    names: np.ndarray,
    order_ids: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    rows = service.tickets(spec, calendar, orders, rng)
    place = np.argsort(rows["time"], kind="stable")
    rows = {name: values[place] for name, values in rows.items()}
    return pd.DataFrame(
        {
            "ticket_id": _ids("T", len(place)),
            "customer_id": names[orders["customer"][rows["order"]]],
            "order_id": order_ids[rows["order"]],
            "opened_at": _utc(spec, rows["time"]),
            "type": _pick(service.TICKET_TYPES, rows["kind"]),
            "channel": _drawn(spec.contact_channels, len(place), rng),
            "handling_hours": rows["hours"],
            "outcome": _pick(service.OUTCOMES, rows["outcome"]),
        }
    )


def _surveys(
    spec: ShopSpec,
    calendar: Calendar,
    orders: Orders,
    names: np.ndarray,
    order_ids: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    rows = service.surveys(spec, calendar, orders, rng)
    place = np.argsort(rows["day"], kind="stable")
    rows = {name: values[place] for name, values in rows.items()}
    return pd.DataFrame(
        {
            "survey_id": _ids("S", len(place)),
            "customer_id": names[orders["customer"][rows["order"]]],
            "order_id": order_ids[rows["order"]],
            "answered_on": _date(spec, rows["day"]),
            "satisfaction": rows["satisfaction"],
            "recommend": rows["recommend"],
        }
    )


def _campaigns(spec: ShopSpec) -> pd.DataFrame:
    return _dated(_records(spec.campaigns, "M", "campaign_id"), "sent_on")


def _sends(spec: ShopSpec, sends: Orders, orders: Orders, names: np.ndarray) -> pd.DataFrame:
    """`ordered`: any order of the customer within the response window, brought by the mail or not."""
    ordered = np.zeros(len(sends["customer"]), bool)
    days = (pd.to_datetime([campaign.sent_on for campaign in spec.campaigns]) - pd.Timestamp(spec.start)).days
    for index, day in enumerate(days):
        inside = (orders["time"] >= day) & (orders["time"] < day + spec.mailing.window_days)
        buyers = np.zeros(spec.customers, bool)
        buyers[orders["customer"][inside]] = True
        mine = sends["campaign"] == index
        ordered[mine] = buyers[sends["customer"][mine]]
    return pd.DataFrame(
        {
            "campaign_id": _ids("M", len(spec.campaigns))[sends["campaign"]],
            "customer_id": names[sends["customer"]],
            "opened": sends["opened"],
            "ordered": ordered,
            "unsubscribed": sends["unsubscribed"],
        }
    )


def _rates(spec: ShopSpec, calendar: Calendar) -> pd.DataFrame:
    currencies, months = list(spec.currencies), len(calendar.rate_dates)
    return pd.DataFrame(
        {
            "valid_from": np.repeat(calendar.rate_dates.astype("datetime64[us]"), len(currencies)),
            "currency": np.array(currencies * months, dtype=object),
            "cny_per_unit": calendar.rates.T.ravel(),
        }
    )


def _countries(spec: ShopSpec) -> pd.DataFrame:
    table = _records(spec.markets).rename(columns={"code": "country", "transit_days": "transit_days_median"})
    table["currency_digits"] = [spec.currencies[market.currency][0] for market in spec.markets]
    columns = ["country", "name_zh", "name_en", "currency", "currency_digits", "utc_offset", "promised_days"]
    return table[[*columns, "transit_days_median", "duty_free_limit", "duty_rate_percent"]]
