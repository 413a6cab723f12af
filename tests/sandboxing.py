"""What tests that run student code share: a reason to skip where there is no sandbox."""

from __future__ import annotations

import pytest

from ecrm_helpers.errors import SandboxError
from ecrm_helpers.marking.sandbox import check_sandbox


def _reason() -> str:
    try:
        check_sandbox()
    except SandboxError as error:
        return str(error)
    return ""


REASON = _reason()
needs_sandbox = pytest.mark.skipif(bool(REASON), reason=REASON or "there is a sandbox")
