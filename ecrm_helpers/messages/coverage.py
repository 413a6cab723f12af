"""What `ecrm curriculum` says about the courseware."""
