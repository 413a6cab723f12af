"""Let ``nbgrader autograde`` replace a marked folder only by a complete one.

It deletes the old folder before it begins, and the new one when anything fails: a student who had marks is
left without a file. Here the old folder is set aside first; it comes back after a failure, and after a kill
with the next run. Nothing is begun while ``ecrm mark`` is at work in the course.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.run.files import drop_aside, locked_course, put_back, set_aside

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["keep_old_results"]


def keep_old_results(converter: Any) -> None:
    """Have an `Autograde` converter put the old folder back where marking fails."""
    real_init, real_convert = converter.init_destination, converter.convert_notebooks
    under_way: list[tuple[Path, list[str]]] = []

    def settle() -> None:
        while under_way:
            folder, names = under_way.pop()
            if all((folder / name).is_file() for name in names):
                drop_aside(folder)
            else:
                put_back(folder)

    def init_destination(assignment_id: str, student_id: str) -> bool:
        settle()
        folder = Path(converter._format_dest(assignment_id, student_id))  # noqa: SLF001 - nbgrader's own name
        put_back(folder)
        set_aside(folder)
        # What is there already must be there afterwards too, when only one notebook is marked.
        names = {Path(name).name for name in converter.notebooks} | {
            path.name for path in folder.glob("*.ipynb")
        }
        if real_init(assignment_id, student_id):
            under_way.append((folder, sorted(names)))
            return True
        drop_aside(folder)
        return False

    def convert_notebooks() -> None:
        with _alone(converter):
            try:
                real_convert()
            finally:
                settle()

    converter.init_destination, converter.convert_notebooks = init_destination, convert_notebooks


@contextmanager
def _alone(converter: Any) -> Iterator[None]:
    """Hold the course's lock, or refuse in nbgrader's way."""
    from nbgrader.converters.base import NbGraderException  # noqa: PLC0415 - nbgrader is running already

    with ExitStack() as held:
        try:
            held.enter_context(locked_course(Path(converter.coursedir.root)))
        except MarkingError as error:
            converter.log.error("%s", error)  # noqa: TRY400 - the reason, not where it was found
            raise NbGraderException(str(error)) from error
        yield
