"""Codes in place of customers' names: the same person the same code, and no way back without the key."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.messages import intake as say

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

__all__ = ["file_key", "others_can_read", "pseudonyms", "read_key"]

SHORTEST_KEY = 16
_DIGITS = 12  # 48 bits: among a million customers two share a code once in 500 shops
_CHUNK = 1 << 20


def pseudonyms(ids: pd.Series, key: bytes) -> pd.Series:
    """Replace ids by codes: "K" and 12 hexadecimal digits of HMAC-SHA256.

    Parameters
    ----------
    ids : Series of str
        Missing ids stay missing.
    key : bytes, at least 16
        The same key gives the same codes in every file and term.

    Returns
    -------
    Series of str
        With the index of `ids`.

    Raises
    ------
    SettingsError
        If the key is no bytes or too short.
    DataError
        If two ids get the same code.

    Examples
    --------
    >>> import pandas as pd
    >>> pseudonyms(pd.Series(["ann@example.org", "bo"]), b"sixteen bytes at least").tolist()
    ['K72827993dc39', 'Kc3c9e6eec2f6']
    """
    if not isinstance(key, bytes) or len(key) < SHORTEST_KEY:
        message = say.bad_key(SHORTEST_KEY)
        raise SettingsError(message)
    names = ids.dropna().unique()
    codes = {
        name: "K" + hmac.new(key, str(name).encode(), hashlib.sha256).hexdigest()[:_DIGITS] for name in names
    }
    if len(set(codes.values())) != len(codes):
        raise DataError(say.CODES_COLLIDE)
    return ids.map(codes).astype("str")


def read_key(path: str | Path) -> bytes:
    """Read a key file, or make one that only its owner may read.

    Parameters
    ----------
    path : str or Path
        Its bytes are the key, without surrounding blanks. Where there is no file, one with 64 random
        hexadecimal digits is written with mode 0600.

    Raises
    ------
    DataError
        If the file cannot be read or written, or holds fewer than 16 bytes.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     read_key(Path(folder) / "shop.key") == read_key(Path(folder) / "shop.key")
    True
    """
    path = Path(path)
    try:
        return _made(path)
    except FileExistsError:
        pass  # made before: read it
    except OSError as error:
        message = say.key_unusable(path, error)
        raise DataError(message) from error
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        message = say.key_unusable(path, error)
        raise DataError(message) from error
    if len(key) < SHORTEST_KEY:
        message = say.short_key_file(path, SHORTEST_KEY)
        raise DataError(message)
    return key


def others_can_read(path: str | Path) -> bool:
    """Tell whether a file's mode lets others than its owner read it; False where modes mean nothing."""
    return os.name == "posix" and bool(Path(path).stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def file_key(paths: Iterable[Path]) -> bytes:
    """Derive a key from the files' own bytes: reproducible for who has them, useless to others."""
    digests = []
    for path in paths:
        digest = hashlib.sha256()
        with path.open("rb") as stream:
            while block := stream.read(_CHUNK):
                digest.update(block)
        digests.append(digest.digest())
    return hashlib.sha256(b"".join(sorted(digests))).digest()


def _made(path: Path) -> bytes:
    key = secrets.token_hex(32).encode()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(key + b"\n")
    return key
