"""Run one unit on one shop through papermill, to a notebook that runs again and a page that needs nothing.

Everything is made in a folder aside and moved in at the end: a run that fails leaves what was there as it
was, and beside it the notebook up to the cell that failed.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecrm_helpers.datasets import load_shop
from ecrm_helpers.datasets.folder import DESCRIPTION
from ecrm_helpers.datasets.own_schema import own_schemas
from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.messages import unit as messages
from ecrm_helpers.runs.unit_notebook import draft, headings, tagged, tidied, title, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["UnitRun", "known_units", "run_unit", "shop_source"]

_SHOP, _OWN = "shop", "own"


@dataclass(frozen=True)
class UnitRun:
    """What a run wrote; `page` and `shop` are None when there is no page, or the shop is a shipped one."""

    notebook: Path
    page: Path | None
    shop: Path | None


def known_units(project: Path) -> dict[str, Path]:
    """Return the notebooks of all units by course/unit.

    Examples
    --------
    >>> from ecrm_helpers.project import find_project
    >>> "crossborder_crm/unit3" in known_units(find_project())
    True
    """
    found = sorted((project / "notebooks").glob("*/unit*.ipynb"))
    return {f"{path.parent.name}/{path.stem}": path for path in found}


def shop_source(shop: str | None) -> tuple[str, Callable[[Path], object] | None]:
    """Return what `run_unit` takes for a shop: its name, or how to copy its folder.

    Parameters
    ----------
    shop : str, optional
        A shipped shop's name, or the folder of one's own as `ecrm shop` writes it.

    Raises
    ------
    SettingsError
        If there is neither such a shop nor such a folder.
    DataError
        If the folder's tables break their schema.

    Examples
    --------
    >>> shop_source("cdnow")
    ('cdnow', None)
    """
    if shop is None:
        return "rongyu", None
    if load_shop(shop).id != _OWN:  # raises in Chinese where it cannot be used
        return shop, None

    def copy(folder: Path) -> None:
        folder.mkdir(mode=0o700)  # the customers' codes are for the teacher's eyes, as where they come from
        for name in _shop_files():  # and nothing else: no key
            if (Path(shop) / name).is_file():
                shutil.copyfile(Path(shop) / name, folder / name)
                (folder / name).chmod(0o600)

    return shop, copy


def run_unit(
    unit: str,
    out: Path,
    *,
    project: Path,
    shop: str = "rongyu",
    build: Callable[[Path], object] | None = None,
    instructor: bool = False,
    page: bool = True,
    force: bool = False,
    watch: Callable[[int, int, str], object] | None = None,
) -> UnitRun:
    """Run a unit and write its notebook and its page.

    Parameters
    ----------
    unit : str
        Course and unit, "crossborder_crm/unit3".
    out : Path
        Folder of the results; other files in it stay.
    project : Path
        The courseware's folder.
    shop : str, default="rongyu"
        A shipped shop's name; not used with `build`.
    build : callable, optional
        Writes a shop's folder at the path it is given, before anything runs. The notebook then reads it as
        ``SHOP = "shop"``, so that it runs again wherever the results are moved to.
    instructor : bool, default=False
        Keep the cells tagged `instructor`.
    page : bool, default=True
        Also write the HTML page.
    force : bool, default=False
        Replace the results of an earlier run.
    watch : callable, optional
        Called as (code cells done, code cells in all, heading the next one stands under).

    Raises
    ------
    SettingsError
        If there is no such unit, or `out` is a file or holds results already.
    DataError
        If the shop cannot be built, or a cell fails; the notebook so far is kept in `out`.
    """
    known = known_units(project)
    name = unit.strip().removesuffix(".ipynb").replace("\\", "/").removeprefix("notebooks/")
    if name not in known:
        message = messages.unknown_unit(unit, list(known))
        raise SettingsError(message)
    stem = known[name].stem
    names = [f"{stem}.ipynb", f"{stem}.html", *([_SHOP] if build else [])]  # an earlier run's page goes too
    _refuse(out, names, source=known[name], force=force)
    parameters = {"SHOP": _SHOP if build else shop, "REVEAL": True}
    with _scratch(out, stem) as aside:
        if build is not None:
            build(aside / _SHOP)
        first = draft(known[name], project, instructor=instructor)
        try:
            ran = _execute(first, aside / "running.ipynb", parameters, name=name, watch=watch)
        except _CellError as stopped:
            kept = out / f"{stem}.incomplete.ipynb"
            write(tidied(stopped.notebook, parameters), kept)
            message = messages.cell_failed(name, stopped.heading, stopped.said, kept)
            raise DataError(message) from stopped
        done = tidied(ran, parameters)
        write(done, aside / names[0])
        if page:
            _write_page(done, aside / f"{stem}.html")
        _move_in(aside, out, names)
    (out / f"{stem}.incomplete.ipynb").unlink(missing_ok=True)
    return UnitRun(out / names[0], out / f"{stem}.html" if page else None, out / _SHOP if build else None)


class _CellError(Exception):
    """A cell failed: the notebook so far, the heading above the cell, the error's own words."""

    def __init__(self, notebook: dict[str, Any], heading: str, said: str) -> None:
        super().__init__(said)
        self.notebook, self.heading, self.said = notebook, heading, said


def _refuse(out: Path, names: list[str], *, source: Path, force: bool) -> None:
    """Refuse to write over anything but an earlier run's results, and over those unless forced."""
    if out.exists() and not out.is_dir():
        message = messages.out_is_file(out)
        raise SettingsError(message)
    if out.resolve() == source.parent.resolve():
        message = messages.out_is_source(out)
        raise SettingsError(message)
    there = [out / name for name in names if (out / name).exists()]
    if there and not force:
        message = messages.already_there(there)
        raise SettingsError(message)
    for path in there:
        strange = _foreign(path)
        if strange is not None:
            message = messages.not_ours(path, strange)
            raise SettingsError(message)


def _foreign(path: Path) -> str | None:
    """Return what a result may not replace: a file other than a shop's, "" for something of another kind."""
    if path.name != _SHOP:
        return None if path.is_file() else ""
    if not path.is_dir():
        return ""
    return next((one.name for one in sorted(path.iterdir()) if one.name not in _shop_files()), None)


def _shop_files() -> list[str]:
    return [DESCRIPTION, *(f"{table}.csv" for table in own_schemas())]


def _execute(notebook: Any, path: Path, parameters: dict[str, Any], *, name: str, watch: Any) -> Any:
    """Let papermill run the unit in the folder of `path`; a failing cell becomes a `_CellError`."""
    import nbformat  # noqa: PLC0415
    import papermill  # noqa: PLC0415
    from jupyter_client.kernelspec import NoSuchKernel  # noqa: PLC0415

    from ecrm_helpers.runs.engine import ENGINE, register  # noqa: PLC0415

    register()
    places, log = headings(notebook), path.with_name("kernel.log").absolute()
    try:
        return papermill.execute_notebook(
            notebook,
            path,
            parameters,
            engine_name=ENGINE,
            cwd=path.parent,
            progress_bar=False,
            request_save_on_cell_execute=False,
            watch=watch,
            headings=places,
            kernel_log=log,
        )
    except papermill.PapermillExecutionError as error:
        place = error.cell_index
        said = _last_words(error.ename, error.evalue)
        ran = nbformat.read(path, as_version=4)
        ran.cells = [cell for cell in ran.cells if not tagged(cell, "papermill-error-cell-tag")]
        raise _CellError(ran, places.get(ran.cells[place].id, ""), said) from error
    except (NoSuchKernel, RuntimeError) as error:
        told = log.read_text("utf-8", errors="replace").split("\n") if log.exists() else []
        message = messages.kernel_problem(name, error, next(filter(str.strip, reversed(told)), ""))
        raise DataError(message) from error


def _last_words(kind: str, said: str) -> str:
    """Return an error as a teacher reads it: ours are whole Chinese sentences, others their last line."""
    if "提示：" in said:
        return said
    lines = said.strip().splitlines() or [""]
    return f"{kind}：{lines[-1][:300]}"


def _write_page(notebook: Any, path: Path) -> None:
    from ecrm_helpers.runs.page import unit_page  # noqa: PLC0415

    text = unit_page(notebook, title=title(notebook) or path.stem, file_name=f"{path.stem}.ipynb")
    path.write_text(text, "utf-8", newline="\n")


@contextmanager
def _scratch(out: Path, stem: str) -> Iterator[Path]:
    """Make a folder inside `out`, on the same disk; a failed first run leaves no empty `out` behind.

    A run that was killed left its folder, with the shop in it: the unit's next run removes it.
    """
    out.mkdir(parents=True, exist_ok=True)
    prefix = f".ecrm-{stem}-"
    for left in out.glob(f"{prefix}*/"):
        shutil.rmtree(left)
    try:
        with tempfile.TemporaryDirectory(dir=out, prefix=prefix) as folder:
            yield Path(folder)
    finally:
        if not any(out.iterdir()):
            out.rmdir()


def _move_in(aside: Path, out: Path, names: list[str]) -> None:
    """Put every result in its place; what stood there goes into the scratch folder and with it."""
    old = aside / "old"
    old.mkdir()
    for name in names:
        if (out / name).exists():
            shutil.move(out / name, old / name)
        if (aside / name).exists():
            (aside / name).rename(out / name)
