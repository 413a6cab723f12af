"""What tests that run student code share: a reason to skip where there is no sandbox.

With ``ECRM_CI_SANDBOX=required`` its lack is an error: a run that should have attacked it must not pass.
"""

from __future__ import annotations

import os

import pytest

from ecrm_helpers.errors import SandboxError
from ecrm_helpers.marking.sandbox import check_sandbox


def _reason() -> str:
    try:
        check_sandbox()
    except SandboxError as error:
        if os.environ.get("ECRM_CI_SANDBOX") == "required":
            message = f"ECRM_CI_SANDBOX=required, but there is no sandbox: {error}"
            raise RuntimeError(message) from error
        return str(error)
    return ""


REASON = _reason()
needs_sandbox = pytest.mark.skipif(bool(REASON), reason=REASON or "there is a sandbox")
