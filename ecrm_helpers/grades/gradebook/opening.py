"""Open a gradebook for reading only: a file that is not made and not changed, or a database server."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ecrm_helpers.errors import GradingError
from ecrm_helpers.messages import gradebook as messages
from ecrm_helpers.messages import marking_run as run_messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL

__all__ = ["opened"]

_SQLITE = "sqlite"
_KNOWN = {"locked": messages.busy, "readonly": messages.interrupted}  # what SQLite says


@contextmanager
def opened(source: str | Path) -> Iterator[Any]:
    """Connect, and see all tables as they stood at one moment, whatever is marked meanwhile.

    Parameters
    ----------
    source : Path or str
        A SQLite file or a database address; no message shows an address, it may carry a password.

    Raises
    ------
    GradingError
    """
    import sqlalchemy as sa  # noqa: PLC0415  a quarter of a second, not needed for --help

    shown = messages.DATABASE if isinstance(source, str) else source.name
    engine = _engine(source)
    try:
        with _connected(engine) as connection:
            if engine.dialect.name == _SQLITE:
                connection.exec_driver_sql("BEGIN")  # Python's driver begins none for reading
            yield connection
    except sa.exc.SQLAlchemyError as error:
        reason = str(getattr(error, "orig", ""))
        told = next((words for part, words in _KNOWN.items() if part in reason), messages.not_a_gradebook)
        message = told(shown)
        raise GradingError(message) from error
    finally:
        engine.dispose()


def _engine(source: str | Path) -> Any:
    import sqlalchemy as sa  # noqa: PLC0415

    try:
        return sa.create_engine(_address(source))
    except (sa.exc.ArgumentError, ValueError) as error:
        message = messages.not_an_address()
        raise GradingError(message) from error
    except ImportError as error:
        message = run_messages.no_driver(str(error.name))
        raise GradingError(message) from error


def _address(source: str | Path) -> str | URL:
    """Open a SQLite file read-only; by its bare address SQLite would make one that is not there."""
    import sqlalchemy as sa  # noqa: PLC0415

    path = source
    if isinstance(source, str):
        url = sa.engine.make_url(source)
        if url.get_backend_name() != _SQLITE or (url.database or "").startswith("file:"):
            return url
        path = Path(url.database or "")
    path = Path(path)
    if not path.is_file():
        message = messages.no_gradebook(path)
        raise GradingError(message)
    return f"{_SQLITE}:///file:{quote(path.resolve().as_posix())}?mode=ro&uri=true"


def _connected(engine: Any) -> Any:
    import sqlalchemy as sa  # noqa: PLC0415

    try:
        connection = engine.connect()
        if engine.dialect.name == _SQLITE:
            return connection
        return connection.execution_options(isolation_level="REPEATABLE READ")
    except sa.exc.SQLAlchemyError as error:  # its own words may name the address
        message = messages.cannot_connect()
        raise GradingError(message) from error
