"""课程目标达成度 by the direct method."""
