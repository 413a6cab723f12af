"""From planted parameters to the shop's tables, and from tables to CSV files, the same to the byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.simulate import frames
from ecrm_helpers.simulate.clock import Calendar
from ecrm_helpers.simulate.mailings import mailings
from ecrm_helpers.simulate.purchases import join, purchases

if TYPE_CHECKING:
    from pathlib import Path

    from ecrm_helpers.simulate.parameters import ShopSpec

__all__ = ["generate", "write_shop"]


def generate(spec: ShopSpec, *, seed: int) -> dict[str, pd.DataFrame]:
    """Generate a shop's tables.

    Parameters
    ----------
    spec : ShopSpec
        The planted parameters.
    seed : int
        Each part (calendar, customers, purchases, mailings, service, consent) draws from a stream of its
        own, so that a change in one leaves the traits drawn in the others as they were.

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
    orders = {name: np.concatenate([own[name], extra[name]]) for name in own}
    place = np.lexsort((orders["customer"], orders["time"]))
    orders = {name: values[place] for name, values in orders.items()}
    names = frames.ids("C", spec.customers)
    orders |= {"order_id": frames.ids("O", len(place)), "customer_id": names[orders["customer"]]}
    stream = streams[4]
    return {
        "customers": frames.customers(spec, people, names, opted_in=opted_in, rng=stream),
        "orders": frames.orders(spec, calendar, orders),
        "products": frames.products(spec),
        "contacts": frames.contacts(spec, calendar, orders, stream),
        "tickets": frames.tickets(spec, calendar, orders, stream),
        "surveys": frames.surveys(spec, calendar, orders, stream),
        "campaigns": frames.campaigns(spec),
        "campaign_sends": frames.campaign_sends(spec, sends, orders, names),
        "rates": frames.rates(spec, calendar),
        "countries": frames.countries(spec),
        "promotions": frames.promotions(spec),
        "holidays": frames.holidays(spec),
    }


def write_shop(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    r"""Write each table to `folder`/<name>.csv: UTF-8, LF, ISO dates, true/false, empty when missing.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> with tempfile.TemporaryDirectory() as name:
    ...     write_shop({"t": pd.DataFrame({"id": ["a"], "ok": [True]})}, Path(name))
    ...     Path(name, "t.csv").read_bytes()
    b'id,ok\na,true\n'
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
