"""Which files a run reads: files, patterns, folders of Parquet, a shop's own folder."""

from __future__ import annotations

import glob
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.messages import scan as say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Sources", "find_sources"]

_KINDS: dict[str, Literal["csv", "xlsx", "parquet"]] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".parquet": "parquet",
    ".pq": "parquet",
}


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Files of one kind, in a fixed order."""

    files: tuple[Path, ...]
    kind: Literal["csv", "xlsx", "parquet"]
    shop: dict[str, Any] | None = None  # shop.json, when the files are a shop's own folder

    @property
    def zipped(self) -> bool:
        """Whether any file is gzipped."""
        return any(file.suffix.lower() == ".gz" for file in self.files)

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.stat().st_size for file in self.files)


def find_sources(paths: str | Path | Iterable[str | Path]) -> Sources:
    """List the order files that `paths` name.

    Parameters
    ----------
    paths : path or iterable of paths
        Files (CSV, also gzipped, XLSX, Parquet), patterns with ``*``, folders of Parquet files (read with
        their subfolders), or one folder of a shop's own with its shop.json.

    Raises
    ------
    DataError
        If nothing is found, a file is named twice or kinds are mixed.

    Examples
    --------
    >>> from ecrm_helpers.datasets import data_dir
    >>> find_sources(data_dir() / "rongyu" / "orders.csv").kind
    'csv'
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    if not given:
        raise SettingsError(say.no_files_given())
    shop = _shop(Path(given[0])) if len(given) == 1 else None
    files = [Path(given[0]) / "orders.csv"] if shop is not None else list(_files(given))
    for file in files:
        if not file.is_file():
            message = say.no_file(str(file))
            raise DataError(message)
    _check_once(files)
    kinds = list(dict.fromkeys(_kind(file) for file in files))
    if len(kinds) > 1:
        message = say.mixed_kinds(kinds)
        raise DataError(message)
    return Sources(files=tuple(files), kind=kinds[0], shop=shop)


def _files(given: list[str | Path]) -> Iterator[Path]:
    for one in given:
        path = Path(one)
        if path.is_dir():
            yield from _folder(path)
        elif path.exists() or not glob.has_magic(str(one)):
            yield path
        else:
            found = sorted(glob.glob(str(one), recursive=True))  # noqa: PTH207, a pattern may be absolute
            if not found:
                message = say.no_file(str(one))
                raise DataError(message)
            yield from (Path(name) for name in found if Path(name).is_file())


def _folder(folder: Path) -> list[Path]:
    """Return a folder's Parquet files without what engines put beside them, such as _SUCCESS."""
    found = [
        file
        for file in sorted(folder.rglob("*"))
        if _KINDS.get(file.suffix.lower()) == "parquet"
        and not any(part.startswith(("_", ".")) for part in file.relative_to(folder).parts)
    ]
    if not found:
        message = say.no_tables(folder)
        raise DataError(message)
    return found


def _shop(folder: Path) -> dict[str, Any] | None:
    described = folder / "shop.json"
    if not described.is_file():
        return None
    try:
        shop = json.loads(described.read_text("utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        message = say.bad_shop_file(described, error)
        raise DataError(message) from error
    if not isinstance(shop, dict):
        message = say.bad_shop_file(described, type(shop).__name__)
        raise DataError(message)
    return shop


def _check_once(files: list[Path]) -> None:
    seen = set()
    for file in files:
        real = file.resolve()
        if real in seen:
            message = say.twice(file)
            raise DataError(message)
        seen.add(real)


def _kind(file: Path) -> Literal["csv", "xlsx", "parquet"]:
    name = file.name.lower().removesuffix(".gz")
    kind = _KINDS.get(Path(name).suffix)
    if kind is None or (name != file.name.lower() and kind != "csv"):
        message = say.unknown_kind(file)
        raise DataError(message)
    return kind
