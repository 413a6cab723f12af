"""What people read: the feedback page and the page for marking by hand, safe whatever a student wrote."""
