"""Objective × section × task: what the courseware covers, and what it does not."""
