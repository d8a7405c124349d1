"""Entities routed between devices are the entities of each document alone."""

import json

import pytest
import torch
from tiny_folders import save_tagger

from secateur.core.batching import MemoryModel
from secateur.core.routing import Accelerator, RoutingPolicy
from secateur.pipelines.cli.main import main
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.runs import routing
from secateur.pipelines.runs.models import load_model
from secateur.pipelines.runs.options import RunOptions

SENTENCE = "Acme Corp. earned $1.2 million in 2024. It paid tax. "


@pytest.fixture(scope="module")
def options(tmp_path_factory):
    return RunOptions(model=str(save_tagger(tmp_path_factory.mktemp("tagger"))), threshold=0.0)


@pytest.fixture(autouse=True)
def config_home(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config"


def document(name, sentences):
    text = SENTENCE * sentences
    return Document(name, text, (Passage(0, len(text)),), "text/plain")


DOCUMENTS = [document("a", 2), document("b", 60), document("c", 1), document("d", 55)]


class Memory:
    """A device with all the memory in the world."""

    def free_bytes(self):
        return 10**12

    def reserve(self, size):
        pass

    def empty_cache(self):
        pass


class WithGpu(routing.EntityRouter):
    """A router whose GPU is a second model on the CPU."""

    def __init__(self, options, policy):
        super().__init__(options, policy)
        self._gpu = load_model("finance", options)
        self._prune(self._gpu)
        self.batches = []

    def _accelerator(self):
        def run(batch):
            self.batches.append(len(batch))
            return self._scored(batch, self._gpu.model)

        return Accelerator(run, Memory(), MemoryModel.of(self._gpu.model.config, torch.float32))


@pytest.mark.parametrize("router", [routing.EntityRouter, WithGpu])
def test_routed_entities_are_those_of_each_document_alone(options, router):
    routed = router(options, RoutingPolicy(exact_up_to=200)).extract(DOCUMENTS)
    long = "gpu-pruned" if router is WithGpu else "cpu-pruned"
    assert routed.places == ("cpu-exact", long, "cpu-exact", long)
    alone = routing.EntityRouter(options, RoutingPolicy())
    for found, entry in zip(routed.results, DOCUMENTS, strict=True):
        expected = alone.run_exact(entry)
        assert found.tokens == expected.tokens
        spans = [(e.start, e.end, e.label) for e in found.entities]
        assert spans == [(e.start, e.end, e.label) for e in expected.entities]
        assert {e.doc_id for e in found.entities} <= {entry.doc_id}


def test_documents_of_like_length_share_a_call_on_the_gpu(options):
    router = WithGpu(options, RoutingPolicy(exact_up_to=200))
    router.extract(DOCUMENTS)
    assert router.batches == [2]


def test_without_a_gpu_nothing_is_shared_out(options):
    assert routing.gpu_at_hand(options) == torch.cuda.is_available()
    assert not routing.gpu_at_hand(RunOptions(device="cpu"))


def test_calibration_is_kept_and_shown(options, config_home, capsys, monkeypatch):
    monkeypatch.setattr(routing.crossover, "LENGTHS", (64, 128))
    command = ["info", "--json"]
    assert main(command) == 0
    assert "exact up to 512 tokens; measure" in json.loads(capsys.readouterr().out)["routing"]
    assert main([*command, "--calibrate-routing", "--model", options.model]) == 0
    kept = json.loads((config_home / "secateur" / "routing.json").read_text())
    shown = json.loads(capsys.readouterr().out)["routing"]
    assert shown == f"exact up to {kept['exact_up_to']} tokens, measured here"
    assert kept["lengths"] == [64, 128]
    assert all(ms > 0 for ms in kept["exact_ms"] + kept["pruned_ms"])


def test_a_damaged_measurement_is_reported(config_home, capsys):
    file = config_home / "secateur" / "routing.json"
    file.parent.mkdir(parents=True)
    file.write_text("{")
    assert main(["info"]) == 1
    assert "routing.json is damaged" in capsys.readouterr().err
