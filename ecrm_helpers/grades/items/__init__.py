"""Item analysis: difficulty, discrimination, answers, reliability, and what the class missed."""
