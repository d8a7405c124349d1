"""Words as checks compare them: what all of them pass over, and plurals as the singular."""

from __future__ import annotations

FUNCTION_WORDS = frozenset(
    "the an and or with of on in at to by for from as is are was were be been has have had his her "
    "their this that also she he they it".split()
)
"""Words that name nothing. A check adds to them what says nothing of its own matter."""

BODY_PARTS = frozenset(
    "abdomen ankle aorta arm back bladder brain breast calf chest colon ear elbow eye face femur "
    "finger foot forearm hand head heart hip humerus jaw kidney knee leg liver lung neck orbit "
    "pancreas pelvis prostate rib shoulder sinus skull spine spleen stomach thigh thyroid toe "
    "uterus wrist".split()
)
"""Parts of the body that an operation, a study or a finding is said to be of."""


def singular(word: str) -> str:
    """Takes the s of the plural, or of the genitive, off a word; "mass" and "sepsis" keep theirs.

    Args:
        word: In lower case.

    Returns:
        The word as it is compared.
    """
    return word if word.endswith(("ss", "us", "is")) else word.removesuffix("s").removesuffix("'")
