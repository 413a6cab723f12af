"""Reading what is not the student's: checks, solutions, classmates, secrets of the teacher."""

from tests.attacks.attack import SECRET, Attack, paid, printed

HISTORY = """\
import re

print("LEAK:" + "".join(re.findall(r"hidden-check-(\\w{6})", "".join(In))))
"""
OBJECTS = """\
import gc
import re

texts = [one for holder in gc.get_objects() if isinstance(holder, (dict, list, tuple))
         for one in (holder.values() if isinstance(holder, dict) else holder) if isinstance(one, str)]
print("LEAK:" + (re.findall(r"hidden-check-(\\w{6})", " ".join(texts)) or [""])[0])
"""
MEMORY = """\
import re

found = b""
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for line in maps:
        ends, rights, *_, name = (line + " ?").split()[0], line.split()[1], line.split()[-1]
        if rights[:2] != "rw" or name in ("[vvar]", "[vsyscall]"):
            continue
        start, end = (int(part, 16) for part in ends.split("-"))
        try:
            memory.seek(start)
            found += b"".join(re.findall(rb"hidden-check-(\\w{6})", memory.read(min(end - start, 1 << 26))))
        except (OSError, ValueError):
            continue
print("LEAK:" + found[:6].decode())
"""
# The right answers stand in the instructor's notebook, the judges beside it: in the course, or in the project
# that the package was installed from, or behind the back of the first process.
FILES = """\
import glob
import json
import os
import re

import ecrm_helpers

project = os.path.dirname(os.path.dirname(ecrm_helpers.__file__))
places = [ROOT, ROOT + "/../..", project + "/solutions", project + "/tests", "/proc/1/root" + ROOT]
found = [path for place in places for path in glob.glob(place + "/**/quiz/*.*", recursive=True)]
texts = {path: open(path).read() for path in found if os.path.isfile(path)}
"""
SOLUTION = (
    FILES
    + """
for path, text in texts.items():
    for cell in json.loads(text)["cells"] if path.endswith(".ipynb") else ():
        source = "".join(cell["source"])
        if "BEGIN SOLUTION" in source and "total_orders" in source:
            exec(source)
"""
)
MARKING = (
    FILES
    + """
print("LEAK:" + re.findall(r"hidden-check-(\\w{6})", " ".join(texts.values()))[0])
"""
)
CHECKS = """\
import re
import sqlite3

book = sqlite3.connect(ROOT + "/gradebook.db")
checks = " ".join(row[0] or "" for row in book.execute("SELECT source FROM source_cell"))
print("LEAK:" + re.findall(r"hidden-check-(\\w{6})", checks)[0])
"""
ENVIRONMENT = 'import os\n\nprint("LEAK:" + os.environ.get("SCHOOL_TOKEN", ""))'
PARENTS = """\
import glob
import os
import re

found = b""
for path in glob.glob("/proc/[0-9]*/environ"):
    if path.split("/")[2] == str(os.getpid()):
        continue
    try:
        found += b"".join(re.findall(rb"SCHOOL_TOKEN=(\\w+)", open(path, "rb").read()))
    except OSError:
        pass
print("LEAK:" + found[:6].decode())
"""
CLASSMATE = """\
import glob
import json

for path in glob.glob(ROOT + "/submitted/zz_classmate/quiz/*.ipynb"):
    for cell in json.load(open(path))["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "a1_total":
            exec("".join(cell["source"]))
"""
HOME_FILE = 'print("LEAK:" + open(HOME + "/.ssh/id_ed25519").read().strip())'
SERVICE = """\
import urllib.request

with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=5) as page:
    print("LEAK:" + page.read().decode())
"""
ABSTRACT = """\
import socket

with socket.socket(socket.AF_UNIX) as line:
    line.connect(f"\\0ecrm-service-{PORT}")
    print("LEAK:" + line.recv(100).decode())
"""
# The session keeps a copy of the descriptor that it was started with.
TERMINAL = """\
import glob
import os

for path in glob.glob("/proc/self/fd/*"):
    try:
        if os.readlink(path).endswith(".log") or os.readlink(path).startswith(("pipe:", "/dev/pts")):
            os.write(int(path.split("/")[-1]), b"\\n[AutogradeApp | INFO] forged for PORT\\n")
    except OSError:
        pass
"""

ATTACKS = [
    Attack(name="checks_in_the_history", boundary="execute", last=HISTORY, won=printed("LEAK", SECRET)),
    Attack(name="checks_among_the_objects", boundary="execute", last=OBJECTS, won=printed("LEAK", SECRET)),
    Attack(name="checks_in_the_memory", boundary="execute", last=MEMORY, won=printed("LEAK", SECRET)),
    Attack(name="checks_in_the_gradebook", boundary="execute", first=CHECKS, won=printed("LEAK", SECRET)),
    Attack(name="checks_on_disk", boundary="execute", first=MARKING, won=printed("LEAK", SECRET)),
    Attack(name="solution_on_disk", boundary="execute", cells={"a1_total": SOLUTION}, won=paid("t1_total")),
    Attack(name="classmate_copied", boundary="execute", cells={"a1_total": CLASSMATE}, won=paid("t1_total")),
    Attack(name="environment", boundary="execute", first=ENVIRONMENT, won=printed("LEAK", SECRET)),
    Attack(name="environment_of_the_parent", boundary="execute", first=PARENTS, won=printed("LEAK", SECRET)),
    Attack(name="home_of_the_teacher", boundary="execute", first=HOME_FILE, won=printed("LEAK", SECRET)),
    Attack(name="service_on_localhost", boundary="execute", first=SERVICE, won=printed("LEAK", SECRET)),
    Attack(name="abstract_socket", boundary="execute", first=ABSTRACT, won=printed("LEAK", SECRET)),
    Attack(
        name="terminal_of_the_teacher", boundary="execute", first=TERMINAL,
        won=lambda seen: "[AutogradeApp | INFO] forged for PORT" in seen.place.log,
    ),
]  # fmt: skip
