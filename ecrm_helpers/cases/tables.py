"""Show a case's table so that it reads well on a phone too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.messages import cases as words

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler
    from pandas.io.formats.style_render import CSSDict

__all__ = ["show"]

_KEEP_LINES: list[CSSDict] = [{"selector": "th, td", "props": "white-space: nowrap"}]


def show(table: pd.DataFrame) -> Styler:
    """Style a table: no broken words, money with two decimals, other numbers as short as they are.

    Parameters
    ----------
    table : pandas.DataFrame
        Of this package; never modified.

    Returns
    -------
    pandas Styler

    Examples
    --------
    >>> import pandas as pd
    >>> html = show(pd.DataFrame({"F": [2.0, 3.25]})).to_html()
    >>> ">2<" in html, ">3.25<" in html
    (True, True)
    """
    money = {name: "{:.2f}" for name in table.columns if name in words.MONEY}
    numbers = {name: "{:.10g}" for name in table.select_dtypes("number").columns if name not in money}
    return table.style.format({**numbers, **money}).set_table_styles(_KEEP_LINES)
