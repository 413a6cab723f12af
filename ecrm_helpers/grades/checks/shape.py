"""Find values of a kind that a declaration cannot hold, from the types its fields declare.

Python would take text for a number, ("x") for ("x",), a class for the policy it makes; each is refused
before anything computes with it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from ecrm_helpers.grades.checks.problem import Problem
from ecrm_helpers.messages import scheme as messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecrm_helpers.grades.scheme import Course

__all__ = ["wrong_shapes"]

_LATE_NAMES = {"Mapping": Mapping, "Sequence": Sequence}  # imported for type checking only where declared


@dataclass(frozen=True)
class _Spot:
    """Where a value stands: steps for the line, names and the last keyword for the reader."""

    at: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    field: str = ""

    @property
    def where(self) -> str:
        return " ".join([*self.names, *([f"{self.field}="] if self.field else [])])

    def keyword(self, field: str) -> _Spot:
        return replace(self, at=(*self.at, field), field=field)

    def inside(self, name: str) -> _Spot:
        return _Spot((*self.at, name), (*self.names, name))

    def wrong(self, value: object, expected: str, hint: str) -> Problem:
        return Problem(self.at, messages.wrong_value(self.where, value, expected), hint)


def wrong_shapes(course: Course) -> Iterator[Problem]:
    """Yield every value that is not of its field's declared kind."""
    yield from _declaration(course, _Spot())


def _declaration(declared: Any, spot: _Spot) -> Iterator[Problem]:
    kinds = get_type_hints(type(declared), localns=_LATE_NAMES)
    for one in fields(declared):
        yield from _wrong(getattr(declared, one.name), kinds[one.name], spot.keyword(one.name))


def _wrong(value: object, kind: Any, spot: _Spot) -> Iterator[Problem]:
    choices = get_args(kind)
    if get_origin(kind) is Literal:
        yield from () if value in choices else (spot.wrong(value, *messages.one_of(choices)),)
    elif get_origin(kind) in {tuple, Sequence}:
        yield from _sequence(value, choices[0], spot)
    elif get_origin(kind) is Mapping:
        yield from _mapping(value, choices[0], choices[1], spot)
    elif choices:
        yield from _union(value, choices, spot)
    elif is_dataclass(kind):
        yield from _union(value, (kind,), spot)
    elif not _plain(value, kind):
        yield spot.wrong(value, *messages.PLAIN[kind.__name__])


def _plain(value: object, kind: type) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)


def _sequence(value: object, kind: Any, spot: _Spot) -> Iterator[Problem]:
    if not isinstance(value, tuple | list):
        yield spot.wrong(value, messages.A_GROUP, messages.WRITE_A_TUPLE)
        return
    for item in value:
        yield from _wrong(item, kind, spot.inside(name) if (name := _name(item)) else spot)


def _name(item: object) -> str:
    name = item if isinstance(item, str) else getattr(item, "id", getattr(item, "name", ""))
    return name if isinstance(name, str) else ""


def _mapping(value: object, key_kind: Any, kind: Any, spot: _Spot) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield spot.wrong(value, messages.A_TABLE, messages.WRITE_BRACES)
        return
    for key, held in value.items():
        if not _plain(key, key_kind):
            yield spot.wrong(key, *messages.PLAIN[key_kind.__name__])
            continue
        yield from _wrong(held, kind, spot.inside(key))


def _union(value: object, kinds: tuple[Any, ...], spot: _Spot) -> Iterator[Problem]:
    if value is None and NoneType in kinds:
        return
    kinds = tuple(kind for kind in kinds if kind is not NoneType)
    classes: tuple[type, ...] = tuple(kind for kind in kinds if isinstance(kind, type) and is_dataclass(kind))
    if isinstance(value, classes):
        yield from _declaration(value, spot)
    elif classes:
        hint = messages.CHOICES.get(spot.field) or messages.written_like([kind.__name__ for kind in classes])
        yield spot.wrong(value, messages.NO_SUCH_POLICY, hint)
    elif not (str in kinds and isinstance(value, str)):
        yield from _wrong(value, kinds[-1], spot)
