"""Lanes: so many at a time, few in memory, and one that fails stops nobody."""

from __future__ import annotations

import threading

from ecrm_helpers.marking.run.lanes import default_lanes, in_lanes


def jobs(count):
    return [{"student": f"s{number:03}"} for number in range(count)]


def test_every_job_has_one_outcome():
    found = in_lanes(jobs(20), lanes=3, work=lambda job: {"student": job["student"]})

    assert sorted(one["student"] for one in found) == [job["student"] for job in jobs(20)]


def test_one_that_raises_is_reported_and_the_others_are_marked():
    def work(job):
        if job["student"] == "s001":
            raise RecursionError("too deep")
        return {"student": job["student"]}

    found = {one["student"]: one for one in in_lanes(jobs(3), lanes=2, work=work)}

    assert found["s001"]["failed"] == "RecursionError: too deep"
    assert "failed" not in found["s000"] | found["s002"]


def test_so_many_work_at_a_time_and_few_are_read_ahead():
    together = threading.Barrier(2, timeout=20)
    taken, done = [], []

    def work(job):
        together.wait()  # two at a time, or this breaks
        return {"student": job["student"]}

    def read():
        for job in jobs(8):
            taken.append(job)
            yield job

    for outcome in in_lanes(read(), lanes=2, work=work):
        done.append(outcome)
        assert len(taken) - len(done) <= 3

    assert len(done) == 8


def test_run_that_is_given_up_waits_for_nobody_and_starts_nothing_more():
    begun, free = [], threading.Event()

    def work(job):
        begun.append(job["student"])
        if job["student"] != "s000":
            free.wait(60)
        return {"student": job["student"]}

    outcomes = in_lanes(jobs(9), lanes=2, work=work)
    assert next(outcomes) == {"student": "s000"}
    outcomes.close()  # as Ctrl-C does: two are still at work

    lanes = [one for one in threading.enumerate() if one.name.startswith("lane-")]
    assert lanes
    assert all(one.daemon for one in lanes)
    free.set()
    for one in lanes:
        one.join(20)
    assert len(begun) <= 3


def test_one_lane_for_each_processor_at_least_one():
    assert default_lanes() >= 1
