"""Recognise a beginner's slip from an exception and the cell it came from: pure functions, no IPython.

Each rule returns the two lines to show, or None. They only read; nothing they see is changed.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import traceback
import unicodedata
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import EllipsisType
from typing import TYPE_CHECKING, Any, Final

from ecrm_helpers.errors import EcrmError
from ecrm_helpers.messages import slips as say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["Scene", "answer_calls", "explain", "quiet_slip"]

_MARKS: Final = dict(
    zip(
        "，。；：（）【】［］“”‘’、！？《》＝｛｝％＋－—×÷＂＇＃",
        ",.;:()[][]\"\"'',!?<>={}%+--*/\"'#",
        strict=True,
    )
)
_CONSTANTS: Final = {"true": "True", "false": "False", "none": "None", "null": "None", "nan": "None"}
_TEXT: Final = re.compile(r""""[^"]*"|'[^']*'""")
_LOCKED: Final = re.compile(r"^\s*answer\s*[(（]")


@dataclass(frozen=True)
class Scene:
    """What is known when an error is shown.

    Parameters
    ----------
    cell : str
        Source of the cell that was run.
    names : mapping
        The session's names.
    fresh : bool
        Nothing but this cell has been run since the kernel started.
    notebook : sequence of str
        Sources of the notebook's code cells as last saved; empty if unknown.
    """

    cell: str = ""
    names: Mapping[str, Any] = field(default_factory=dict)
    fresh: bool = False
    notebook: Sequence[str] = ()


def explain(error: BaseException, scene: Scene) -> say.Lines | None:
    """Return the two lines for a known slip.

    Examples
    --------
    >>> explain(NameError("name 'shpo' is not defined", name="shpo"), Scene(names={"shop": 1}))
    ('没有叫“shpo”的东西，是不是想写“shop”？', '名字要一字不差，大小写也算。')
    """
    if isinstance(error, EcrmError):
        what, _, hint = str(error).partition("\n提示：")
        return (what, hint) if hint else None
    for kind, rule in _RULES:
        if isinstance(error, kind):
            return rule(error, scene)
    return None


def _syntax(error: SyntaxError, scene: Scene) -> say.Lines | None:
    line, told = _line_of(error, scene), error.msg or ""
    if _LOCKED.match(scene.cell):
        return say.LOCKED_CELL
    if isinstance(error, IndentationError):
        return say.INDENTATION
    for found in (_mark_slip(line, told), _number_slip(line, told), _structure_slip(line, told)):
        if found is not None:
            return found
    return say.NOT_UNDERSTOOD


def _line_of(error: SyntaxError, scene: Scene) -> str:
    lines = scene.cell.split("\n")
    at = (error.lineno or 0) - 1
    return error.text or (lines[at] if 0 <= at < len(lines) else "")


def _mark_slip(line: str, told: str) -> say.Lines | None:
    found = re.search(r"invalid (?:non-printable )?character '?(.)", told)
    if found is not None:
        mark = found[1]
    elif "unterminated string" in told:
        mark = _closing_quote(line)
    else:
        mark = _mark_after_number(line, told)
    if not mark:
        return None
    if mark == "％":
        return say.PERCENT
    if mark in _MARKS:
        return say.chinese_mark(mark, _MARKS[mark])
    if unicodedata.normalize("NFKC", mark).isalnum() and unicodedata.normalize("NFKC", mark) != mark:
        return say.FULL_WIDTH
    return say.odd_mark(mark)


def _mark_after_number(line: str, told: str) -> str:
    """Return the Chinese mark behind a number, which early 3.11 calls an invalid decimal literal."""
    if "decimal literal" not in told:
        return ""
    code = _TEXT.sub('""', line).partition("#")[0]
    return next((mark for mark in re.findall(r"\d(\W)", code) if mark in _MARKS), "")


def _closing_quote(line: str) -> str:
    """Return the Chinese quote that was to close an English one; pairs of them are part of the text."""
    for pair in ("“”", "‘’"):
        found = [mark for mark in line.partition("#")[0] if mark in pair]
        if len(found) % 2:
            return found[-1]
    return ""


def _number_slip(line: str, told: str) -> say.Lines | None:
    code = _TEXT.sub('""', line).partition("#")[0].rstrip()
    if re.search(r"\bNone\s*[\d\"'.-]|[\d\"']\s*None\b", code):
        return say.NONE_KEPT
    if re.search(r"(?<![=!<>])=\s*[_?]*$", code) or re.search(r":\s*[_?]*\s*[,}]", code):
        return say.BLANK
    if re.search(r"\d\s*%\s*[,)\]}]*$", code):
        return say.PERCENT
    if ("leading zeros" in told or "dictionary key" in told) and re.search(r"\d,\d{3}(?!\d)", code):
        return say.THOUSANDS
    if any(_is_unit(after) for after in re.findall(r"[=:(\[,]\s*[\d.]+\s*([A-Za-z\u4e00-\u9fff]\w*)", code)):
        return say.UNIT_AFTER_NUMBER
    return None


def _is_unit(after: str) -> bool:
    """Tell a unit from what Python itself puts after a number: ``1 if``, ``1e5``, ``0x1f``."""
    return not keyword.iskeyword(after) and re.match(r"[eE]\d|[eEjJ]$|[xXoObB][0-9a-fA-F]", after) is None


def _structure_slip(line: str, told: str) -> say.Lines | None:
    known = (
        ("unterminated", say.MISSING_QUOTE),
        ("was never closed", say.MISSING_BRACKET),
        ("incomplete input", say.MISSING_BRACKET),
        ("unmatched", say.MISSING_BRACKET),
        ("does not match opening", say.MISSING_BRACKET),
        ("meant '=='", say.EQUALS_IN_TEST),
        ("expected ':'", say.COLON),
        ("forgot a comma", say.COMMA),
    )
    for part, lines in known:
        if part in told:
            return lines
    return say.MISSING_QUOTE if line.count('"') % 2 or line.count("'") % 2 else None


def _name(error: NameError, scene: Scene) -> say.Lines:
    name = error.name or _quoted(str(error))
    if set(name) <= {"_"}:
        return say.BLANK
    if re.fullmatch(r"None[\d.]\w*", name):
        return say.NONE_KEPT
    alone = rf"[=:,\[]\s*{re.escape(name)}\s*(?:[,\]}}#]|$)"  # after = or as an entry of a small table
    if re.fullmatch("[A-Ha-h]", name) and re.search(alone, scene.cell, re.MULTILINE):
        return say.letter_without_quotes(name.upper())
    return _unknown_name(name, scene)


def _unknown_name(name: str, scene: Scene) -> say.Lines:
    """Tell apart: misspelt, not run yet, restarted, text without quotes, deleted."""
    near = _CONSTANTS.get(name.lower()) or _near(name, [*scene.names, *dir(builtins)])
    made_at = next((at for at, source in enumerate(scene.notebook) if name in _made_in(source)), None)
    if made_at is not None and not scene.fresh:
        return say.not_run_yet(name, made_at + 1, _first_line(scene.notebook[made_at]))
    if made_at is None and near is not None:
        return say.misspelt_name(name, near)
    if re.search(r"[\u4e00-\u9fff]", name) and made_at is None:
        return say.text_without_quotes(name)
    if scene.fresh:
        return say.RESTARTED
    return say.deleted_cell(name) if scene.notebook else say.not_run_or_deleted(name)


def _quoted(message: str) -> str:
    found = re.search(r"'([^']+)'", message)
    return found[1] if found else message


def _near(name: str, known: Sequence[str]) -> str | None:
    known = [other for other in known if not other.startswith("_") and other != name]
    folded = {other.casefold(): other for other in known}
    if name.casefold() in folded:
        return folded[name.casefold()]
    close = get_close_matches(name, known, n=1, cutoff=0.75)
    return close[0] if close else None


def _made_in(source: str) -> set[str]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return set(re.findall(r"^\s*(\w+)\s*=(?!=)", source, re.MULTILINE))
    made = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    made |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            made |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return made


def _first_line(source: str) -> str:
    line = next((line.strip() for line in source.split("\n") if line.strip()), "")
    return line if len(line) <= 30 else line[:29] + "…"  # noqa: PLR2004 - a line to recognise, not to read


def _key(error: KeyError, scene: Scene) -> say.Lines | None:
    name = error.args[0] if error.args else ""
    if not isinstance(name, str):
        return None
    known: list[str] = []
    for value in scene.names.values():
        if type(value).__name__ == "DataFrame":
            known += [str(column) for column in value.columns]
        elif isinstance(value, dict):
            known += [key for key in value if isinstance(key, str)]
    if not known and not _raised_in_a_table(error):
        return None
    return say.missing_column(_quoted(name) if "not in index" in name else name, _near(name, known))


def _raised_in_a_table(error: KeyError) -> bool:
    frames = traceback.walk_tb(error.__traceback__)
    modules = {str(frame.f_globals.get("__name__", "")).partition(".")[0] for frame, _ in frames}
    return bool(modules & {"pandas", "polars", "narwhals"})


def _attribute(error: AttributeError, _scene: Scene) -> say.Lines | None:
    if "'NoneType'" in str(error):
        return say.NONE_USED
    if "'ellipsis'" in str(error):
        return say.BLANK
    name = error.name or _quoted(str(error).rpartition("attribute")[2])
    return say.missing_attribute(name, _near(name, [*dir(error.obj)])) if error.obj is not None else None


def _type(error: TypeError, scene: Scene) -> say.Lines | None:
    told = str(error)
    if _LOCKED.match(scene.cell) or told.startswith("answer()"):
        return say.LOCKED_CELL
    if "ellipsis" in told:
        return say.BLANK
    if "'NoneType'" in told or "NoneType:" in told:
        return say.NONE_USED
    if re.search(r"'str'|\bstr\b", told) and re.search(
        r"'?(int|float)'?|concatenate|between instances", told
    ):
        return say.TEXT_AS_NUMBER
    return None


def _value(error: ValueError, _scene: Scene) -> say.Lines | None:
    told = str(error)
    number_wanted = "could not convert string to float" in told or "invalid literal for int" in told
    return say.TEXT_AS_NUMBER if number_wanted else None


def _package(error: ImportError, _scene: Scene) -> say.Lines:
    return say.missing_package(error.name or _quoted(str(error)))


def _file(error: FileNotFoundError, _scene: Scene) -> say.Lines:
    return say.missing_file(str(error.filename or error))


# The more special kind first.
_RULES: Final[tuple[tuple[type[BaseException], Callable[[Any, Scene], say.Lines | None]], ...]] = (
    (SyntaxError, _syntax),
    (NameError, _name),
    (KeyError, _key),
    (AttributeError, _attribute),
    (TypeError, _type),
    (ValueError, _value),
    (ImportError, _package),
    (FileNotFoundError, _file),
)


def quiet_slip(cell: str, names: Mapping[str, Any]) -> say.Lines | None:
    """Return the two lines for a slip that raises nothing: a lone ``==``, a stored ``print``.

    Examples
    --------
    >>> quiet_slip("x == 5", {"x": 3})[0]
    '== 只是比较，没有改变左边的值。'
    """
    try:
        body = ast.parse(cell).body
    except (SyntaxError, ValueError):
        return None
    for node in body:
        value = getattr(node, "value", None)
        if isinstance(node, ast.Expr) and isinstance(value, ast.Compare) and _meant_to_store(value, names):
            return say.COMPARISON_ALONE
        printed = (
            isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print"
        )
        if isinstance(node, ast.Assign) and printed and "print" not in names:
            return say.PRINT_STORED
    return None


def _meant_to_store(compared: ast.Compare, names: Mapping[str, Any]) -> bool:
    """Tell a slip from a check: one plain value beside a name that holds another plain value."""
    left, right = compared.left, compared.comparators[0]
    if len(compared.ops) != 1 or not isinstance(compared.ops[0], ast.Eq):
        return False
    if not isinstance(left, ast.Name) or not isinstance(right, ast.Constant):
        return False
    held = names.get(left.id)
    return isinstance(held, int | float | str | EllipsisType | None) and held != right.value


def answer_calls(cell: str) -> dict[str, tuple[str, ...]]:
    """Return, for each ``answer("task", value, …)`` of a cell, the names its value is made of.

    Examples
    --------
    >>> answer_calls('answer("t1", total, expect=number())')
    {'t1': ('total',)}
    """
    try:
        tree = ast.parse(cell)
    except (SyntaxError, ValueError):
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for node in ast.walk(tree):
        is_answer = (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "answer"
        )
        if is_answer and len(node.args) > 1 and isinstance(node.args[0], ast.Constant):  # type: ignore[attr-defined]
            inside = ast.walk(node.args[1])  # type: ignore[attr-defined]
            names = {part.id for part in inside if isinstance(part, ast.Name)}
            found[str(node.args[0].value)] = tuple(sorted(names))  # type: ignore[attr-defined]
    return found
