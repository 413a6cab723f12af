"""Read a file's name the way a person does: whose it is, which copy it is, whether it is anybody's work."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

__all__ = [
    "bare",
    "clean_label",
    "han_words",
    "ids_of",
    "is_junk",
    "kind_of",
    "normal_student",
    "possible_ids",
    "readable",
]

_ID: Final = re.compile(r"[0-9a-z][0-9a-z_.-]{0,31}")
# Windows opens a device under these names, whatever the ending.
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
_JUNK_NAMES: Final = frozenset({"thumbs.db", "desktop.ini", "__macosx", "__pycache__", "$recycle.bin"})
_JUNK_ENDINGS: Final = (".tmp", ".crdownload", ".part", ".download", ".lnk", ".pyc", "~")
# What browsers, chat apps and file managers hang on the name of a second copy.
_COPY: Final = re.compile(r"(?:\s*[-_]?\s*(?:副本|拷贝|的副本|copy)\s*\d*|\s*\((\d{1,3})\))$", re.IGNORECASE)
_NOTEBOOK: Final = re.compile(r"\.ipynb(?:\s*\(\d{1,3}\))?(?:\.(?:txt|json|ipynb))?$", re.IGNORECASE)
_LMS: Final = re.compile(r"_\d+_assignsubmission_\w*", re.IGNORECASE)
_TOKEN: Final = re.compile(r"(?<![0-9a-z])(?:[a-z]{0,4}\d{5,18}[a-z]?|[a-z]{1,3}\d{3,4})(?![0-9a-z])")
_NO_ID: Final = re.compile(r"1[5-9]\d{11}|20\d{10}(?:\d\d)?|(?:hw|lab|ex|ch|v|img|wk)\d+")
_HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+(?:[·•][\u3400-\u9fff]+)*")
_NO_NAME: Final = re.compile(
    r"作业|姓名|学号|实验|报告|练习|提交|同学|最终版|终版|修改版|第[一二三四五六七八九十]+[次章]"
)


def normal_student(raw: str) -> str | None:
    """Return a student id in the form that folders and the gradebook use, or None where it is none.

    Full-width letters and digits become plain, capitals small, blanks around it go. What is left must be 1
    to 32 of ``0-9 a-z _ . -``, must not begin with a dot or a dash and not be what Windows takes for a
    device, so that it can name a folder anywhere and never another place.

    Examples
    --------
    >>> normal_student(" ２０２３００１Ａ "), normal_student("007")
    ('2023001a', '007')
    >>> [normal_student(text) for text in ("..", "a/b", "", "-rf", "CON", "x.")]
    [None, None, None, None, None, None]
    """
    text = unicodedata.normalize("NFKC", raw).strip().lower()
    if not _ID.fullmatch(text) or text.endswith(".") or ".." in text or _DEVICES.fullmatch(text):
        return None
    return text


def readable(name: bytes) -> str:
    """Decode a file name as it was meant: UTF-8, else what Chinese Windows writes.

    Examples
    --------
    >>> readable("张三.ipynb".encode("gbk"))
    '张三.ipynb'
    """
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("cp437")  # every byte is a letter there


def clean_label(text: str) -> str:
    """Return a name with full-width signs narrowed and invisible signs left out.

    Examples
    --------
    >>> clean_label("２０２３００１＿张三（1）\u202e")
    '2023001_张三(1)'
    """
    text = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in text if unicodedata.category(letter)[0] != "C").strip()


def is_junk(part: str) -> bool:
    """Tell whether a file or folder is a program's own and nobody's work.

    Examples
    --------
    >>> [is_junk(name) for name in (".DS_Store", "._作业.ipynb", "~$报告.docx", "__MACOSX", "作业.ipynb")]
    [True, True, True, True, False]
    """
    low = part.lower()
    hidden = low.startswith((".", "~$", "~wrl")) and low != ".."
    return hidden or low in _JUNK_NAMES or low.endswith(_JUNK_ENDINGS)


def kind_of(name: str) -> str:
    """Return a file's kind by its name: ".ipynb" also where a browser has added an ending, else its suffix.

    Examples
    --------
    >>> [kind_of(name) for name in ("a.ipynb", "a.ipynb.txt", "a.IPYNB(1)", "报告.DOCX", "a")]
    ['.ipynb', '.ipynb', '.ipynb', '.docx', '']
    """
    return ".ipynb" if _NOTEBOOK.search(name) else PurePosixPath(name).suffix.lower()


def bare(name: str) -> tuple[str, int]:
    """Return a file name without its ending and copy marks, and the number of the copy (0: no mark).

    Examples
    --------
    >>> bare("2023001_张三_作业3(1).ipynb"), bare("作业3 - 副本.ipynb"), bare("作业3.ipynb (2)")
    (('2023001_张三_作业3', 1), ('作业3', 1), ('作业3', 2))
    """
    name = clean_label(name)
    number = 0
    ending = re.search(r"\.ipynb\s*\((\d{1,3})\)", name, re.IGNORECASE)
    if ending:
        number = int(ending[1])
    stem = (
        _NOTEBOOK.sub("", name) if _NOTEBOOK.search(name) else name.removesuffix(PurePosixPath(name).suffix)
    )
    while (mark := _COPY.search(stem)) and mark.start():
        number = max(number, int(mark[1] or 1))
        stem = stem[: mark.start()].rstrip()
    return stem, number


def possible_ids(label: str, *, ignore: Iterable[str] = ()) -> list[str]:
    """Return what could be a student id in one name, without a list of students to look in.

    A name that begins with one, as in 学号_姓名, means that one. Of several, those that read as a date go.

    Parameters
    ----------
    label : str
        One part of a path.
    ignore : iterable of str
        Names of the assignment and its notebooks, which may have digits too.

    Examples
    --------
    >>> possible_ids("2023001_张三_作业3(1)"), possible_ids("张三2023001")
    (['2023001'], ['2023001'])
    >>> possible_ids("作业3_20261120_2023001"), possible_ids("作业3 张三")
    (['2023001'], [])
    """
    text = _LMS.sub("", clean_label(label).lower())
    for name in ignore:
        text = text.replace(name.lower(), " ")
    found = [match for match in _TOKEN.finditer(text) if not _NO_ID.fullmatch(match[0])]
    first = re.match(r"[^0-9a-z]*", text)
    if found and first and found[0].start() == 0:
        return [found[0][0]]
    ids = list(dict.fromkeys(match[0] for match in found))
    undated = [one for one in ids if not _reads_as_date(one)]
    return undated if len(ids) > 1 and undated else ids


def _reads_as_date(text: str) -> bool:
    try:
        return len(text) == 8 and bool(dt.datetime.strptime(text, "%Y%m%d").replace(tzinfo=dt.UTC))  # noqa: PLR2004
    except ValueError:
        return False


def ids_of(label: str, known: Collection[str]) -> set[str]:
    """Return which of the `known` (normalised) ids stand in a name, as words of their own.

    Examples
    --------
    >>> ids_of("作业3-2023001张三", {"2023001", "02023001", "3"})
    {'2023001'}
    """
    text = clean_label(label).lower()
    short = 4  # a class that numbers its students 1 to 40: only "7_张三" is number 7, not 作业7
    found = set()
    for one in known:
        if one not in text:
            continue
        before = r"^" if len(one) < short else r"(?<![0-9a-z])"
        after = r"(?=$|[_+\s-])" if len(one) < short else r"(?![0-9a-z])"
        if re.search(before + re.escape(one) + after, text):
            found.add(one)
    return found


def han_words(labels: Sequence[str]) -> set[str]:
    """Return the Chinese words of some names, without those that every hand-in has.

    Examples
    --------
    >>> sorted(han_words(["2023001_张三_作业3", "姓名李四"]))
    ['张三', '李四']
    """
    words = (word for label in labels for word in _HAN.findall(clean_label(label)))
    return {part for word in words for part in _NO_NAME.split(word) if part}
