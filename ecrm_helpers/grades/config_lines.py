"""Find the line of `grading_config.py` that a problem is about, from how the declaration is written."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["keys_twice", "line_of", "line_of_keyword"]


@dataclass(frozen=True)
class _Found:
    """A line, and the expression in which the next step is looked for; `named`: it stands elsewhere."""

    line: int
    scope: ast.AST
    named: bool = False


def line_of(tree: ast.Module, course_id: str, at: Sequence[str]) -> int | None:
    """Follow the steps of a problem into the course's declaration, as far as they are written out.

    A step is a keyword of the call reached so far, else a text in it, best one that heads something: a
    dictionary's key, an argument of a call. A name such as TABLE_FIVE is followed to what it stands for.

    Examples
    --------
    >>> text = '''TABLE = {
    ...     "X3": Late(per_day=5),
    ... }
    ... C = Course(
    ...     id="demo",
    ...     late=TABLE,
    ... )'''
    >>> [line_of(ast.parse(text), "demo", at) for at in [("late",), ("late", "X3", "per_day"), ("gap",)]]
    [6, 2, 4]
    """
    names = _assigned(tree)
    own = next((call for call in _calls(tree) if _is_course(call, course_id)), None)
    found = _Found(own.lineno, own) if own else _Found(0, tree)
    for step in at:
        found = _step(found, step, names)
    return found.line or None


def line_of_keyword(tree: ast.Module, declaration: str, keyword: str, near: int) -> int:
    """Return the line of a call's keyword, for the innermost such call around the line `near`."""
    calls = [call for call in _calls(tree) if getattr(call.func, "id", "") == declaration]
    around = [call for call in calls if call.lineno <= near <= (call.end_lineno or near)]
    for call in sorted(around, key=lambda call: call.lineno, reverse=True):
        for word in call.keywords:
            if word.arg == keyword:
                return word.lineno
    return near


def keys_twice(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and text of every dictionary key that stands twice: Python would drop the first."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            keys = [key for key in node.keys if isinstance(key, ast.Constant)]
            counts = Counter(key.value for key in keys)
            last = {key.value: key.lineno for key in keys}
            yield from ((last[key], str(key)) for key, count in counts.items() if count > 1)


def _step(found: _Found, step: str, names: dict[str, ast.expr]) -> _Found:
    if isinstance(found.scope, ast.Call):
        for word in found.scope.keywords:
            if word.arg == step:
                return _Found(word.lineno, *_follow(word.value, names))
    heads, texts = [], []
    for node in _walk(found.scope, names):
        heads += [
            _Found(key.lineno, *_follow(value, names)) for key, value in _headed(node) if _is(key, step)
        ]
        texts += [_Found(node.lineno, node)] if isinstance(node, ast.Constant) and _is(node, step) else []
    if heads or texts:
        return max(heads or texts, key=lambda one: one.line)
    return _Found(found.scope.lineno, found.scope) if found.named else found  # type: ignore[attr-defined]


def _headed(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what is headed by a text: the values of a dictionary, a call by its arguments."""
    if isinstance(node, ast.Dict):
        yield from ((key, value) for key, value in zip(node.keys, node.values, strict=True) if key)
    if isinstance(node, ast.Call):
        named = [word.value for word in node.keywords if word.arg in {"id", "name", "title"}]
        yield from ((argument, node) for argument in [*node.args, *named])


def _walk(scope: ast.AST, names: dict[str, ast.expr]) -> Iterator[ast.AST]:
    """Walk an expression, going through the names in it to what they stand for, each once."""
    waiting, seen = [scope], set()
    while waiting:
        node = waiting.pop()
        yield node
        waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.Name) and node.id in names and node.id not in seen:
            seen.add(node.id)
            waiting.append(names[node.id])


def _follow(value: ast.expr, names: dict[str, ast.expr]) -> tuple[ast.AST, bool]:
    if isinstance(value, ast.Name) and value.id in names:
        return names[value.id], True
    return value, False


def _assigned(tree: ast.Module) -> dict[str, ast.expr]:
    return {
        target.id: node.value
        for node in tree.body if isinstance(node, ast.Assign)
        for target in node.targets if isinstance(target, ast.Name)
    }  # fmt: skip


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _is_course(call: ast.Call, course_id: str) -> bool:
    return any(word.arg == "id" and _is(word.value, course_id) for word in call.keywords)


def _is(node: ast.expr, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text
