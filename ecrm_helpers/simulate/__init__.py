"""The shop generator: fictional shops from planted, known parameters (data/README.md describes the model)."""

from ecrm_helpers.simulate.parameters import (
    Campaign,
    CampaignModel,
    Holiday,
    Market,
    Product,
    Promotion,
    PurchaseModel,
    Response,
    ServiceModel,
    ShopSpec,
    SpendModel,
)
from ecrm_helpers.simulate.shops import HETING, RONGYU, SEEDS
from ecrm_helpers.simulate.tables import generate, write_shop

__all__ = [
    "HETING",
    "RONGYU",
    "SEEDS",
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
    "generate",
    "write_shop",
]
