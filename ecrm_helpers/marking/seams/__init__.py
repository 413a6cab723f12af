"""The classes that ``nbgrader_config.py`` names: nbgrader itself is imported here and by `collect` alone."""
