"""What the judge's side says about a task that its own messages do not cover."""

from __future__ import annotations

ODD_SCORE = "这一题的测试格给出的分数不在 0 和满分之间，不能采用，分数由老师来定。"
