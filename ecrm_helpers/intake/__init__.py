"""A shop's own tables: from whatever export it has to the columns the lessons read, nothing guessed."""

from ecrm_helpers.intake.orders import LoadedOrders, load_orders
from ecrm_helpers.intake.privacy import pseudonyms, read_key
from ecrm_helpers.intake.report import Correction, DataReport
from ecrm_helpers.intake.shopfolder import ShopReport, build_shop, write_shop
from ecrm_helpers.intake.tables import LoadedTable, load_table

__all__ = [
    "Correction",
    "DataReport",
    "LoadedOrders",
    "LoadedTable",
    "ShopReport",
    "build_shop",
    "load_orders",
    "load_table",
    "pseudonyms",
    "read_key",
    "write_shop",
]
