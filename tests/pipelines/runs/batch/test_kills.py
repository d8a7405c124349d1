"""A short soak: `make soak` kills fifty times."""

from batch_kills import VICTIMS, kill_and_resume


def test_killed_runs_resume_to_one_outcome_a_document(tmp_path):
    tally = kill_and_resume(tmp_path, kills=4, seed=3, documents=8)
    assert sum(tally[victim] for victim in VICTIMS) == 4
