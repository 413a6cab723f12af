"""Customers one by one: a state per customer, moved month by month by random numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.lifecycle.base import Base, Levers
from ecrm_helpers.lifecycle.book import is_count
from ecrm_helpers.lifecycle.model import Projection, account, matrix_with, new_customers_with
from ecrm_helpers.messages import lifecycle as say
from ecrm_helpers.orders import check_kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["simulate"]

_CHUNK = 1 << 16  # customers per step: the buffers then stay in the processor's cache
_CELLS = 1 << 16  # a 16-bit random number picks one of so many cells of a row of the matrix
_MIXED = np.int8(-1)


def simulate(levers: Levers, base: Base, *, customers: int, months: int, seed: int) -> Projection:
    """Move every customer of a shop through the stages by chance; same conventions as :func:`project`.

    The shop is `base` scaled to `customers` at the start: newcomers and the budgets' cost scale with it, the
    matrix does not change. Newcomers per month are Poisson, moves are independent draws, revenue and cost per
    customer are those of the stage. The mean over seeds is `project` times the scale.

    Parameters
    ----------
    levers : Levers
    base : Base
    customers : int
        At the start, spread over the stages as ``base.people``.
    months : int
    seed : int
        Equal seeds give equal results under the pinned numpy.

    Returns
    -------
    Projection
        ``people`` and ``new_customers`` are whole numbers (as float64).

    Raises
    ------
    SettingsError

    Examples
    --------
    >>> from ecrm_helpers.lifecycle import Base, Levers
    >>> run = simulate(Levers(), Base(), customers=1000, months=3, seed=1)
    >>> float(run.people[0].sum()), run.people.shape
    (1000.0, (4, 5))
    """
    check_kind(levers, Levers, "levers")
    check_kind(base, Base, "base")
    for name, value, least in (("customers", customers, 1), ("months", months, 1), ("seed", seed, 0)):
        if not is_count(value, least=least):
            message = say.bad_count(name, value, least)
            raise SettingsError(message)
    total = sum(base.people)
    if total <= 0:
        message = say.bad_people("people", base.people)
        raise SettingsError(message)
    rng = np.random.default_rng(seed)
    scale = customers / total
    matrix = matrix_with(levers, base)
    arriving = rng.poisson(new_customers_with(levers, base) * scale, months)
    people = _walk(_spread(base.people, customers), arriving, matrix, rng)
    return account(people, arriving.astype(float), budget=levers.total * scale, matrix=matrix, base=base)


def _spread(shares: tuple[float, ...], customers: int) -> NDArray[np.int64]:
    """Split `customers` by shares, largest remainders first."""
    exact = np.array(shares) / sum(shares) * customers
    counts = np.floor(exact).astype(np.int64)
    short = customers - int(counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:short]] += 1
    return counts


def _walk(
    start: NDArray[np.int64],
    arriving: NDArray[np.int64],
    matrix: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return people per stage at each month's start; newcomers enter acquisition at the month's end."""
    stages = len(start)
    state = np.zeros(int(start.sum() + arriving.sum()), dtype=np.int8)
    state[: start.sum()] = np.repeat(np.arange(stages, dtype=np.int8), start)
    table, bounds = _cells(matrix)
    draw = _Mover(table, bounds, rng)
    people = np.zeros((len(arriving) + 1, stages))
    people[0] = start
    living = int(start.sum())
    for month, new in enumerate(arriving):
        for begin in range(0, living, _CHUNK):
            part = state[begin : min(begin + _CHUNK, living)]
            draw.move(part)
            people[month + 1] += [np.count_nonzero(part == stage) for stage in range(stages)]
        living += int(new)
        people[month + 1, 0] += new
    return people


def _cells(matrix: NDArray[np.float64]) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Tabulate each row's next stage per cell; a cell that a bound of the row crosses is marked mixed."""
    bounds = np.cumsum(matrix, axis=1) * _CELLS
    bounds[:, -1] = _CELLS
    table = np.full((len(matrix), _CELLS), _MIXED)
    for cells, ends in zip(table, bounds, strict=True):
        begin = 0.0
        for stage, end in enumerate(ends):
            cells[math.ceil(begin) : math.floor(end)] = stage
            begin = end
    return table.ravel(), bounds


class _Mover:
    """Moves a chunk of customers by one month, in place, in buffers used again and again.

    Sixteen random bits pick a cell of the customer's row. Nearly all cells lead to one stage; in the few that
    a bound crosses a further uniform number decides, so the probabilities are exact and not rounded to bits.
    """

    def __init__(
        self, table: NDArray[np.int8], bounds: NDArray[np.float64], rng: np.random.Generator
    ) -> None:
        self.table, self.bounds, self.rng = table, bounds, rng
        self._index = np.empty(_CHUNK, dtype=np.intp)

    def move(self, state: NDArray[np.int8]) -> None:
        bits = np.frombuffer(self.rng.bytes(2 * len(state)), dtype="<u2")
        index = self._index[: len(state)]
        np.multiply(state, _CELLS, out=index, dtype=np.intp)
        index += bits
        here = state.copy()
        np.take(self.table, index, out=state, mode="clip")
        mixed = np.flatnonzero(state == _MIXED)
        where = bits[mixed] + self.rng.random(len(mixed))
        state[mixed] = (self.bounds[here[mixed]] <= where[:, None]).sum(axis=1)
