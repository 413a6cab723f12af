"""The sandbox's shell reads a cell as IPython does, though it takes few cells apart into tokens."""

import pytest

pytest.importorskip("IPython")

from IPython.core.displayhook import DisplayHook
from IPython.core.inputtransformer2 import EscapedCommand, TransformerManager

from ecrm_helpers.marking.sandbox.shell import Shell

CELLS = [
    "if 1:\n    x = 1\n    if x:\n        y = 2\n    z = 3",
    "if f(\n  1):\n    x = 1\n",
    "\t\n\tx = 1\n\ty = 2",
    "x = 1",
    "x = 1\nprint(x)",
    "# 100 % ?\na != b",
    "f'{share:.1%}'",
    "print('？！％')",
    "x?",
    "?x",
    "shop.orders??",
    "%matplotlib inline",
    "%%time\nx",
    "!ls",
    "files = !ls",
    "spent = %time 1",
    "if 1:\n    %time x",
    ",f a b",
    "x = 1\n;f a",
    "  /f a",
    "x\x0b/f a",
    "x \\\n/ 2",
    "x = [1\n , 2]",
    "'''\n,a\n'''",
    "  x = 1\n  y = 2",
    ">>> x\n>>> y",
    "In [1]: x\n   ...: y",
    "\r\n%x\r\n",
    "\n\nx = (",
    "",
]


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_becomes_what_ipython_makes_of_it(cell):
    ours = Shell.input_transformer_manager.klass()

    assert ours.transform_cell(cell) == TransformerManager().transform_cell(cell)


WRONG_STEPS = [
    "if 1:\n    x = 1\n  y = 2",
    "def f():\n        x = 1\n    y = 2",
    "if f(\n  1):\n    x = 1\n  y = 2",
    'if 1:\n    x = """\na"""\n  y = 2',
    "for i in [1]:\n\tx = 1\n        y = 2\n  z = 3",
    "if 1:\n    x = 1\n\n  # said\n  y = 2",
    "\tx\n y",
]


@pytest.mark.parametrize("cell", WRONG_STEPS)
def test_a_wrong_step_back_is_told_in_ipythons_words(cell):
    with pytest.raises(IndentationError) as stock:
        TransformerManager().transform_cell(cell)
    with pytest.raises(IndentationError) as ours:
        Shell.input_transformer_manager.klass().transform_cell(cell)

    assert ours.value.args == stock.value.args


def test_a_transformer_of_a_students_own_is_asked_about_every_cell():
    asked = []

    class Own(EscapedCommand):
        @classmethod
        def find(cls, tokens_by_line):
            asked.append(tokens_by_line)

    ours = Shell.input_transformer_manager.klass()
    ours.token_transformers.append(Own)
    ours.transform_cell("x = 1")

    assert len(asked) == 1


@pytest.mark.parametrize("cell", ["x", "x;", "x; # said", "print(';')", "a = 1; b\n", "(\n1\n);\n"])
def test_a_semicolon_silences_a_result_as_it_does_in_ipython(cell):
    ours = Shell.displayhook_class.default_value

    assert ours.semicolon_at_end_of_expression(cell) == DisplayHook.semicolon_at_end_of_expression(cell)
