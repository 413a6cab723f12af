"""Turn what Python says about `grading_config.py` into the line to change and what to write there."""

from __future__ import annotations

import ast
import re
import traceback
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from ecrm_helpers import grades
from ecrm_helpers.grades.config_lines import line_of_keyword
from ecrm_helpers.messages import scheme_file as messages

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["explained"]

_CALLED = re.compile(r"(?P<declaration>\w+)\.__init__\(\) (?P<problem>.+)", re.DOTALL)
_UNKNOWN = re.compile(r"got an unexpected keyword argument '(.+?)'")
_LACKING = re.compile(r"missing \d+ required .*?arguments?: (.+)")
_TOO_MANY = re.compile(r"takes .* positional arguments? but")
_IMPORT = re.compile(r"cannot import name '(\w+)'")


def explained(error: Exception, path: Path) -> str:
    """Say in Chinese why the file does not run, on which line, and what may be meant.

    Parameters
    ----------
    error : Exception
        What running the file raised.
    path : Path
    """
    if isinstance(error, SyntaxError):
        return messages.located(path.name, error.lineno, *messages.syntax(error))
    line = _line(error, path)
    if isinstance(error, NameError) and error.name:
        return messages.located(path.name, line, *messages.unknown_name(error.name, _names(path)))
    if isinstance(error, ImportError) and (found := _IMPORT.search(str(error))):
        return messages.located(path.name, line, *messages.unknown_name(found[1], grades.__all__))
    if isinstance(error, TypeError) and (called := _CALLED.search(str(error))):
        return _wrong_call(path, line, called["declaration"], called["problem"], error)
    return messages.config_does_not_run(path.name, line, error)


def _wrong_call(path: Path, line: int | None, declaration: str, problem: str, error: TypeError) -> str:
    known = _keywords(declaration)
    if unknown := _UNKNOWN.search(problem):
        if line is not None:
            line = line_of_keyword(ast.parse(path.read_bytes()), declaration, unknown[1], line)
        return messages.located(path.name, line, *messages.unknown_keyword(declaration, unknown[1], known))
    if lacking := _LACKING.search(problem):
        names = re.findall(r"'(\w+)'", lacking[1])
        return messages.located(path.name, line, *messages.keyword_missing(declaration, names))
    if _TOO_MANY.search(problem):
        return messages.located(path.name, line, *messages.not_by_position(declaration, known))
    return messages.config_does_not_run(path.name, line, error)


def _keywords(declaration: str) -> list[str]:
    one: Any = getattr(grades, declaration, None)
    return [field.name for field in fields(one)] if is_dataclass(one) else []


def _names(path: Path) -> list[str]:
    """List every name the file could mean: what the package offers, and what the file itself assigns."""
    tree = ast.parse(path.read_bytes())
    own = [
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    return [*grades.__all__, *own, "None", "True", "False"]


def _line(error: Exception, path: Path) -> int | None:
    frames = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)
    ]
    return frames[-1] if frames else None
