"""A shop's own tables: from whatever export it has to the columns the lessons read, nothing guessed."""

from ecrm_helpers.intake.orders import LoadedOrders, load_orders
from ecrm_helpers.intake.privacy import pseudonyms, read_key
from ecrm_helpers.intake.report import Correction, DataReport

__all__ = ["Correction", "DataReport", "LoadedOrders", "load_orders", "pseudonyms", "read_key"]
