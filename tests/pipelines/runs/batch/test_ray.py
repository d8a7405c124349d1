"""The same run on a Ray cluster of two nodes on this machine."""

import importlib.util
import os
import signal
import threading
import time

import batch_runs
import psutil
import pytest

from secateur.pipelines.runs.batch.run import run

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    # Ray opens files and sockets that it leaves to the end of the process.
    pytest.mark.filterwarnings("default"),
]


@pytest.fixture(scope="module")
def cluster():
    if importlib.util.find_spec("ray") is None:
        pytest.skip("no Ray: pip install 'secateur[ray]'")
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster

    cluster = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False}
    )
    cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    yield cluster
    cluster.shutdown()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = batch_runs.make_folder(tmp_path_factory.mktemp("documents"), 12)
    for number in range(16):
        text = f"Acme {number} Corp. earned $1.2 million. " * 300
        (folder / f"long {number}.txt").write_text(text)
    return folder


@pytest.fixture(scope="module")
def expected(folder, model, tmp_path_factory):
    out = tmp_path_factory.mktemp("local") / "out"
    run(folder, out, batch_runs.settings(model, workers=2))
    return batch_runs.outputs(out)


def _actors():
    # Of this cluster only: the machine may run others.
    family = psutil.Process().children(recursive=True)
    return [process for process in family if "MapWorker" in " ".join(process.cmdline())]


def test_results_are_those_of_worker_processes(cluster, folder, model, expected, tmp_path):
    chosen = batch_runs.settings(model, engine="ray", address=cluster.address, workers=2)
    report = run(folder, tmp_path / "out", chosen)
    assert report.left == 0
    batch_runs.check_exactly_one(folder, tmp_path / "out")
    assert batch_runs.outputs(tmp_path / "out") == expected


@pytest.mark.parametrize("victim", ["actor", "its worker"])
def test_a_killed_worker_loses_nothing(victim, cluster, folder, model, expected, tmp_path):
    out = tmp_path / "out"
    killed = []

    def kill() -> None:
        while len(list(out.glob("ledger/*/*.gz"))) < 3:
            time.sleep(0.1)
        actor = next(actor for actor in _actors() if actor.children())
        workers = [child for child in actor.children() if "spawn_main" in str(child.cmdline())]
        target = actor if victim == "actor" else workers[0]
        os.kill(target.pid, signal.SIGKILL)
        killed.append(len(list(out.glob("ledger/*/*.gz"))))

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    chosen = batch_runs.settings(model, engine="ray", address=cluster.address, workers=2)
    run(folder, out, chosen)
    thread.join(timeout=10)
    assert killed
    assert killed[0] < 20
    batch_runs.check_exactly_one(folder, out)
    assert batch_runs.outputs(out) == expected


def test_usage_statistics_and_checkpoints_are_off(cluster, folder, model, tmp_path):
    from ray.data import DataContext

    chosen = batch_runs.settings(model, engine="ray", address=cluster.address, include=("twin*",))
    run(folder, tmp_path / "out", chosen)
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"
    assert DataContext.get_current().checkpoint_config is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_signal_leaves_a_run_that_can_be_resumed(
    number, cluster, folder, model, expected, tmp_path
):
    out = tmp_path / "out"
    chosen = batch_runs.settings(model, engine="ray", address=cluster.address, workers=1)
    process = batch_runs.start(folder, out, chosen)
    while len(list(out.glob("ledger/*/[!.]*.gz"))) < 2:
        assert process.is_alive()
        time.sleep(0.1)
    os.kill(process.pid, number)
    process.join()
    assert process.exitcode == batch_runs.STOPPED
    assert 2 <= len(list(out.glob("ledger/*/[!.]*.gz"))) < 20
    assert not (out / "results.jsonl").exists()
    run(folder, out, chosen, resume=True)
    assert batch_runs.outputs(out) == expected


def test_with_gpus_each_actor_takes_one(cluster, folder, model, tmp_path):
    import ray

    node = cluster.add_node(num_cpus=1, num_gpus=1)
    out, free = tmp_path / "out", []

    def watch() -> None:
        while not list(out.glob("ledger/*/[!.]*.gz")):
            time.sleep(0.1)
        free.append(ray.available_resources().get("GPU", 0))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        run(folder, out, batch_runs.settings(model, engine="ray", address=cluster.address))
    finally:
        cluster.remove_node(node)
    thread.join(timeout=10)
    assert free == [0]
    (joined,) = [e for e in batch_runs.lines(out / "log.jsonl") if e["event"] == "cluster joined"]
    assert (joined["gpus"], joined["actors"]) == (1, 1)
    batch_runs.check_exactly_one(folder, out)
