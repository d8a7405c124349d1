"""Classes of drugs that a plan ends as a whole ("no further triptans"), by the names in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secateur.pipelines.clinical.language.rules import Rule
from secateur.pipelines.terminology.matcher import TermMatcher

# The stems of international nonproprietary names (WHO, "The use of stems in the selection of
# INNs"), and the members of classes that share none.
_STEMS = {
    r"triptans?": r"\w+triptan",
    r"statins?": r"\w+vastatin",
    r"ACE ?(?:inhibitors?|-?i)|ACEIs?": r"\w+pril",
    r"ARBs?": r"\w+sartan",
    r"beta[- ]?blockers?": r"\w+olol|carvedilol",
    r"PPIs?|proton pump inhibitors?": r"\w+prazole",
    r"benzodiazepines?|benzos?": r"\w+azepam|\w+azolam|chlordiazepoxide",
    r"SGLT-?2 ?(?:inhibitors?|-?i)": r"\w+gliflozin",
    r"sulfonylureas?": r"gli(?:pizide|mepiride|clazide)|glyburide",
    r"NSAIDs?|nonsteroidals?|anti-?inflammator(?:y|ies)": (
        r"ibuprofen|naproxen|ketorolac|meloxicam|diclofenac|indomethacin|celecoxib|etodolac"
        r"|nabumetone"
    ),
    r"(?:OCPs?|COCs?|oral contraceptives?(?: pills?)?|birth control pills?)": (
        r".*(?:estradiol|norethindrone|norgestrel|norgestimate|desogestrel|drospirenone).*"
    ),
}
_CLASSES = tuple(
    (re.compile(rf"\b(?:{name})\b", re.IGNORECASE), re.compile(member, re.IGNORECASE))
    for name, member in _STEMS.items()
)
_PLURAL = re.compile(r".*[^uis]s")
"""Of tacrolimus it is none."""
_CLASS = re.compile(r"\b(?:agents|antagonists|blockers|inhibitors)\b")
_NO_MORE = re.compile(r"\bno (?:further|more|additional) $", re.IGNORECASE)


def named_classes(line: str) -> Iterator[tuple[tuple[int, int], bool, re.Pattern[str]]]:
    """Finds the classes of drugs that a sentence names.

    Args:
        line: The sentence.

    Yields:
        Where it stands, half-open offsets, whether it is said that there be no more of it, and what
        the generic name of a member matches as a whole.
    """
    for name, member in _CLASSES:
        for match in name.finditer(line):
            yield match.span(), _NO_MORE.search(line, 0, match.start()) is not None, member


def is_class(name: str, vocabulary: TermMatcher) -> bool:
    """Finds whether a known name is but of a class: "BMP while on diuretics".

    Args:
        name: In small letters.
        vocabulary: Drug names.

    Returns:
        Whether what it stands for is a plural ("diuretics"), or speaks of agents or inhibitors.
    """
    heads = [match.term.concept.split(",")[0] for match in vocabulary.find(name)]
    is_plural = _PLURAL.fullmatch(name) is not None
    return any(
        _CLASS.search(head) is not None or (is_plural and head == name) or head == f"{name}s"
        for head in heads
    )


FAMILIES = (
    Rule("penicillins", r"penicillins?|pcn|(?:\w+ )?penicillin(?: \w+)?"
         r"|\w*cillin(?:[/-]\w+| and \w+)?|amox\w*|beta[- ]?lactams?", "amoxicillin", "cefazolin"),
    Rule("cephalosporins", r"cephalosporins?|cef\w+|ceph\w+", "cephalexin", "penicillin"),
    Rule("carbapenems", r"carbapenems?|\w+penem(?:/\w+)?", "meropenem", "cefepime"),
    Rule("sulfonamides", r"sulfas?|sulfa (?:drugs|antibiotics)|sulfonamides?|\w*sulfa\w+"
         r"|(?:\w+ and )?\w*trimethoprim\w*.*", "trimethoprim and sulfamethoxazole",
         "iron sulfate"),
    Rule("nsaids", r"nsaids?|anti-inflammatory agents, non-steroidal|aspirin|asa|salicylates?"
         r"|salsalate|ibuprofen|naproxen|ketorolac|meloxicam|diclofenac\w*|indomethacin|etodolac"
         r"|nabumetone|celecoxib|piroxicam|oxaprozin|sulindac", "naproxen", "acetaminophen"),
    Rule("macrolides", r"macrolides?|\w+thromycin", "azithromycin", "vancomycin"),
    Rule("quinolones", r"(?:fluoro)?quinolones?|\w+floxacin", "levofloxacin", "quinine"),
    Rule("tetracyclines", r"\w*cyclines?", "doxycycline", "cyclobenzaprine"),
    Rule("aminoglycosides", r"aminoglycosides?|gentamicin|tobramycin|amikacin|neomycin",
         "tobramycin", "erythromycin"),
    Rule("statins", r"statins?|hydroxymethylglutaryl-coa reductase inhibitors|\w+vastatin",
         "atorvastatin", "nystatin"),
    Rule("ace inhibitors", r"ace[- ]?(?:inhibitors?|i)|angiotensin-converting enzyme inhibitors"
         r"|\w+pril", "lisinopril", "losartan"),
    Rule("arbs", r"arbs?|angiotensin receptor (?:blockers?|antagonists?)|\w+sartan", "losartan",
         "lisinopril"),
    Rule("beta blockers", r"beta[- ]?blockers?|\w+olol|carvedilol", "metoprolol", "amlodipine"),
    Rule("opiates", r"opiates?|opioids?|analgesics, opioid|narcotics?|codeine|morphine"
         r"|hydromorphone|(?:hydro|oxy)(?:codone|morphone).*|tramadol\b.*|meperidine|fentanyl",
         "oxycodone", "naloxone"),
    Rule("benzodiazepines", r"benzo(?:diazepine)?s?|\w+azepam|\w+azolam|chlordiazepoxide",
         "lorazepam", "carbamazepine"),
    Rule("local anesthetics", r"(?:local )?an(?:a)?esthetics?|\w+caine", "lidocaine", "caffeine"),
    Rule("contrast", r"(?:iv |iodinated |ct |x-ray )?(?:contrast|dye)(?: (?:dye|media|material))?"
         r"|iodine|omnipaque|visipaque|iohexol|iodixanol", "contrast dye", "gadolinium"),
)  # fmt: skip
"""Families of which a reaction to one member is a reason to check the others."""
_FAMILY = {rule.id: re.compile(rule.pattern, re.IGNORECASE) for rule in FAMILIES}


def drug_family(name: str) -> str | None:
    """Names the family of a drug or class in which allergies cross, or None."""
    return next((family for family, it in _FAMILY.items() if it.fullmatch(name)), None)


_CROSS = {"penicillins": ("cephalosporins",), "cephalosporins": ("penicillins",)}
"""Families of which an allergy to the one may be an allergy to the other."""


def families(name: str, vocabulary: TermMatcher | None) -> set[str]:
    """Names what an allergy to a drug is to: the drug, its substances, and their families."""
    names = {" ".join(name.lower().split())}
    if vocabulary:
        names |= {m.term.concept for m in vocabulary.find(name) if m.term.kind == "drug"}
    return names | {family for each in names if (family := drug_family(each))}


def harmed_by(name: str, vocabulary: TermMatcher | None) -> set[str]:
    """Names what is not given unchecked to one who is allergic to a drug, families by their names.

    Beside the drug's own those to which its allergy may cross.
    """
    own = families(name, vocabulary)
    return own | {other for family in own for other in _CROSS.get(family, ())}
