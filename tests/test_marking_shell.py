"""The sandbox's shell reads a cell as IPython does, though it takes few cells apart into tokens."""

import pytest

pytest.importorskip("IPython")

from IPython.core.displayhook import DisplayHook
from IPython.core.inputtransformer2 import EscapedCommand, TransformerManager

from ecrm_helpers.marking.sandbox.shell import Shell

CELLS = [
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
