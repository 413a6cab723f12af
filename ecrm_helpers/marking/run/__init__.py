"""One run of marking: what is new or changed, marked in lanes, saved one submission at a time.

`one` turns the bytes of a submission into plain data and touches neither gradebook nor course folder, so it
can work anywhere; `mark` plans, hands out and is the only one that writes.
"""
