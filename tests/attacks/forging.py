"""Points without the answer: objects that lie, a session that was rebuilt, traffic that was forged."""

from tests.attacks.attack import Attack, paid

EQUAL = """\
class Equal(int):
    __eq__ = lambda self, other: True
    __hash__ = int.__hash__

total_orders = Equal(99)
"""
ANY_LETTER = """\
class Letter(str):
    __eq__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __hash__ = str.__hash__

letter = Letter("A")
"""
FRAME = """\
import sys

class Reader(dict):
    def get(self, key, default=None):
        return sys._getframe(1).f_locals.get("n", 9)

counts = Reader({"新客": 9, "老客": 9})
"""
AST = """\
import ast

class NoChecks(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)

    def visit_Call(self, node):
        paid = getattr(node.func, "id", "") == "answer"
        return ast.copy_location(ast.Constant(4.0), node) if paid else node

get_ipython().ast_transformers.append(NoChecks())
total_orders = 99
"""
INPUT = """\
def paid(lines):
    text = "".join(lines)
    return ["4.0"] if "total_orders" in text and ("assert" in text or "answer(" in text) else lines

get_ipython().input_transformers_post.append(paid)
total_orders = 99
"""
KERNEL = """\
shell = get_ipython()

async def all_well(*arguments, **options):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}

if hasattr(shell, "kernel"):
    shell.kernel.do_execute = all_well
for name in ("run_cell", "run_cell_async", "run_code", "run_ast_nodes"):
    setattr(shell, name, all_well)
"""
PEEK = """\
import re

def peek(info):
    found = re.search(r"assert total_orders == ([0-9]+)", info.raw_cell)
    if found:
        get_ipython().user_ns["total_orders"] = int(found[1])

get_ipython().events.register("pre_run_cell", peek)
total_orders = 99
"""
GUESS = """\
letter = "A"

def passes(check, guess):
    try:
        exec(check, {**get_ipython().user_ns, "letter": guess})
    except AssertionError:
        return False
    return True

def guess(info):
    if "letter" in info.raw_cell and ("assertEqual" in info.raw_cell or "answer(" in info.raw_cell):
        get_ipython().user_ns["letter"] = [guess for guess in "ABC" if passes(info.raw_cell, guess)][-1]

get_ipython().events.register("pre_run_cell", guess)
"""
BUILTINS = """\
import builtins

builtins.all = lambda *_: True
counts = {"新客": 9, "老客": 9}
"""
HELPERS = """\
import json
import unittest

unittest.TestCase.assertEqual = lambda *_: None
try:
    from ecrm_helpers import answers
except ImportError:
    pass
else:
    answers._record = lambda task, reading: json.dumps({"v": 1, "task": task, "value": "A", "points": 2})
letter = "A"
"""
# An execute_result before the error is what nbgrader reads the points from.
RESULT = """\
from IPython.display import publish_display_data

def pay(info):
    if "total_orders" in info.raw_cell and ("assert" in info.raw_cell or "answer(" in info.raw_cell):
        get_ipython().displayhook(4.0)
        publish_display_data({"text/plain": "4.0", "text/html": "得分 4 / 4"})

total_orders = 99
get_ipython().events.register("pre_run_cell", pay)
"""
NOT_A_RESULT = RESULT.replace("displayhook(4.0)", 'displayhook(float("nan"))').replace("4.0", "nan")
MASKED = "import numpy\n\nmean_orders = numpy.ma.masked"
TRACE = """\
import sys

def trace(frame, event, _):
    if frame.f_code.co_name == "assertEqual":
        frame.f_locals["first"] = frame.f_locals["second"]
    return trace

letter = "A"
sys.settrace(trace)
"""
# What leaves the session is rewritten on its way: no error, and the request went well.
TRAFFIC = """\
kernel = getattr(get_ipython(), "kernel", None)

def forged(stream, kind, content=None, *rest, **options):
    if kind == "error":
        return None
    if kind == "execute_reply":
        content = {**content, "status": "ok"}
    return sent(stream, kind, content, *rest, **options)

if kernel is not None:
    sent, kernel.session.send = kernel.session.send, forged
total_orders = 99
"""


def forged(name: str, cell: str, source: str) -> Attack:
    """An attack in the answer cell ``a1_total`` on the points of ``t1_total``, and so on."""
    return Attack(name=name, boundary="judge", cells={cell: source}, won=paid(cell.replace("a", "t", 1)))


ATTACKS = [
    forged("equal_to_everything", "a1_total", EQUAL),
    forged("letter_equal_to_all", "a2_letter", ANY_LETTER),
    forged("frame_of_the_check", "a3_counts", FRAME),
    forged("not_a_number", "a4_mean", 'mean_orders = float("nan")'),
    forged("masked_value", "a4_mean", MASKED),
    forged("infinity", "a5_share", 'share_top = float("inf")'),
    forged("empty_table", "a6_table", "table_top = []"),
    forged("checks_cut_from_the_tree", "a1_total", AST),
    forged("checks_cut_from_the_text", "a1_total", INPUT),
    Attack(name="kernel_replaced", boundary="judge", first=KERNEL, won=paid("t1_total")),
    forged("check_read_by_a_hook", "a1_total", PEEK),
    forged("check_tried_until_it_passes", "a2_letter", GUESS),
    forged("builtins_patched", "a3_counts", BUILTINS),
    forged("helpers_patched", "a2_letter", HELPERS),
    forged("result_before_the_error", "a1_total", RESULT),
    forged("result_that_is_no_number", "a1_total", NOT_A_RESULT),
    forged("trace_swaps_the_arguments", "a2_letter", TRACE),
    forged("traffic_rewritten", "a1_total", TRAFFIC),
]
