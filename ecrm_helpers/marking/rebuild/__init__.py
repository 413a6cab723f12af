"""First seam without nbgrader: from the bytes that a student handed in to a notebook that can be run."""
