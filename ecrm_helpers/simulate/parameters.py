"""What is planted in a simulated shop: one frozen dataclass per part, one line per number.

The defaults are the values both shipped shops use. A test plants other values with
`dataclasses.replace` and recovers them from the generated tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = [
    "Campaign",
    "CampaignModel",
    "Holiday",
    "Market",
    "Product",
    "Promotion",
    "PurchaseModel",
    "Response",
    "ServiceModel",
    "ShopSpec",
    "SpendModel",
]


@dataclass(frozen=True, kw_only=True)
class PurchaseModel:
    """When a customer orders and when the customer leaves for good (BG/NBD family).

    Orders follow a Poisson process on the shop's operational clock, with a rate drawn per customer from
    Gamma(r, alpha). After *every* order, the first included, the customer leaves with a probability drawn
    per customer from Beta(a, b): the modified BG/NBD of Batislam, Denizel and Filiztekin (2007), after
    Fader, Hardie and Lee (2005). Satisfaction moves the log-odds of leaving.
    """

    r: float = 0.9  # shape of the gamma distribution of purchase rates
    alpha: float = 65.0  # its rate, in days: the mean purchase rate is r / alpha orders a day
    a: float = 1.1  # first parameter of the beta distribution of drop-out probabilities
    b: float = 3.3  # second parameter: the mean drop-out probability is a / (a + b)
    dropout_per_point: float = 0.8  # rise in the log-odds of leaving per point of satisfaction lost
    neutral_satisfaction: float = 4.0  # the satisfaction at which the log-odds are the customer's own
    same_day_share: float = 0.65  # share of customers whose first order comes with registration
    browse_days: float = 9.0  # mean days from registration to first order of the others


@dataclass(frozen=True, kw_only=True)
class SpendModel:
    """What an order is worth: a customer's own level times noise per order, independent of frequency."""

    mean_yuan: float = 330.0  # mean order value over customers, yuan, before campaign discounts
    customer_sigma: float = 0.85  # standard deviation of log level between customers (lognormal)
    order_sigma: float = 0.45  # standard deviation of log noise between orders of one customer
    quantity_weights: tuple[float, ...] = (0.72, 0.19, 0.09)  # chance of one, two, three pieces


@dataclass(frozen=True, kw_only=True)
class ServiceModel:
    """Delivery, satisfaction and what follows from them, the same in every country or region."""

    cancel_rate: float = 0.04  # share of orders cancelled before dispatch
    problem_rate: float = 0.06  # share of delivered orders that arrive damaged, wrong or defective
    clearance_days: float = 3.0  # days customs adds to an order above the duty-free limit
    satisfaction_mean: float = 4.25  # latent satisfaction of an order on time without a problem
    customer_sigma: float = 0.45  # standard deviation of customers' own latent level
    order_sigma: float = 0.65  # standard deviation of latent satisfaction within a customer
    late_per_day: float = 0.22  # latent points lost per day late
    late_cap_days: int = 10  # days late beyond which nothing more is lost
    problem_points: float = 1.9  # latent points lost by a problem
    survey_rate: float = 0.35  # share of delivered orders whose buyer answers the survey
    refund_if_unhappy: float = 0.45  # chance of a refund when satisfaction is 1 or 2
    refund_otherwise: float = 0.012  # chance of a refund when satisfaction is 3 or more
    full_refund_share: float = 0.5  # share of refunds that return the whole amount
    enquiries_per_order: float = 0.30  # mean pre-sale enquiries per order
    enquiry_lead_days: float = 0.8  # mean days from enquiry to order
    named_enquiry_share: float = 0.5  # share of enquiries that name the order they led to
    chase_per_late_order: float = 0.55  # chance that a late order brings a "where is it" contact
    contact_per_problem: float = 0.7  # chance that a problem brings an after-sale contact
    reply_minutes: float = 9.0  # median minutes to the first response in service hours
    reply_sigma: float = 0.8  # standard deviation of log minutes
    night_factor: float = 14.0  # how many times as long an answer takes outside service hours
    desk_hours: tuple[int, int] = (9, 22)  # service hours, shop's local time
    late_ticket_per_day: float = 0.07  # hazard of a complaint per day late
    ticket_per_problem: float = 0.8  # chance that a problem brings a complaint
    ticket_per_duty: float = 0.12  # chance that an order above the duty-free limit brings a complaint
    handling_hours: float = 20.0  # median hours to settle a complaint
    handling_sigma: float = 0.9  # standard deviation of log hours


@dataclass(frozen=True, kw_only=True)
class Response:
    """How one kind of customer answers one campaign mail at a 20 % discount."""

    lift: float  # chance of one extra order within the response window
    annoyance: float  # chance of unsubscribing


@dataclass(frozen=True, kw_only=True)
class CampaignModel:
    """Who is written to and what it does, by state on the day of sending.

    new: one order in the last `recent_days` · regular: more than one, the last within `recent_days` ·
    lapsed: silent up to `silent_days` · silent: longer. Lift grows with the discount (discount / 20).
    """

    reach: float = 0.7  # random share of opted-in customers written to; the rest is the control group
    opt_in_rate: float = 0.62  # share of customers who agree to receive mail
    open_rate: float = 0.38  # share of mails opened
    window_days: int = 7  # days after sending within which an order counts as a response
    recent_days: int = 90  # days since the last order within which a customer is new or regular
    silent_days: int = 270  # days since the last order beyond which a customer is silent
    new: Response = Response(lift=0.010, annoyance=0.035)
    regular: Response = Response(lift=0.015, annoyance=0.006)
    lapsed: Response = Response(lift=0.070, annoyance=0.008)
    silent: Response = Response(lift=0.012, annoyance=0.030)


@dataclass(frozen=True, kw_only=True)
class Market:
    """One country, region or province: logistics, duty, currency. Nothing about its people's taste."""

    code: str  # ISO 3166 code
    name_zh: str  # Chinese name
    name_en: str  # English name
    share: float  # relative number of customers
    currency: str = "CNY"  # ISO 4217 code
    utc_offset: int = 8  # hours from UTC, fixed over the year
    promised_days: int = 4  # delivery promise in days
    transit_days: float = 2.6  # median days in transit
    transit_sigma: float = 0.30  # standard deviation of log transit time
    duty_free_limit: int = 0  # order value without duty, minor units of the currency; simulated
    duty_rate_percent: int = 0  # duty above the limit; 0 means no duty at all; simulated


@dataclass(frozen=True, kw_only=True)
class Product:
    """One article of the catalogue."""

    name_zh: str  # Chinese name
    name_en: str  # English name
    category: str  # Chinese category
    price: int  # list price, fen
    cost: int  # purchase cost, fen


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """A sale that multiplies the purchase intensity everywhere."""

    name_zh: str  # Chinese name
    name_en: str  # English name
    starts_on: str  # first day, ISO date
    ends_on: str  # last day, ISO date
    lift: float  # factor on the purchase intensity


@dataclass(frozen=True, kw_only=True)
class Holiday:
    """Public holidays of one market (empty code: of the warehouse, so of every parcel)."""

    country: str  # market code or ""
    name_zh: str  # Chinese name
    name_en: str  # English name
    starts_on: str  # first day, ISO date
    ends_on: str  # last day, ISO date
    extra_days: int  # days added to parcels ordered in the period


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """One mailing."""

    name_zh: str  # Chinese name
    name_en: str  # English name
    sent_on: str  # ISO date
    discount_percent: int  # offered discount
    cost_per_send: int  # fen


@dataclass(frozen=True, kw_only=True)
class ShopSpec:
    """A whole shop to generate."""

    id: str  # folder and data set name
    start: str = "2024-07-01"  # first day of trading, local
    end: str = "2026-07-01"  # as-of day, local: the first day not in the data
    customers: int = 6000  # registered customers
    utc_offset: int = 8  # hours of the shop's local time from UTC (Asia/Shanghai)
    markets: tuple[Market, ...] = ()  # where customers live
    currencies: dict[str, tuple[int, float]] = field(default_factory=lambda: {"CNY": (2, 1.0)})
    # ^ per currency: decimal digits (ISO 4217) and yuan per unit at the start
    rate_sigma: float = 0.009  # monthly standard deviation of log exchange rates (simulated random walk)
    products: tuple[Product, ...] = ()  # the catalogue
    promotions: tuple[Promotion, ...] = ()  # sales
    holidays: tuple[Holiday, ...] = ()  # holidays that slow parcels
    campaigns: tuple[Campaign, ...] = ()  # mailings
    channels: dict[str, float] = field(default_factory=lambda: {"search": 1.0})  # acquisition, no effect
    contact_channels: dict[str, float] = field(default_factory=lambda: {"chat": 1.0})  # service, no effect
    season: tuple[float, ...] = (1.0,) * 12  # purchase intensity by month, January first
    hours: tuple[float, ...] = (1.0,) * 24  # purchase intensity by the customer's local hour
    holiday_demand: float = 0.85  # purchase intensity on public holidays, the same everywhere
    purchase: PurchaseModel = PurchaseModel()
    spend: SpendModel = SpendModel()
    service: ServiceModel = ServiceModel()
    mailing: CampaignModel = CampaignModel()
