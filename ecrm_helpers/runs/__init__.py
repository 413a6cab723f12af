"""Whole runs on a shop's own orders: a unit on its data, RFM over its files."""
