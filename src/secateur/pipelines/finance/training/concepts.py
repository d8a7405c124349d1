"""Training of the ranker of concepts: `secateur train concepts --config FILE`.

Each member of the ensemble leaves some companies out; what it says of these calibrates what all say
of a company that none has seen. Prepared filings and the members that are done are kept beside the
checkpoint, and a run that was stopped goes on with the next pass of its member.
"""

from __future__ import annotations

import logging
import math
import pickle
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from secateur.core.training.settings import build_tables, read_toml
from secateur.pipelines.errors import UsageError, usage_errors
from secateur.pipelines.finance.concepts.decoding import decode
from secateur.pipelines.finance.concepts.encode import blocks
from secateur.pipelines.finance.concepts.network import ConceptNetwork
from secateur.pipelines.finance.concepts.precedents import TaggedItems
from secateur.pipelines.finance.concepts.ranker import (
    Calibration,
    ConceptRanker,
    kind_of,
    save,
)
from secateur.pipelines.finance.statements.tagged_items import read_items
from secateur.pipelines.finance.training.concept_data import (
    examples_of,
    examples_of_labels,
    read_taxonomy,
    vocabulary_of,
    with_used,
)
from secateur.pipelines.finance.training.concept_member import (
    Block,
    ConceptTraining,
    Member,
    Prepared,
    left_out_of,
    network_of,
    sizes_of,
)

_PRECISION = 0.88
"""Share of shown concepts that are right, of one member on companies that it has not seen; of all
members more are."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class DataSettings:
    """What is learnt from.

    Attributes:
        folder: The data folder, from the config file's folder.
        taxonomy: The file of the taxonomy in it.
        filings: Patterns of filings in it.
        left_out: Companies, the first parts of names, that are not read.
    """

    folder: str
    taxonomy: str
    filings: list[str]
    left_out: list[str] = field(default_factory=list)


def prepare(data: DataSettings, root: Path, labels: int) -> Prepared:
    """Reads filings and taxonomy.

    Raises:
        UsageError: No filing is there.
    """
    folder = root / data.folder
    paths = sorted({path for pattern in data.filings for path in folder.glob(pattern)})
    paths = [path for path in paths if path.name.partition("-")[0] not in data.left_out]
    filings = [filing for path in paths if any((filing := read_items(path)).concepts)]
    if not filings:
        raise UsageError(f"{folder}: no tagged filing is there; check folder and filings")
    taxonomy = with_used(read_taxonomy(folder / data.taxonomy), filings)
    words = vocabulary_of(filings, taxonomy)
    vocabulary = {word: number for number, word in enumerate(words, 1)}
    names = {concept.name: number for number, concept in enumerate(taxonomy)}
    reports, found = [], []
    for number, filing in enumerate(filings):
        examples, heads = examples_of(filing, vocabulary, names)
        reports.append(heads)
        for members in blocks([example.item for example in examples]):
            found.append(Block(tuple(examples[member] for member in members), number))
    named = examples_of_labels(taxonomy, vocabulary, labels)
    return Prepared(
        tuple(words), tuple(taxonomy), tuple(filing.company for filing in filings),
        (*reports, ()), tuple(found),
        tuple(Block((example,), len(filings)) for example in named), tuple(filings),
    )  # fmt: skip


def train_concepts(config: str | Path) -> Path:
    """Trains a ranker of concepts.

    Args:
        config: A file such as `configs/finance_concepts.toml`.

    Returns:
        The folder with the ranker.

    Raises:
        UsageError: The config is wrong, or no filing is there.
    """
    with usage_errors():
        tables = read_toml(config, ("data", "training"))
        recipe = build_tables(Recipe, tables, config)
    data, settings = recipe["data"], recipe["training"]
    root = Path(config).resolve().parent
    folder = root / settings.checkpoint
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(settings.threads)
    kept = folder / "prepared.pickle"
    if not kept.exists():
        kept.write_bytes(pickle.dumps(prepare(data, root, settings.labels)))
    prepared: Prepared = pickle.loads(kept.read_bytes())
    for number in range(settings.members):
        train_member(prepared, settings, number, folder / f"member{number}.pt")
    return finish(prepared, settings, folder)


@dataclass(frozen=True)
class Recipe:
    """The whole config file."""

    data: DataSettings
    training: ConceptTraining


def train_member(prepared: Prepared, settings: ConceptTraining, number: int, path: Path) -> None:
    """Trains one member, or what is left of its passes, and keeps it after each."""
    member = Member(prepared, settings, number)
    done = 0
    if path.exists():
        known = torch.load(path, weights_only=False)
        done = known["done"]
        member.resume(known)
    for epoch in range(done, settings.epochs):
        loss = member.epoch()
        logger.info("member %d, pass %d of %d: loss %.3f", number, epoch + 1, settings.epochs, loss)
        torch.save(member.state() | {"done": epoch + 1, "concepts": member.concepts()}, path)


def calibrate(
    prepared: Prepared, settings: ConceptTraining, networks: Sequence[ConceptNetwork]
) -> Calibration:
    """Fits the probability of first concepts on what each member says of companies left out.

    Args:
        prepared: What was learnt from.
        settings: How.
        networks: The members, whose `own` are the vectors of concepts.
    """
    said: defaultdict[str, list[tuple[float, bool]]] = defaultdict(list)
    for number, network in enumerate(networks):
        out = left_out_of(number, prepared, settings)
        for filing in prepared.filings:
            if filing.company in out:
                for kind, chance, right in _first_concepts(prepared, network, filing):
                    said[kind].append((chance, right))
    fits = {kind: _fit(pairs) for kind, pairs in said.items()}
    found = Calibration(
        {kind: slope for kind, (slope, _) in fits.items()},
        {kind: offset for kind, (_, offset) in fits.items()},
        {},
    )
    thresholds = {}
    for kind, pairs in said.items():
        known = sorted(((found.probability(kind, chance), right) for chance, right in pairs))[::-1]
        precision = np.cumsum([right for _, right in known]) / np.arange(1, len(known) + 1)
        enough = np.flatnonzero(precision >= _PRECISION)
        thresholds[kind] = known[int(enough[-1])][0] if len(enough) else 1.0
        shown, all_right = len(enough) and enough[-1] + 1, sum(right for _, right in pairs)
        logger.info(
            "%s: %d first concepts, %.3f right, %.3f shown from %.3f on", kind, len(pairs),
            all_right / len(pairs), shown / len(pairs), thresholds[kind],
        )  # fmt: skip
    return Calibration(found.slopes, found.offsets, thresholds)


def _first_concepts(
    prepared: Prepared, network: ConceptNetwork, filing: TaggedItems
) -> Iterator[tuple[str, float, bool]]:
    """Kind, chance and rightness of the first concept of each tagged item."""
    names = [concept.name for concept in prepared.taxonomy]
    words = {word: number for number, word in enumerate(prepared.vocabulary, 1)}
    ranker = ConceptRanker([network], names, words, Calibration({}, {}, {}))
    _, chances = ranker.read(filing.items)
    decided = decode(filing.items, filing.figures, chances, len(names))
    for item, gold, own in zip(filing.items, filing.concepts, decided, strict=True):
        if gold is not None:
            first, chance = next(iter(own.items()))
            yield kind_of(item), math.exp(chance), names[first] == gold


def _fit(pairs: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Slope and offset of the log-odds by logistic regression."""
    chances = torch.tensor([chance for chance, _ in pairs]).clamp(1e-6, 1 - 1e-6)
    right = torch.tensor([float(right) for _, right in pairs])
    line = torch.tensor([1.0, 0.0], requires_grad=True)
    optimizer = torch.optim.LBFGS([line], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        found = binary_cross_entropy_with_logits(line[0] * chances.logit() + line[1], right)
        found.backward()
        return found

    optimizer.step(loss)
    slope, offset = line.detach().tolist()
    return slope, offset


def finish(prepared: Prepared, settings: ConceptTraining, folder: Path) -> Path:
    """Calibrates the members that are trained and writes the ranker."""
    members = []
    for number in range(settings.members):
        known = torch.load(folder / f"member{number}.pt", weights_only=False)
        network = network_of(prepared)
        network.load_state_dict(known["parts"][0] | {"own.weight": known["concepts"]})
        members.append((network.eval(), known["concepts"]))
    calibration = calibrate(prepared, settings, [network for network, _ in members])
    concepts = [(concept.name, concept.type) for concept in prepared.taxonomy]
    ready = folder / "ranker"
    save(ready, members, sizes_of(prepared), concepts, prepared.vocabulary, calibration)
    return ready
