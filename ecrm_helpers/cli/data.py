"""`ecrm shop`, `ecrm unit`, `ecrm rfm`: a shop's own orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.cli import rfm, shop, unit

if TYPE_CHECKING:
    import click

__all__ = ["COMMANDS"]

COMMANDS: tuple[click.Command, ...] = (*rfm.COMMANDS, *shop.COMMANDS, *unit.COMMANDS)
