"""What reading a shop's own orders is answered with: the data report, and every cell that cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


# ── 数据报告 ──
def correction_line(what: str, count: int, rows: Sequence[int]) -> str:
    """Write one change with its number and examples."""
    if not rows:
        return f"{what}：{count:,} 处"
    more = " 等" if count > len(rows) else ""
    return f"{what}：{count:,} 处（第 {'、'.join(map(str, rows))} 行{more}）"


def report_lines(report: object) -> list[tuple[str, str]]:
    """Write the data report."""
    return []
