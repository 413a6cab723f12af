"""Every Chinese sentence the package says to students and teachers, one module per part.

Logic imports its words from here, so that a teacher can read and improve them in one place.
"""
