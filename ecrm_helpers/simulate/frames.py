"""One function per table: from the simulation's arrays to the columns of data/datapackage.json."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.simulate import service
from ecrm_helpers.simulate.clock import day_number
from ecrm_helpers.simulate.parameters import Campaign, Holiday, Market, Product, Promotion
from ecrm_helpers.simulate.purchases import CANCELLED, STATUSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecrm_helpers.simulate.clock import Calendar
    from ecrm_helpers.simulate.parameters import ShopSpec
    from ecrm_helpers.simulate.purchases import Orders, People

__all__ = [
    "campaign_sends",
    "campaigns",
    "contacts",
    "countries",
    "customers",
    "holidays",
    "ids",
    "orders",
    "products",
    "promotions",
    "rates",
    "surveys",
    "tickets",
]


def ids(letter: str, count: int) -> np.ndarray:
    """Return `count` numbered strings of equal width, built from character codes: fast for millions.

    Examples
    --------
    >>> ids("C", 2).tolist()
    ['C00001', 'C00002']
    """
    width = max(5, len(str(count)))
    codes = np.empty((count, width + 1), np.uint32)
    codes[:, 0] = ord(letter)
    codes[:, 1:] = ord("0") + np.arange(1, count + 1)[:, None] // 10 ** np.arange(width)[::-1] % 10
    return codes.view(f"U{width + 1}").ravel().astype(object)


def customers(
    spec: ShopSpec, people: People, names: np.ndarray, *, opted_in: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """One row a registered customer."""
    return pd.DataFrame(
        {
            "customer_id": names,
            "country": _pick([market.code for market in spec.markets], people.market),
            "joined_on": _date(spec, people.joined),
            "channel": _drawn(spec.channels, spec.customers, rng),
            "opted_in": opted_in,
        }
    )


def orders(spec: ShopSpec, calendar: Calendar, rows: Orders) -> pd.DataFrame:
    """One row an order; `delivered_on` stays empty for parcels cancelled or on the way at the end."""
    arrived = (rows["status"] != CANCELLED) & (rows["delivered"] < calendar.days)
    return pd.DataFrame(
        {
            "order_id": rows["order_id"],
            "customer_id": rows["customer_id"],
            "ordered_at": _utc(spec, rows["time"]),
            "status": _pick(STATUSES, rows["status"]),
            "product_id": ids("P", len(spec.products))[rows["product"]],
            "quantity": rows["quantity"],
            "currency": _pick(list(spec.currencies), rows["currency"]),
            "amount": rows["amount"],
            "amount_cny": rows["amount_cny"],
            "refund_cny": rows["refund_cny"],
            "promised_on": _date(spec, rows["promised"]),
            "delivered_on": _date(spec, rows["delivered"], known=arrived),
        }
    )


def contacts(spec: ShopSpec, calendar: Calendar, bought: Orders, rng: np.random.Generator) -> pd.DataFrame:
    """One row a message to the service desk."""
    rows = _sorted(service.contacts(spec, calendar, bought, rng), "time")
    return pd.DataFrame(
        {
            "contact_id": ids("K", len(rows["time"])),
            "customer_id": bought["customer_id"][rows["order"]],
            "order_id": pd.Series(bought["order_id"][rows["order"]], dtype="str").where(rows["named"]),
            "contacted_at": _utc(spec, rows["time"]),
            "channel": _drawn(spec.contact_channels, len(rows["time"]), rng),
            "topic": _pick(service.TOPICS, rows["topic"]),
            "first_response_minutes": rows["minutes"],
        }
    )


def tickets(spec: ShopSpec, calendar: Calendar, bought: Orders, rng: np.random.Generator) -> pd.DataFrame:
    """One row a complaint."""
    rows = _sorted(service.tickets(spec, calendar, bought, rng), "time")
    return pd.DataFrame(
        {
            "ticket_id": ids("T", len(rows["time"])),
            "customer_id": bought["customer_id"][rows["order"]],
            "order_id": bought["order_id"][rows["order"]],
            "opened_at": _utc(spec, rows["time"]),
            "type": _pick(service.TICKET_TYPES, rows["kind"]),
            "channel": _drawn(spec.contact_channels, len(rows["time"]), rng),
            "handling_hours": rows["hours"],
            "outcome": _pick(service.OUTCOMES, rows["outcome"]),
        }
    )


def surveys(spec: ShopSpec, calendar: Calendar, bought: Orders, rng: np.random.Generator) -> pd.DataFrame:
    """One row an answered survey."""
    rows = _sorted(service.surveys(spec, calendar, bought, rng), "day")
    return pd.DataFrame(
        {
            "survey_id": ids("S", len(rows["day"])),
            "customer_id": bought["customer_id"][rows["order"]],
            "order_id": bought["order_id"][rows["order"]],
            "answered_on": _date(spec, rows["day"]),
            "satisfaction": rows["satisfaction"],
            "recommend": rows["recommend"],
        }
    )


def campaign_sends(spec: ShopSpec, sends: Orders, bought: Orders, names: np.ndarray) -> pd.DataFrame:
    """One row a mail sent. `ordered`: any order within the response window, brought by the mail or not."""
    ordered = np.zeros(len(sends["customer"]), bool)
    for index, campaign in enumerate(spec.campaigns):
        day = day_number(spec, campaign.sent_on)
        inside = (bought["time"] >= day) & (bought["time"] < day + spec.mailing.window_days)
        buyers = np.zeros(spec.customers, bool)
        buyers[bought["customer"][inside]] = True
        mine = sends["campaign"] == index
        ordered[mine] = buyers[sends["customer"][mine]]
    return pd.DataFrame(
        {
            "campaign_id": ids("M", len(spec.campaigns))[sends["campaign"]],
            "customer_id": names[sends["customer"]],
            "opened": sends["opened"],
            "ordered": ordered,
            "unsubscribed": sends["unsubscribed"],
        }
    )


def products(spec: ShopSpec) -> pd.DataFrame:
    """One row an article."""
    table = _records(Product, spec.products).rename(columns={"price": "price_cny", "cost": "cost_cny"})
    table.insert(0, "product_id", ids("P", len(table)))
    return table


def campaigns(spec: ShopSpec) -> pd.DataFrame:
    """One row a mailing."""
    table = _dated(_records(Campaign, spec.campaigns), "sent_on")
    table.insert(0, "campaign_id", ids("M", len(table)))
    return table


def rates(spec: ShopSpec, calendar: Calendar) -> pd.DataFrame:
    """One row a month and currency."""
    currencies, months = list(spec.currencies), len(calendar.rate_dates)
    return pd.DataFrame(
        {
            "valid_from": np.repeat(calendar.rate_dates.astype("datetime64[us]"), len(currencies)),
            "currency": np.array(currencies * months, dtype=object),
            "cny_per_unit": calendar.rates.T.ravel(),
        }
    )


def countries(spec: ShopSpec) -> pd.DataFrame:
    """One row a country, region or province."""
    table = _records(Market, spec.markets)
    table = table.rename(columns={"code": "country", "transit_days": "transit_days_median"})
    table["currency_digits"] = [spec.currencies[market.currency][0] for market in spec.markets]
    columns = ["country", "name_zh", "name_en", "currency", "currency_digits", "utc_offset", "promised_days"]
    return table[[*columns, "transit_days_median", "duty_free_limit", "duty_rate_percent"]]


def promotions(spec: ShopSpec) -> pd.DataFrame:
    """One row a sale."""
    return _dated(_records(Promotion, spec.promotions), "starts_on", "ends_on")


def holidays(spec: ShopSpec) -> pd.DataFrame:
    """One row a holiday period of one market."""
    table = _dated(_records(Holiday, spec.holidays), "starts_on", "ends_on")
    return table.assign(country=table["country"].astype("str").where(table["country"] != ""))


def _pick(values: Sequence[str], index: np.ndarray) -> np.ndarray:
    return np.array(values, dtype=object)[index]


def _drawn(weights: dict[str, float], size: int, rng: np.random.Generator) -> np.ndarray:
    shares = np.array(list(weights.values()))
    return _pick(list(weights), rng.choice(len(shares), size, p=shares / shares.sum()))


def _sorted(rows: Orders, by: str) -> Orders:
    place = np.argsort(rows[by], kind="stable")
    return {name: values[place] for name, values in rows.items()}


def _utc(spec: ShopSpec, time: np.ndarray) -> pd.DatetimeIndex:
    start = np.datetime64(spec.start, "s") - np.timedelta64(spec.utc_offset, "h")
    seconds = (time * 86_400.0).astype(np.int64).astype("timedelta64[s]")
    return pd.DatetimeIndex((start + seconds).astype("datetime64[us]")).tz_localize("UTC")


def _date(spec: ShopSpec, day: np.ndarray, *, known: np.ndarray | None = None) -> np.ndarray:
    dates = (np.datetime64(spec.start, "D") + day.astype(np.int64)).astype("datetime64[us]")
    if known is not None:
        dates[~known] = np.datetime64("NaT")
    return dates


def _records(kind: type, items: Sequence[object]) -> pd.DataFrame:
    columns = [column.name for column in fields(kind)]
    return pd.DataFrame([vars(item) for item in items], columns=columns)


def _dated(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    return table.assign(**{name: pd.to_datetime(table[name]).astype("datetime64[us]") for name in columns})
