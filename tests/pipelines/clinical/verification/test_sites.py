"""Arteries, lobes and bones: the note's own ones."""

from __future__ import annotations

import pytest

from secateur.pipelines.clinical.verification.sites import Sites


@pytest.mark.parametrize(
    ("note", "sentence", "other"),
    [
        ("DES to LAD in 2020.", "DES to RCA in 2020.", True),
        ("DES to LAD in 2020.", "Stent of the left anterior descending artery.", False),
        ("Aneurysm of L posterior communicating artery.", "Aneurysm of L MCA.", True),
        ("Aneurysm of L posterior communicating artery.", "PCom aneurysm.", False),
        ("RLL pneumonia.", "Pneumonia of the left lower lobe.", True),
        ("RLL pneumonia.", "Pneumonia of the right lower lobe.", False),
        ("Opacities in the right middle and lower lobes, RUL clear.", "RLL opacity.", False),
        ("LOWER LOBES opacities, RUL clear.", "RLL opacity.", False),
        ("40% RCA stenosis and 90% LAD stenosis.", "90% RCA stenosis.", True),
        ("40% RCA stenosis and 90% LAD stenosis.", "40% RCA stenosis.", False),
        (
            "Aneurysm of the left internal carotid artery by the posterior communicating.",
            "Aneurysm by the left posterior communicating artery.",
            False,
        ),
        ("Nailing of the femur.", "Nailing of the tibia.", True),
        ("Femoral neck fracture.", "Femur fracture.", False),
        ("Tib-fib fracture.", "Fracture of the tibia.", False),
        ("Catheter in the R IJ.", "R femoral catheter.", True),
        ("Jejunal ulcer over the humerus.", "Old ulcer of all humeral heads, radiograph.", False),
        ("A lad with a fracture.", "A stenosis of the RCA.", False),
    ],
)
def test_a_site_is_the_notes_own(note: str, sentence: str, other: bool) -> None:
    assert Sites([note]).are_others(sentence) is other
