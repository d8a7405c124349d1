"""What the bench times: calls that take turns, none of them its first."""

import time

from secateur.pipelines.lab.bench.timing import interleave, time_calls


def test_every_call_runs_once_before_the_turns_that_are_timed():
    log = []
    calls = {name: lambda name=name: log.append(name) for name in ("ours", "rival")}
    times = time_calls(calls, 2)
    assert log == ["ours", "rival"] * 3
    assert [len(times[name].wall_ms) for name in calls] == [2, 2]
    assert [len(times[name].cpu_ms) for name in calls] == [2, 2]


def test_what_a_first_call_makes_is_not_counted_where_one_is_timed(monkeypatch):
    now, made = 0.0, False

    def call():
        nonlocal now, made
        now, made = now + (1.0 if made else 60.0), True

    monkeypatch.setattr(time, "perf_counter", lambda: now)
    assert interleave({"rival": call}, 1) == {"rival": 1000.0}
