"""Invented notes whose lists are hard to read, and what a reader finds in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True)
class NoteGold:
    """What a person says of a note.

    Attributes:
        summary: In a few sentences; empty where nobody wrote one.
        medications: Drugs that are taken when the note ends.
        prescriptions: Of some drugs dose, route and frequency in the note's words.
        stopped: Drugs that the note stops or holds.
        allergies: What is not tolerated.
        follow_up: Quotes that say what happens next.
        listed: Whether the lists were judged at all.
    """

    summary: str = ""
    medications: tuple[str, ...] = ()
    prescriptions: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    stopped: tuple[str, ...] = ()
    allergies: tuple[str, ...] = ()
    follow_up: tuple[str, ...] = ()
    listed: bool = True


_DISCHARGE = """DISCHARGE NOTE

Allergies: sulfa (rash), shellfish - hives. Codeine causes nausea. No latex allergy.

Medications on admission:
1. Lisinopril 10 mg PO daily
2. Metformin 500 mg PO BID
3. Warfarin 5 mg PO nightly
4. Naproxen 220 mg PO prn
5. Latanoprost 0.005 % 1 drop both eyes at bedtime

Hospital course: Mr. Orrin Falk, 71, came in with two days of black stools. Endoscopy showed a
clean-based gastric ulcer. Hemoglobin fell from 11.2 to 8.4 and was 9.1 on the last day. He got two
units of blood and intravenous pantoprazole. Creatinine was 1.9 at first, so metformin was held.

Discharge medications:
Lisinopril increased from 10 mg to 20 mg PO daily.
Pantoprazole 40 mg PO BID for 8 weeks, then 40 mg daily.
Latanoprost 0.005 % 1 drop both eyes at bedtime
Ferrous sulfate 325 mg PO every other day
Prednisone 40 mg x 3 days, 20 mg x 3 days, then stop.

Stop naproxen. Hold warfarin until seen by cardiology. He could go back to aspirin 81 mg one day.

Follow-up:
- CBC in one week with Dr. Amara Quill.
- Repeat endoscopy in 8 weeks.
- Cardiology clinic on 06/12/2025 about warfarin.
"""

_VISIT = """Doctor: Good morning, what brings you in today?
Patient: My knee has been swollen since Sunday. I slipped on the stairs, and it was warm at first.
Doctor: Any fever, or chills?
Patient: No fever, no chills. It hurts most when I go down steps.
Doctor: Which medicines do you take?
Patient: I take amlodipine five milligrams every morning, and my husband takes warfarin.
Doctor: Are you still on the sertraline?
Patient: No, I stopped that last spring.
Doctor: Are you allergic to anything?
Patient: Penicillin gave me a rash. My sister can't have codeine, but I can.
Doctor: The knee is stable and there is a small effusion. This is a sprain of the medial ligament.
Doctor: I want you to take naproxen 500 milligrams twice a day with food for ten days.
Doctor: Let's get an X-ray of the knee today, and come back and see me in two weeks.
Patient: All right. Thank you, doctor.
"""

WRITTEN: Mapping[str, tuple[str, NoteGold]] = MappingProxyType(
    {
        "tricky_lists.txt": (
            _DISCHARGE,
            NoteGold(
                medications=(
                    "lisinopril", "pantoprazole", "latanoprost", "ferrous sulfate", "prednisone"
                ),
                prescriptions={
                    "lisinopril": ("20 mg", "PO", "daily"),
                    "ferrous sulfate": ("325 mg", "PO", "every other day"),
                    "latanoprost": ("0.005 %, 1 drop", "both eyes", "at bedtime"),
                },
                stopped=("naproxen", "warfarin", "metformin"),
                allergies=("sulfa", "shellfish", "codeine"),
                follow_up=(
                    "CBC in one week with Dr. Amara Quill",
                    "Repeat endoscopy in 8 weeks",
                    "Cardiology clinic on 06/12/2025 about warfarin",
                ),
            ),
        ),
        "knee_visit.txt": (
            _VISIT,
            NoteGold(
                medications=("amlodipine", "naproxen"),
                stopped=("sertraline",),
                allergies=("penicillin",),
                follow_up=("come back and see me in two weeks",),
            ),
        ),
    }
)  # fmt: skip
"""By file name the text and what is in it."""
