"""Saved terms: whole or not there, checked file by file; deletion takes the term's data and nothing else."""

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import pytest

from ecrm_helpers import cli
from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.terms import delete, plan_current, plan_term, save_term, saved_terms, saving

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "grading_config.py"
ROSTER = "某校名单\n学号,姓名\n0012,王芳\nA7,=1+1\n"


@pytest.fixture
def root(tmp_path):
    """A course folder at the end of a term."""
    folder = tmp_path / "course"
    for name in ("scores", "reports/students", "groups", "submitted/0012/unit3", "autograded/0012/unit3",
                 "feedback/0012/unit3", "snapshots/unit3", "submitted/.collecting"):  # fmt: skip
        (folder / name).mkdir(parents=True)
    for name, text in {
        "nbgrader_config.py": "c = get_config()\n", "roster.csv": ROSTER, "roster.before.csv": ROSTER,
        "groups.csv": "组号,学号\n1,0012\n", "overrides.xlsx": "x", "scores/X2.csv": "学号,X2\n0012,80\n",
        "scores/~$X2.xlsx": "lock", "reports/grades.csv": "r", "reports/students/0012.html": "s",
        "groups/unit3.csv": "组号,学号\n1,0012\n", "submitted/0012/unit3/u.ipynb": "{}",
        "autograded/0012/unit3/u.ipynb": "{}", "feedback/0012/unit3/u.html": "f",
        "snapshots/unit3/u.ipynb": "{}", "marking.log": "0012", "本学期说明.txt": "n",
    }.items():  # fmt: skip
        (folder / name).write_text(text, "utf-8")
    with closing(sqlite3.connect(folder / "gradebook.db")) as book:
        book.execute("CREATE TABLE student (id TEXT)")
        book.executemany("INSERT INTO student VALUES (?)", [("0012",), ("a7",), ("b8",)])
        book.commit()
    return folder


def save(root, name="2026春"):
    return save_term(root, name, config=CONFIG, course="crossborder_crm")


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_snapshot_holds_what_made_the_grades(root):
    saved = save(root)
    assert names(saved.folder) == {
        "gradebook.db", "roster.csv", "groups.csv", "overrides.xlsx", "scores/X2.csv", "reports/grades.csv",
        "reports/students/0012.html", "groups/unit3.csv", "nbgrader_config.py", "grading_config.py",
        "manifest.json",
    }  # fmt: skip
    assert (saved.folder / "grading_config.py").read_bytes() == CONFIG.read_bytes()
    told = json.loads((saved.folder / "manifest.json").read_text("utf-8"))
    assert (told["term"], told["course"], told["students"]) == ("2026春", "crossborder_crm", 2)
    # printf '组号,学号\n1,0012\n' | sha256sum
    assert told["files"]["groups.csv"]["sha256"].startswith("2ca0dc71b2cc")
    assert set(told["files"]) == names(saved.folder) - {"manifest.json"}
    assert saved == saved_terms(root)[0]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_snapshot_is_for_its_owner_only(root):
    before = os.umask(0)
    try:
        save(root)
    finally:
        os.umask(before)
    terms = root / "terms"
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in [terms, *terms.rglob("*")]}
    assert modes == {(True, 0o700), (False, 0o600)}


def test_existing_name_is_refused(root):
    save(root)
    before = {path: path.read_bytes() for path in (root / "terms").rglob("*") if path.is_file()}
    with pytest.raises(GradingError, match="“2026春”已经存过"):
        save(root)
    assert {path: path.read_bytes() for path in (root / "terms").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", ".hidden", "x.", "CON", "a\\b", "-x", "x" * 65])
def test_name_that_could_be_another_place_is_refused(root, name):
    for use in (save, plan_term):
        with pytest.raises(GradingError, match="不能用作学期名"):
            use(root, name)
    assert not (root / "terms").exists()


def test_a_failing_copy_leaves_nothing(root, monkeypatch):
    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saving, "_write_manifest", full_disk)
    with pytest.raises(OSError, match="No space"):
        save(root)
    assert list((root / "terms").iterdir()) == []


def test_leftovers_of_a_killed_run_are_cleared_and_never_listed(root):
    left = root / "terms" / ".2026春-abc123"
    left.mkdir(parents=True)
    (left / "gradebook.db").write_text("half", "utf-8")
    assert saved_terms(root) == ()
    save(root)
    assert [path.name for path in (root / "terms").iterdir()] == ["2026春"]


def test_a_running_marker_cannot_tear_the_gradebook(root):
    """Rows come in pairs in one transaction: every copy must hold both or neither."""
    stop, written = threading.Event(), []

    def mark():
        with closing(sqlite3.connect(root / "gradebook.db", timeout=30)) as book:
            book.execute("PRAGMA synchronous = OFF")  # quick, so that many rows fall into one copy
            while not stop.is_set():
                book.executemany("INSERT INTO student VALUES (?)", [("left" * 500,), ("right" * 500,)])
                book.commit()
                written.append(1)

    marker = threading.Thread(target=mark)
    marker.start()
    try:
        while len(written) < 5:
            stop.wait(0.01)
        counts = []
        for number in range(4):
            saved = save(root, f"t{number}")
            with closing(sqlite3.connect(saved.folder / "gradebook.db")) as book:
                counts.append(book.execute("SELECT count(*) FROM student").fetchone()[0] - 3)
                assert book.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        stop.set()
        marker.join()
    assert all(count % 2 == 0 for count in counts)
    assert all(not one.faults for one in saved_terms(root))


def test_what_an_open_transaction_has_not_committed_is_not_saved(root):
    with closing(sqlite3.connect(root / "gradebook.db", isolation_level=None)) as book:
        book.execute("BEGIN")
        book.execute("INSERT INTO student VALUES ('c9')")
        saved = save(root)
        book.execute("ROLLBACK")
    with closing(sqlite3.connect(saved.folder / "gradebook.db")) as copy:
        assert copy.execute("SELECT count(*) FROM student").fetchone() == (3,)


def test_a_gradebook_that_stays_locked_is_told_of(root, monkeypatch):
    monkeypatch.setattr(saving, "_WAIT", 0.2)
    with closing(sqlite3.connect(root / "gradebook.db", isolation_level=None)) as book:
        book.execute("BEGIN EXCLUSIVE")
        with pytest.raises(GradingError, match=r"成绩册 gradebook\.db 存不下来"):
            save(root)
        book.execute("ROLLBACK")
    assert saved_terms(root) == ()


def test_a_damaged_gradebook_is_refused(root):
    (root / "gradebook.db").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(GradingError, match=r"gradebook\.db 存不下来"):
        save(root)


def test_links_are_not_followed_into_a_snapshot(root, tmp_path):
    (tmp_path / "secret.csv").write_text("s", "utf-8")
    (root / "scores" / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(GradingError, match=r"link\.csv 是一个链接"):
        save(root)


def test_nothing_to_save_is_refused(tmp_path):
    with pytest.raises(GradingError, match="没有可存的"):
        save(tmp_path)


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda folder: (folder / "roster.csv").write_text("x", "utf-8"), "内容变了：roster.csv"),
        (lambda folder: (folder / "scores" / "X2.csv").unlink(), "缺少：scores/X2.csv"),
        (lambda folder: (folder / "more.csv").write_text("x", "utf-8"), "多出：more.csv"),
        (
            lambda folder: (folder / "manifest.json").write_text("{", "utf-8"),
            "清单 manifest.json 缺失或读不了",
        ),
    ],
)
def test_list_finds_what_is_not_as_it_was_saved(root, harm, says):
    saved = save(root)
    assert saved_terms(root)[0].faults == ()
    harm(saved.folder)
    assert saved_terms(root)[0].faults == (says,)


def test_deleting_a_term_leaves_the_others_and_the_course(root):
    save(root, "a")
    save(root, "b")
    before = names(root)
    planned = plan_term(root, "a")
    assert (planned.files, planned.students) == (11, 2)
    assert planned.size == sum(
        path.stat().st_size for path in (root / "terms" / "a").rglob("*") if path.is_file()
    )
    delete(planned)
    assert before - names(root) == {name for name in before if name.startswith("terms/a/")}
    assert [path.name for path in (root / "terms").iterdir()] == ["b"]


def test_unknown_term_is_refused_with_the_nearest(root):
    save(root)
    with pytest.raises(GradingError, match="没有存过学期“2026秋”。\n提示：是不是“2026春”？"):
        plan_term(root, "2026秋")


def test_deleting_the_running_term_keeps_configuration_releases_and_saved_terms(root):
    save(root)
    planned = plan_current(root)
    assert planned.students == 2
    assert planned.stays == ("nbgrader_config.py", "snapshots", "terms", "本学期说明.txt")
    delete(planned)
    kept = {name for name in names(root) if not name.startswith("terms/")}
    assert kept == {"nbgrader_config.py", "snapshots/unit3/u.ipynb", "本学期说明.txt"}
    assert saved_terms(root)[0].faults == ()
    assert plan_current(root).places == ()


def test_deleting_without_any_saved_term_is_warned_of(root):
    assert any("还没有存过任何学期" in one for one in plan_current(root).notices)
    save(root)
    assert not any("还没有存过任何学期" in one for one in plan_current(root).notices)


@pytest.mark.parametrize("name", ["gradebook.db", "submitted", "scores"])
def test_links_are_not_deleted_through(root, tmp_path, name):
    outside = tmp_path / "outside"
    shutil.move(root / name, outside)
    (root / name).symlink_to(outside)
    before = names(root) | names(tmp_path)
    with pytest.raises(GradingError, match=f"{name} 是一个链接"):
        plan_current(root)
    assert names(root) | names(tmp_path) == before


def test_a_place_that_became_a_link_after_it_was_looked_at_is_refused(root, tmp_path):
    planned = plan_current(root)
    shutil.move(root / "scores", tmp_path / "outside")
    (root / "scores").symlink_to(tmp_path / "outside")
    with pytest.raises(GradingError, match="scores 是一个链接"):
        delete(planned)
    assert (tmp_path / "outside" / "X2.csv").is_file()


def test_links_inside_are_removed_and_not_followed(root, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kept.txt").write_text("k", "utf-8")
    (root / "submitted" / "0012" / "link").symlink_to(tmp_path / "outside")
    delete(plan_current(root))
    assert not (root / "submitted").exists()
    assert (tmp_path / "outside" / "kept.txt").is_file()


@pytest.mark.parametrize("what", ["terms", "terms/2026春"])
def test_linked_terms_are_refused(root, tmp_path, what):
    save(root)
    shutil.move(root / what, tmp_path / "outside")
    (root / what).symlink_to(tmp_path / "outside")
    with pytest.raises(GradingError, match="是一个链接"):
        plan_term(root, "2026春")
    assert names(tmp_path / "outside")


@pytest.mark.parametrize("plan", [plan_current, lambda root: plan_term(root, "x")])
def test_a_folder_that_is_no_course_is_refused(tmp_path, plan):
    (tmp_path / "scores").mkdir()
    with pytest.raises(GradingError, match="不像课程文件夹"):
        plan(tmp_path)


def test_a_snapshot_is_deleted_where_nbgrader_was_never_used(root):
    save(root)
    (root / "nbgrader_config.py").unlink()
    delete(plan_term(root, "2026春"))
    assert not (root / "terms" / "2026春").exists()


@pytest.fixture
def ecrm(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as stopped:
            cli.main(tuple(map(str, arguments)))
        told = capsys.readouterr()
        return stopped.value.code, told.out, told.err

    return run


@pytest.mark.parametrize("command", [(), ("save",), ("list",), ("delete",)])
def test_help_is_in_chinese(ecrm, command):
    code, out, _ = ecrm("term", *command, "--help")
    assert code == 0
    assert "用法：" in out
    assert not any(word in out for word in ("Usage", "Options:", "Commands", "required"))


def test_commands_save_list_and_delete(ecrm, root):
    code, out, _ = ecrm("term", "save", "2026春", "--root", root)
    assert code == 0
    assert "11 个文件，2 名学生" in out
    code, out, _ = ecrm("term", "list", "--root", root)
    assert code == 0
    assert "原样" in out
    code, out, err = ecrm("term", "delete", "2026春", "--root", root)
    assert code == 1  # nobody to type the name
    assert "11 个文件，涉及 2 名学生" in out
    assert "什么都没有删" in err
    assert ecrm("term", "delete", "2026春", "--yes", "--root", root)[0] == 0
    assert "还没有存过学期" in ecrm("term", "list", "--root", root)[1]


def test_list_of_a_damaged_snapshot_fails(ecrm, root):
    ecrm("term", "save", "2026春", "--root", root)
    (root / "terms" / "2026春" / "roster.csv").write_text("x", "utf-8")
    code, out, err = ecrm("term", "list", "--root", root)
    assert code == 1
    assert "roster.csv" in "".join(out.split())
    assert "2026春 已不是存下时的样子" in err


@pytest.mark.parametrize(("typed", "gone"), [("2026春", True), ("2026", False), ("", False)])
def test_the_typed_name_decides(ecrm, root, monkeypatch, typed, gone):
    save(root)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", lambda *_, **__: typed)
    code, _, _ = ecrm("term", "delete", "2026春", "--root", root)
    assert (code == 0) is gone
    assert (root / "terms" / "2026春").exists() is not gone


def test_name_or_current_is_needed(ecrm, root):
    for arguments in ((), ("2026春", "--current")):
        code, _, err = ecrm("term", "delete", *arguments, "--root", root)
        assert code == 1
        assert "二者选一" in err


def test_database_elsewhere_is_told_of(ecrm, root):
    (root / "nbgrader_config.py").write_text('c.CourseDirectory.db_url = "postgresql://"\n', "utf-8")
    _, _, err = ecrm("term", "save", "2026春", "--root", root)
    assert "db_url" in err


@pytest.mark.skipif(not shutil.which("git") or not (ROOT / ".git").exists(), reason="needs the repository")
def test_git_ignores_everything_personal(root):
    save(root)
    personal = sorted(name for name in names(root) if name != "nbgrader_config.py")
    paths = [f"courses/crossborder_crm/{name}" for name in personal]
    command = ["git", "-c", "core.quotePath=false", "check-ignore", "--no-index", *paths]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert shown.stdout.splitlines() == paths
    assert "courses/crossborder_crm/terms/2026春/nbgrader_config.py" in paths
