"""Fill the templates, with everything that came from outside escaped."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

__all__ = ["rendered"]


def rendered(template: str, **context: Any) -> bytes:
    """Fill one template of this package; a name the context lacks is an error, never a blank."""
    page: str = _environment().get_template(template).render(**context)
    return page.encode()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("ecrm_helpers.grades.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
