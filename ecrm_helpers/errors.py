"""The package's exceptions: one base, one line per sibling.

A message says what was expected, what came, and, for learners, ends with a line 提示：….
"""

from __future__ import annotations

__all__ = ["DataError", "EcrmError", "GradingError", "MarkingError", "SandboxError", "SettingsError"]


class EcrmError(Exception):
    """Base of every error this package raises on purpose."""

    @classmethod
    def explain(cls, what: str, *, hint: str) -> EcrmError:
        """Build the error from what went wrong and what to do about it.

        Examples
        --------
        >>> print(EcrmError.explain("找不到店铺数据。", hint="检查名字。"))
        找不到店铺数据。
        提示：检查名字。
        """
        return cls(f"{what}\n提示：{hint}")


class DataError(EcrmError):
    """A table is missing, unreadable or not what its schema says."""


class SettingsError(EcrmError, ValueError):
    """An option has a value outside what the function accepts."""


class MarkingError(EcrmError):
    """A submission or a marking file cannot be used."""


class SandboxError(MarkingError):
    """Student code cannot be run safely on this machine, and nothing was run."""


class GradingError(EcrmError):
    """A grading scheme, a score sheet or a gradebook cannot be used."""
