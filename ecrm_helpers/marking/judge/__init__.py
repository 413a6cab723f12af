"""What a ``marking.py`` declares, and the processes that judge by it, outside every student's process."""
