"""A shop's own tables: from whatever export it has to the columns the lessons read, nothing guessed."""
