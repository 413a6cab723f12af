"""What ``nbgrader_config.py`` names so that nbgrader's own commands and buttons mark as ``ecrm mark``."""
