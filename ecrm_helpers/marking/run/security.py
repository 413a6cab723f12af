"""Who may talk to whom when marking leaves this machine: TLS with certificates of one's own, or nothing."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any, Final

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.messages import spreading as say

__all__ = ["CERTIFICATES", "client_security"]

CERTIFICATES: Final = ("ca.pem", "client.pem", "client-key.pem")


def client_security(scheduler: str, certificates: Path | None) -> Any:
    """Return how to connect to a scheduler, as `distributed` wants it.

    Parameters
    ----------
    scheduler : str
        ``tls://host:port``; any other protocol is refused.
    certificates : Path
        Folder with ``ca.pem``, ``client.pem`` and ``client-key.pem``.

    Raises
    ------
    MarkingError
        The address is not encrypted, a file is missing, others can read the key, or `distributed` is not
        installed.

    Examples
    --------
    >>> client_security("tcp://10.0.0.5:8786", None)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    ecrm_helpers.errors.MarkingError: 调度器的地址要以 tls:// 开头，给的是“tcp://10.0.0.5:8786”。...
    """
    if not scheduler.startswith("tls://"):
        message = say.not_tls(scheduler)
        raise MarkingError(message)
    folder = Path(certificates) if certificates is not None else None
    missing = [name for name in CERTIFICATES if folder is None or not (folder / name).is_file()]
    if folder is None or missing:
        message = say.no_certificates(folder, missing)
        raise MarkingError(message)
    ca, certificate, key = (folder / name for name in CERTIFICATES)
    if os.name == "posix" and stat.S_IMODE(key.stat().st_mode) & 0o077:
        message = say.open_key(key)
        raise MarkingError(message)
    try:
        from distributed.security import Security  # noqa: PLC0415 - a second, and only some schools have it
    except ImportError as error:
        raise MarkingError(say.NOT_INSTALLED) from error
    return Security(
        tls_ca_file=str(ca),
        tls_client_cert=str(certificate),
        tls_client_key=str(key),
        require_encryption=True,
    )
