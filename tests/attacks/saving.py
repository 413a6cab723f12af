"""The gradebook and the files that marking writes."""

import time

from tests.attacks.attack import GOOD, Attack, Seen, paid

OWN_GRADES = """\
    SELECT grade.id FROM grade JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    WHERE submitted_assignment.student_id = '{}'"""
WRITE = f'''\
import sqlite3

with sqlite3.connect(ROOT + "/gradebook.db") as book:
    book.execute("""UPDATE grade SET extra_credit = 4 WHERE id IN (
{OWN_GRADES.format("gradebook_written")})""")
'''  # noqa: S608 - an attack
# It lies in wait: nothing is wrong with the gradebook until marks are saved.
TRIGGER = f'''\
import sqlite3

with sqlite3.connect(ROOT + "/gradebook.db") as book:
    book.execute("""CREATE TRIGGER gift AFTER UPDATE OF auto_score ON grade WHEN NEW.id IN (
{OWN_GRADES.format("gradebook_trigger")}) BEGIN UPDATE grade SET extra_credit = 4 WHERE id = NEW.id; END""")
'''  # noqa: S608 - an attack
# A detached process waits until the marks are saved and then changes them.
LATER = f"""\
import subprocess
import sys

code = '''
import sqlite3, time
own = \"\"\"{OWN_GRADES.format("marks_changed_later")}\"\"\"
for _ in range(6000):
    time.sleep(0.1)
    with sqlite3.connect(ROOT + "/gradebook.db", timeout=30) as book:
        saved = book.execute(f"SELECT count(*) FROM grade WHERE auto_score IS NOT NULL AND id IN ({{own}})")
        if saved.fetchone()[0] > 5:
            book.execute(f"UPDATE grade SET manual_score = 4 WHERE id IN ({{own}})")
            break
'''
subprocess.Popen([sys.executable, "-c", f"ROOT = {{ROOT!r}}\\n" + code], start_new_session=True)
"""  # noqa: S608 - an attack
CLASSMATE = """\
import glob

for path in glob.glob(ROOT + "/submitted/zz_victim/quiz/quiz.ipynb"):
    text = open(path).read()
    open(path, "w").write(text.replace("sum(orders)", "min(orders)"))
"""
# nbgrader writes the marked notebook by name: a link makes the teacher write somewhere else.
LINK = """\
import os

os.remove("quiz.ipynb")
os.symlink(HOME + "/precious.txt", "quiz.ipynb")
"""
LOCK = """\
import subprocess
import sys

code = '''
import sqlite3, sys, time
book = sqlite3.connect(sys.argv[1] + "/gradebook.db", isolation_level=None)
book.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
time.sleep(20)
'''
process = subprocess.Popen([sys.executable, "-c", code, ROOT], start_new_session=True, stdout=subprocess.PIPE)
process.stdout.readline()
"""


def changed_later(seen: Seen) -> bool:
    """Give the detached process, if there is one, time to write: it does so a moment after the run."""
    for _ in range(30):
        if Seen(seen.place, seen.student).points["t1_total"] > 0:
            return True
        time.sleep(0.1)
    return False


def overwritten(seen: Seen) -> bool:
    return (seen.place.home / "precious.txt").read_text(encoding="utf-8") != "precious\n"


ATTACKS = [
    Attack(name="gradebook_written", boundary="save", first=WRITE, won=paid("t1_total")),
    Attack(name="gradebook_trigger", boundary="save", first=TRIGGER, won=paid("t1_total")),
    Attack(name="marks_changed_later", boundary="save", first=LATER, won=changed_later),
    Attack(name="classmate_changed", boundary="save", first=CLASSMATE,
           won=lambda seen: seen.other("zz_victim").points["t1_total"] == 0),
    Attack(name="link_written_through", boundary="save", first=LINK, won=overwritten),
    Attack(name="gradebook_locked", boundary="save", cells=GOOD, first=LOCK, earned=16.0, alone=True,
           won=lambda seen: seen.other("zz_classmate").score == 0),
]  # fmt: skip
