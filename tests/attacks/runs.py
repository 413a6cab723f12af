"""Hand in for every attacker, mark them all, by stock nbgrader and by ours."""

from __future__ import annotations

import copy
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.attacks.attack import GOOD, SECRET, Attack, Place

REPOSITORY = Path(__file__).parents[2]
FIXTURES = Path(__file__).parents[1] / "fixtures" / "attacks"
COURSE = "crossborder_crm"
CLASSMATES = ("zz_classmate", "zz_victim")  # marked last
STOCK = 'c = get_config()\nc.CourseDirectory.course_id = "crossborder_crm"\n'


def run(place: Place, *command: str, check: bool = True) -> Place:
    """Run a Python command in the course as its teacher would; the place's log keeps what it says."""
    foreign = ("ECRM_", "NBGRADER_", "JUPYTER", "IPYTHON", "PYTHON", "XDG_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | {
        "HOME": str(place.home),
        "PYTHONPATH": str(place.site),
        "SCHOOL_TOKEN": SECRET,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    # A file, not a pipe: a process that an attack leaves behind would keep a pipe open.
    terminal = place.home / "terminal.log"
    with terminal.open("wb") as out:
        done = subprocess.run(
            [sys.executable, *command], cwd=place.root, env=env, check=False, timeout=1800,
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    said = terminal.read_text(encoding="utf-8", errors="replace")
    assert not check or done.returncode == 0, said[-4000:]
    return replace(place, log=place.log + said)


def new_place(folder: Path, port: int, *, ours: bool) -> Place:
    """Make a course with the assignment released, a home and a stand-in for site-packages."""
    root = folder / "courses" / COURSE
    place = Place(
        root=root, home=folder / "home", site=folder / "site", exchange=folder / "exchange", port=port
    )
    for one in (root, place.home / ".ssh", place.site, place.exchange, folder / "exercises"):
        one.mkdir(parents=True)
    place.exchange.chmod(0o777)
    (place.home / ".ssh" / "id_ed25519").write_text(f"{SECRET}\n", encoding="utf-8")
    (place.home / "precious.txt").write_text("precious\n", encoding="utf-8")
    if ours:
        shutil.copy(REPOSITORY / "courses" / COURSE / "nbgrader_config.py", root)
        shutil.copytree(
            FIXTURES / "solutions", folder / "solutions", ignore=shutil.ignore_patterns("__pycache__")
        )
    else:
        (root / "nbgrader_config.py").write_text(STOCK, encoding="utf-8")
        shutil.copytree(FIXTURES / "stock", root / "source")
    return run(place, "-m", "nbgrader", "generate_assignment", "quiz")


def moved(template: Place, folder: Path, port: int) -> Place:
    """Copy a course to a folder of its own."""
    old = template.root.parents[1]
    shutil.copytree(old, folder)
    paths = {
        name: folder / getattr(template, name).relative_to(old)
        for name in ("root", "home", "site", "exchange")
    }
    return replace(template, **paths, port=port, log="")


def released(place: Place) -> dict[str, Any]:
    """Read the notebook that students got."""
    folders = (place.root / "release", place.root.parents[1] / "exercises" / COURSE)
    path = next(folder / "quiz" / "quiz.ipynb" for folder in folders if (folder / "quiz").is_dir())
    return json.loads(path.read_text(encoding="utf-8"))


def own_cell(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def worked_on(place: Place, attack: Attack, *, ours: bool) -> dict[str, Any]:
    """Return the notebook as the attacker hands it in; it knows where everything is."""
    book = copy.deepcopy(released(place))
    told = {
        "first": attack.first,
        "last": attack.last,
        **attack.cells,
        **(attack.against_ours if ours else {}),
    }
    for number, cell in enumerate(book["cells"]):
        cell.setdefault("id", f"cell-{number}")
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if told.get(grade_id):
            cell["source"] = told[grade_id]
    known = {"ROOT": place.root, "HOME": place.home, "SITE": place.site}
    lines = [f"{name} = {str(path)!r}" for name, path in known.items()] + [f"PORT = {place.port}"]
    book["cells"].insert(0, {**own_cell("\n".join(lines)), "id": "own-known"})
    if told["first"]:
        book["cells"].insert(1, {**own_cell(told["first"]), "id": "own-first"})
    if told["last"]:
        book["cells"].append({**own_cell(told["last"]), "id": "own-last"})
    if attack.change is not None:
        attack.change(book)
    return book


def hand_in(place: Place, attacks: Sequence[Attack], *, ours: bool) -> None:
    """Put everyone's work into the submitted folder: the attackers', and classmates' who did it right."""
    honest = [Attack(name=name, boundary="", won=lambda _: False, cells=GOOD) for name in CLASSMATES]
    for one in [*attacks, *honest]:
        folder = place.root / "submitted" / one.name / "quiz"
        folder.mkdir(parents=True)
        text = json.dumps(worked_on(place, one, ours=ours), ensure_ascii=False)
        (folder / "quiz.ipynb").write_text(text, encoding="utf-8")
    for one in attacks:
        if one.folder is not None:
            one.folder(place.root / "submitted" / one.name / "quiz", place)


class _Tells(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(SECRET.encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def services() -> Iterator[int]:
    """Offer what a teacher's machine offers to itself: a page on 127.0.0.1 and an abstract socket."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Tells) as server, socket.socket(socket.AF_UNIX) as line:
        port = server.server_address[1]
        line.bind(f"\0ecrm-service-{port}")
        line.listen()
        threads = [
            threading.Thread(target=server.serve_forever),
            threading.Thread(target=_answer, args=(line,)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield port
        finally:
            server.shutdown()
            line.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()


def _answer(line: socket.socket) -> None:
    while True:
        try:
            peer, _ = line.accept()
        except OSError:
            return
        with peer:
            peer.sendall(SECRET.encode())
