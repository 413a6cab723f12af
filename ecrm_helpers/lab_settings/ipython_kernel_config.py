"""IPython reads this in every kernel of the environment: slips are explained from the first cell on.

After a restart the import cell has not run yet, and that is exactly when a student needs the explanation.
"""

c = get_config()

c.InteractiveShellApp.extensions = ["ecrm_helpers.slips"]
