"""From a marked notebook to rows of the gradebook, and what the teacher is told."""
