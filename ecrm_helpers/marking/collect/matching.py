"""Tell whose a file is: from ids and names in its path, never by likeness, and never against each other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ecrm_helpers.marking.collect.names import clean_label, han_words, ids_of, normal_student, possible_ids
from ecrm_helpers.messages import collecting as say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Match", "People", "match"]

_REST: Final = 2  # letters: one more could be the rest of a name


@dataclass(frozen=True)
class Match:
    """Whose a file is.

    Attributes
    ----------
    student : str or None
    sure : bool
        An id on the gradebook's list. Without a list, or by a full name only, a person has to confirm.
    how : str
        "id", "name" or "new" (an id that the list does not have).
    problem : str
        In Chinese, where it is nobody's.
    """

    student: str | None = None
    sure: bool = False
    how: str = ""
    problem: str = ""


@dataclass(frozen=True)
class People:
    """The students of the gradebook, by normalised id and by full name."""

    ids: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def listed(cls, students: Mapping[str, Sequence[str]]) -> People:
        """Make it from id -> (last name, first name).

        Examples
        --------
        >>> people = People.listed({"2023001": ("张", "三"), "2023002": ("李四",)})
        >>> sorted(people.names)
        ['张三', '李四']
        """
        ids = {normal_student(one) or one: one for one in students}
        names: dict[str, set[str]] = {}
        for one, words in students.items():
            joined = "".join(words)
            for name in {joined, "".join(reversed(words)) if joined.isascii() else joined} - {""}:
                names.setdefault(clean_label(name), set()).add(normal_student(one) or one)
        return cls(ids, {name: frozenset(found) for name, found in names.items()})

    def named_in(self, labels: Sequence[str]) -> dict[str, frozenset[str]]:
        """Return which full names stand in some labels.

        A name may begin or end a longer Chinese word such as 张三数据分析, but not one that could be a longer
        name, such as 张三丰.
        """
        words = han_words(labels)
        text = " ".join(map(clean_label, labels))
        inside = [name for name in self.names if name in words or _glued(name, words, text)]
        longest = [one for one in inside if not any(one != other and one in other for other in inside)]
        return {name: self.names[name] for name in longest}


def _glued(name: str, words: Iterable[str], text: str) -> bool:
    if name.isascii():
        return re.search(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", text, re.IGNORECASE) is not None
    return any(
        len(word) >= len(name) + _REST and (word.startswith(name) or word.endswith(name)) for word in words
    )


def match(labels: Sequence[str], people: People, *, ignore: Iterable[str] = ()) -> Match:
    """Tell whose a file with these names on its path is.

    Parameters
    ----------
    labels : sequence of str
        Every folder, archive and file name on the way to it.
    people : People
        Empty where the gradebook has no students: then ids are read from the names.
    ignore : iterable of str
        Names of the assignment and its notebooks.

    Examples
    --------
    >>> people = People.listed({"2023001": ("张", "三"), "2023002": ("李", "四")})
    >>> match(["2023001_张三_作业3(1).ipynb"], people).student
    '2023001'
    >>> match(["作业3 李四.ipynb"], people)
    Match(student='2023002', sure=False, how='name', problem='')
    >>> match(["2023001_李四.ipynb"], people).problem
    '文件名里的学号是 2023001，姓名却是“李四”。'
    """
    if not people.ids:
        return _unlisted(labels, ignore)
    found = set().union(*(ids_of(label, people.ids.keys()) for label in labels))
    named = people.named_in(labels)
    if len(found) > 1:
        return Match(problem=say.several_ids(sorted(found)))
    if found:
        return _checked(next(iter(found)), named, labels, people)
    other = _unlisted(labels, ignore).student
    if other is not None:
        near = {one for one in people.ids if one.lstrip("0") == other.lstrip("0")}
        owners = set().union(*named.values())
        if near and owners != near:
            return Match(problem=say.lost_zeros(other, min(near)))
        if not named:
            return Match(other, how="new", problem=say.not_listed(other))
    return _by_name(named, people)


def _checked(
    student: str, named: Mapping[str, frozenset[str]], labels: Sequence[str], people: People
) -> Match:
    words = han_words(labels)
    strangers = [name for name, ids in named.items() if student not in ids and name in words]
    if strangers and not any(student in ids for ids in named.values()):
        return Match(problem=say.other_name(people.ids[student], strangers[0]))
    return Match(people.ids[student], sure=True, how="id")


def _by_name(named: Mapping[str, frozenset[str]], people: People) -> Match:
    if not named:
        return Match(problem=say.NO_ID)
    if len(named) > 1:
        return Match(problem=say.several_names(sorted(named)))
    ((name, ids),) = named.items()
    if len(ids) > 1:
        return Match(problem=say.same_name(name, sorted(people.ids[one] for one in ids)))
    return Match(people.ids[next(iter(ids))], how="name")


def _unlisted(labels: Sequence[str], ignore: Iterable[str]) -> Match:
    ignore = tuple(ignore)
    found = list(dict.fromkeys(one for label in labels for one in possible_ids(label, ignore=ignore)))
    if not found:
        return Match(problem=say.NO_ID)
    if len(found) > 1:
        return Match(problem=say.several_ids(found))
    student = normal_student(found[0])
    return Match(student, how="id") if student else Match(problem=say.NO_ID)
