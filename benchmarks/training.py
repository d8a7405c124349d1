"""Whether training under pruning pays: the study of docs/results.md, "Training under pruning".

    python benchmarks/training.py prepare ../shared/data/finance/10k_html
    python benchmarks/training.py base
    python benchmarks/training.py study --seeds 0 1 2
    python benchmarks/training.py gradient
    python benchmarks/training.py steps --lengths 2048 8192

`prepare` writes the filings as plain text to runs/study/texts, `base` reads the test companies with
the untrained model, `study` trains both configs with each seed and reads them with what came of it,
`gradient` compares gradients, `steps` times a step. Each prints JSON lines.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.core import hf
from secateur.core.models.lora import AdapterSettings, attach
from secateur.core.training.annealing import mean_density
from secateur.core.training.answers import answer_loss
from secateur.core.training.log import losses
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.training.adapt import adapt

ROOT = Path(__file__).parents[1]
STUDY = ROOT / "runs" / "study"
BASE = "smollm2-135m"
LEARN = "aapl adbe amzn ba hd ko meta nvda tsla unh".split()
VALID, TEST = ["crm", "pg"], ["nke", "v", "jnj"]
THRESHOLDS = (1.0, 2.0)
_TOKENS, _ROWS = 2048, 3


def prepare(folder: Path) -> Iterator[dict[str, Any]]:
    """Writes the filings of the study's companies as plain text."""
    texts = STUDY / "texts"
    texts.mkdir(parents=True, exist_ok=True)
    for company in (*LEARN, *VALID, *TEST):
        (path,) = folder.glob(f"{company}-*.html.gz")
        target = texts / f"{path.name.removesuffix('.html.gz')}.txt"
        if not target.exists():
            target.write_text(read(path).text, encoding="utf-8")
        yield {"text": target.name, "characters": target.stat().st_size}


def study(seeds: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Trains and tests; runs that are finished are not trained again."""
    rows = test_rows()
    for seed in seeds:
        for arm in ("full", "dap"):
            begin = time.process_time()
            folder = adapt(ROOT / "configs" / f"study_{arm}.toml", seed)
            seconds = time.process_time() - begin
            log = json.loads((STUDY / f"{arm}-run-seed{seed}" / "log.json").read_text())["log"]
            yield {
                "arm": arm, "seed": seed, "cpu_seconds": seconds,
                "valid": losses(log, "eval_loss"), "target": losses(log, "target_threshold"),
            }  # fmt: skip
            model, _ = hf.load(folder, "causal-lm", dtype=torch.bfloat16)
            yield from scores(arm, seed, model, rows)


def base() -> Iterator[dict[str, Any]]:
    """Tests the model that the study begins from."""
    model, _ = hf.load(BASE, "causal-lm", dtype=torch.bfloat16)
    yield from scores("base", None, model, test_rows())


def test_rows() -> list[Tensor]:
    """Returns rows of each test company, evenly spread over its filing."""
    _, tokenizer = hf.load(BASE, "causal-lm", attention="full")
    rows = []
    for company in TEST:
        tokens = _filing(company, tokenizer)
        for number in range(_ROWS):
            first = (number + 1) * (tokens.shape[1] - _TOKENS) // (_ROWS + 1)
            rows.append(tokens[:, first : first + _TOKENS + 1])
    return rows


def _filing(company: str, tokenizer: PreTrainedTokenizerBase) -> Tensor:
    (path,) = (STUDY / "texts").glob(f"{company}-*.txt")
    text = path.read_text(encoding="utf-8")
    return torch.tensor([tokenizer(text, verbose=False)["input_ids"]])


@torch.no_grad()
def scores(
    arm: str, seed: int | None, model: PreTrainedModel, rows: Sequence[Tensor]
) -> Iterator[dict[str, Any]]:
    """Reads the rows at each threshold, 0 among them; nothing is recovered."""
    for threshold in (0.0, *THRESHOLDS):
        hf.enable(model, threshold=threshold, fallback=False)
        total = sum(float(answer_loss(model, batch(row))) for row in rows)
        density = mean_density(hf.statistics(model)) if threshold else 1.0
        yield {
            "arm": arm, "seed": seed, "threshold": threshold, "density": density,
            "loss": total / sum(row.shape[1] - 1 for row in rows),
        }  # fmt: skip


def batch(row: Tensor) -> dict[str, Tensor]:
    """Asks for each token after the first."""
    return {"input_ids": row[:, :-1], "labels": row[:, 1:]}


def gradient() -> Iterator[dict[str, Any]]:
    """Compares the gradient of the loss through our kernels with that through torch's attention."""
    model, _ = hf.load(BASE, "causal-lm", attention="full")
    row = test_rows()[0]
    found: dict[str, list[Tensor]] = {}
    for name, threshold in (("torch", None), ("threshold 0", 0.0), ("threshold 0.45", 0.45)):
        if threshold is not None:
            hf.enable(model, threshold=threshold, fallback=False)
        model.zero_grad()
        answer_loss(model, batch(row)).backward()
        found[name] = [values.grad.clone() for values in model.parameters()]  # type: ignore[union-attr]
        pairs = list(zip(found[name], found["torch"], strict=True))
        apart = sum(float((a - b).double().square().sum()) for a, b in pairs)
        whole = sum(float(b.double().square().sum()) for _, b in pairs)
        yield {
            "attention": name, "tokens": _TOKENS, "dtype": "fp32",
            "relative_error": (apart / whole) ** 0.5,
            "largest_of_a_tensor": max(float((a - b).norm() / b.norm()) for a, b in pairs),
        }  # fmt: skip


def steps(lengths: Sequence[int], repeats: int) -> Iterator[dict[str, Any]]:
    """Times training steps of the adapter, each way and length in a process of its own."""
    for tokens in lengths:
        for way in ("torch", "full", "0.45", "2.0"):
            command = [sys.executable, __file__, "step", way, str(tokens), str(repeats)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            yield json.loads(done.stdout)


def step(way: str, tokens: int, repeats: int) -> dict[str, Any]:
    """Times one kind of step, bf16, the best of `repeats` after one that is not counted."""
    model, tokenizer = hf.load(BASE, "causal-lm", attention="full", dtype=torch.bfloat16)
    adapted = attach(model, AdapterSettings(dropout=0.0))
    if way != "torch":
        hf.enable(model, threshold=0.0 if way == "full" else float(way), fallback=False)
    weights = [values for values in adapted.parameters() if values.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=1e-4)
    row = _filing(TEST[0], tokenizer)[:, : tokens + 1]
    wall, processor = [], []
    before = _peak_mib()
    for _ in range(repeats + 1):
        begin, started = time.perf_counter(), time.process_time()
        with torch.autocast("cpu", torch.bfloat16):
            loss = answer_loss(model, batch(row))
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        wall.append(time.perf_counter() - begin)
        processor.append(time.process_time() - started)
    density = mean_density(hf.statistics(model)) if way not in ("torch", "full") else 1.0
    return {
        "attention": way, "tokens": tokens, "threads": torch.get_num_threads(), "dtype": "bf16",
        "step_s": min(wall[1:]), "step_cpu_s": min(processor[1:]), "density": density,
        "peak_mib": _peak_mib(), "before_mib": before,
    }  # fmt: skip


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Prints one JSON line for each result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("prepare").add_argument("folder", type=Path)
    what.add_parser("study").add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    what.add_parser("base")
    what.add_parser("gradient")
    timed = what.add_parser("steps")
    timed.add_argument("--lengths", type=int, nargs="+", default=[2048, 8192])
    timed.add_argument("--repeats", type=int, default=3)
    one = what.add_parser("step")
    one.add_argument("way")
    one.add_argument("tokens", type=int)
    one.add_argument("repeats", type=int)
    options = parser.parse_args()
    given = {name: value for name, value in vars(options).items() if name != "what"}
    commands: dict[str, Callable[..., Iterator[dict[str, Any]]]] = {
        "prepare": prepare, "base": base, "study": study, "gradient": gradient, "steps": steps,
        "step": lambda **asked: iter([step(**asked)]),
    }  # fmt: skip
    for line in commands[options.what](**given):
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
