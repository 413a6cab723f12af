"""What the steps of cleaning share: the wishes of the caller, what was staged, where to write."""

# ruff: noqa: S608  names and texts from outside enter SQL through `quoted` and `literal` only
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ecrm_helpers.intake.scan.expressions import literal
from ecrm_helpers.intake.scan.parts import run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ecrm_helpers.intake.rates import Rates
    from ecrm_helpers.intake.scan.oddities import OddReader
    from ecrm_helpers.intake.scan.roles import Roles
    from ecrm_helpers.intake.scan.stage import Staged

__all__ = ["Desk", "Wishes"]


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the caller decides about the orders."""

    grain: Literal["auto", "order", "line"] = "auto"
    drop: bool = False
    currency: str | None = None
    rates: Rates | None = None
    encoding: str | None = None  # of text files; found out when None


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What every step of cleaning needs."""

    staged: Staged
    roles: Sequence[Roles]
    reader: OddReader
    wishes: Wishes
    folder: Path
    connection: Any

    def ask(self, query: str) -> tuple[Any, ...]:
        """Return a query's only row."""
        return run(self.connection, query)[0]

    def write(self, table: str, name: str) -> Path:
        """Write a table aside as Parquet."""
        target = self.folder / f"{name}.parquet"
        copy = f"COPY (SELECT * FROM {table}) TO {literal(str(target))} (FORMAT parquet)"
        run(self.connection, copy)
        return target
