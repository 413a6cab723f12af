"""Attacks on what only our way has: answer records and the frames of the sandbox.

Stock nbgrader has neither, so there is nothing to compare with; what it pays for is in the other modules.
"""

from tests.attacks.attack import FULL, GOOD

# The record of the first task as the student's own `answer` writes it: the right value, told wrongly.
RECORDS = {
    "two_records": '{"v":1,"task":"t1_total","value":14}", "{"v":1,"task":"t1_total","value":99}',
    "record_of_another_task": '{"v":1,"task":"t2_letter","value":14}',
    "record_with_points": '{"v":1,"task":"t1_total","value":99,"points":4}',
    "record_with_two_values": '{"v":1,"task":"t1_total","value":99,"value":14}',
    "record_with_value_and_problem": '{"v":1,"task":"t1_total","value":14,"problem":"none"}',
    "record_of_another_version": '{"v":2,"task":"t1_total","value":14}',
    "record_of_no_number": '{"v":1,"task":"t1_total","value":NaN}',
    "record_beyond_floats": '{"v":1,"task":"t1_total","value":1e400}',
    "record_beyond_integers": '{"v":1,"task":"t1_total","value":1' + 5_000 * "0" + "}",
    "record_of_a_boolean": '{"v":1,"task":"t1_total","value":true}',
    "record_of_many_brackets": '{"v":1,"task":"t1_total","value":' + 20_000 * "[" + 20_000 * "]" + "}",
    "record_of_a_half_letter": '{"v":1,"task":"t1_total","value":14,"shop_owner":"\\ud800"}',
    "record_of_a_megabyte": '{"v":1,"task":"t1_total","value":14,"shop_owner":"' + 1_000_000 * "x" + '"}',
    "record_that_is_no_text": "7",
}


def recorded(text: str) -> str:
    """Return a cell that replaces `answer` by one that publishes this text (or these texts) instead."""
    texts = text.split('", "')
    listed = repr(texts) if text != "7" else "[7]"
    return f"""\
from IPython.display import publish_display_data

def answer(task, value, expect=None):
    for record in {listed}:
        publish_display_data({{"application/vnd.ecrm.answer+json": record, "text/plain": "4.0"}})

total_orders = 14
"""


ELSEWHERE = """\
from IPython.display import publish_display_data

record = '{"v":1,"task":"t1_total","value":14}'
publish_display_data({"application/vnd.ecrm.answer+json": record, "text/plain": "4.0"})
total_orders = ...
"""
NEXT_CELLS = """\
line = get_ipython().line
for index in range(40):
    line.write({"event": "done", "index": index, "ok": True})
    line.write({"out": "execute_result", "data": {"text/plain": "4.0"}, "metadata": {}})
total_orders = 99
"""
GARBAGE = """\
import os

for name in range(3, 64):
    try:
        os.write(name, b"\\xff\\xff\\xff\\xff" + bytes(100_000))
    except OSError:
        pass
total_orders = 14
"""
DEEP_FRAME = """\
line = get_ipython().line
line.write({"out": "display_data", "data": {"application/json": None}, "metadata": {}})
with line._lock:
    data = b'{"out":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    line.socket.sendall(len(data).to_bytes(4, "big") + data)
total_orders = 14
"""
MARKS_OFF = """\
import os

os.environ.pop("ECRM_MARKING", None)
os.environ["NBGRADER_EXECUTION"] = "validate"
total_orders = 99
"""
GROUP = "import os\nimport signal\n\nos.kill(0, signal.SIGKILL)"
# clone(CLONE_PARENT): the process that watches has a child that it does not know of.
SITTERS_CHILD = """\
import ctypes
import platform
import time

call = 56 if platform.machine() == "x86_64" else 220
child = ctypes.CDLL(None).syscall(call, 0x8000 | 17, 0, 0, 0, 0)
if child == 0:
    time.sleep(900)
total_orders = 14 if child > 0 else 99
"""

# Name to (answer cells, points it may get at most: what the honest cells beside it earn).
OWN = {name: ({"a1_total": recorded(text)}, 0.0) for name, text in RECORDS.items()} | {
    "record_elsewhere": ({"a1_total": ELSEWHERE}, 0.0),
    "frames_of_later_cells": ({**GOOD, "a1_total": NEXT_CELLS}, FULL - 4),
    "frames_of_garbage": ({**GOOD, "a1_total": GARBAGE}, FULL - 4),
    "frame_of_many_brackets": ({**GOOD, "a1_total": DEEP_FRAME}, FULL - 4),
    "marking_denied": ({"a1_total": MARKS_OFF}, 0.0),
    "child_for_the_sitter": ({**GOOD, "a1_total": SITTERS_CHILD}, FULL - 4),
    "own_group_killed": ({**GOOD, "a1_total": GROUP}, FULL - 4),
}
