"""Identifiers taken out of notes before they are read, shown or written."""

from __future__ import annotations

import json
import random
import re
from time import process_time

import pytest
from time_growth import LINEAR, growth

from secateur.pipelines.cli.main import main
from secateur.pipelines.clinical.deidentification.deidentify import Redactor, deidentify
from secateur.pipelines.document.document import Document, Passage, Section
from secateur.pipelines.evaluation import identifiers
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.terminology import sources


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Ana Ruiz saw him.", "Dr. [NAME] saw him."),
        ("PATIENT: Dalloway, Renner T.", "PATIENT: [NAME]"),
        ("Signed by Zoë Ibáñez-Núñez, MD", "Signed by [NAME], MD"),
        (
            "Ana Ruiz is a 50-year-old woman. Ruiz left.",
            "[NAME] is a 50-year-old woman. [NAME] left.",
        ),
        (
            "Mother is a 50-year-old nurse. Mother left.",
            "Mother is a 50-year-old nurse. Mother left.",
        ),
        ("Renner T. Dalloway presented with pain.", "[NAME] presented with pain."),
        ("Ana Ruiz, 34, is here. Ruiz coughs.", "[NAME], 34, is here. [NAME] coughs."),
        ("Better. Ruiz denies pain.", "Better. [NAME] denies pain."),
        ("Night RN Ana Ruiz came.", "Night RN [NAME] came."),
        ("She lives in Twin Oaks, Ohio.", "She lives in [PLACE]."),
        (
            "A trip to St. Abbs. He works for Moss & Alder.",
            "A trip to [PLACE]. He works for [PLACE].",
        ),
        ("Married to Lucille; two girls.", "Married to [NAME]; two girls."),
        ("He elects DNR/DNI. Hospice comes.", "He elects DNR/DNI. Hospice comes."),
        ("Sent from St. Mary Hospital.", "Sent from [PLACE]."),
        ("Patient Agreements: she agrees.", "Patient Agreements: she agrees."),
        ("His wife, Marguerite, agrees.", "His wife, [NAME], agrees."),
        ("Seen 03/14/1957 and on March 3rd.", "Seen [DATE] and on [DATE]."),
        ("Drain out 11/20, BP 120/80, strength 4/5.", "Drain out [DATE], BP 120/80, strength 4/5."),
        ("Call (555) 123-4567 ext. 12.", "Call [PHONE]."),
        ("Lives at 12 Old Mill Road Apt 4B.", "Lives at [ADDRESS]."),
        ("MRN: 00482913, SSN 123-45-6789", "MRN: [NUMBER], SSN [NUMBER]"),
        ("SSN xxx-xx-6789, HOSP# 30-771-8824", "SSN [NUMBER], HOSP# [NUMBER]"),
        ("Ins: XQH 882 091 553. UNOS AKBX412.", "Ins: [NUMBER]. UNOS [NUMBER]."),
        ("Call 1-800-555-0163 or 949-555-0155 x304.", "Call [PHONE] or [PHONE]."),
        ("Hospital no. MH 0417 2298, interp #30144", "Hospital no. [NUMBER], interp #[NUMBER]"),
        ("Ana Ruiz 41M ID 12345", "[NAME] 41M ID [NUMBER]"),
        ("Patient DALLOWAY, RENNER K   Accession S26", "Patient [NAME]   Accession S26"),
        ("Pharmacist check: B. Sandhu", "Pharmacist check: [NAME]"),
        ("Mrs Ana Ruiz, 92, and her sister (97)", "Mrs [NAME], [AGE], and her sister ([AGE])"),
        (
            "Verified last dose 3/14. Repeat level 5/2.",
            "Verified last dose [DATE]. Repeat level [DATE].",
        ),
        ("From Dec 28 on; abscess from April.", "From [DATE] on; abscess from [DATE]."),
        ("Seen at Tall Pines Pediatrics.", "Seen at [PLACE]."),
        ("Hospital: Kittering Memorial     Bed 4", "Hospital: [PLACE]     Bed 4"),
        ("WILLOW CREEK REHABILITATION\nSeen.", "[PLACE]\nSeen."),
        ("HAND SURGERY CLINIC NOTE", "HAND SURGERY CLINIC NOTE"),
        ("Write to a.b@c.org or www.c.org", "Write to [EMAIL] or [URL]"),
        ("A 93-year-old man, 67 before.", "A [AGE]-year-old man, 67 before."),
        ("Metformin 500 mg, WBC 12,300.", "Metformin 500 mg, WBC 12,300."),
        ("DR. SMITH SAW HIM.", "DR. [NAME] SAW HIM."),
        ("MR. JOHN DOE AND MRS. ALVAREZ", "MR. [NAME] AND MRS. [NAME]"),
        ("JANE DOE IS A 34-YEAR-OLD FEMALE.", "[NAME] IS A 34-YEAR-OLD FEMALE."),
        ("Dr. Ng and Bo Li, MD. Ng left.", "Dr. [NAME] and [NAME], MD. [NAME] left."),
        ("Dr. van der Berg saw Mr. Smith's wife.", "Dr. [NAME] saw Mr. [NAME]'s wife."),
        ("Patient's name is Robert Jones. Wife: Ana", "Patient's name is [NAME]. Wife: [NAME]"),
        ("RE: Walter Tanaka\nPCP - Wendy Tran", "RE: [NAME]\nPCP - [NAME]"),
        ("Her PCP, Wendy Tran, was called.", "Her PCP, [NAME], was called."),
        ("Ana Ruiz, DO, and Tina Wu, RN, came.", "[NAME], DO, and [NAME], RN, came."),
        ("12-Mar-2024, 2024/03/12, 12.03.2024", "[DATE], [DATE], [DATE]"),
        ("On May 5 and 5 March 2004; may 5, 2004.", "On [DATE] and [DATE]; [DATE]."),
        ("She is 91 y.o. Age: 92. Aged 95.", "She is [AGE] y.o. Age: [AGE]. Aged [AGE]."),
        ("93F with dyspnea, T 97F.", "[AGE]F with dyspnea, T 97F."),
        ("Seen on 7/10. Pain on 11/20.", "Seen on [DATE]. Pain on [DATE]."),
        ("Admitted on 3/5, discharged 3/9.", "Admitted on [DATE], discharged [DATE]."),
        (
            "Last INR 4/2. Labs 3/5: fine. Due 4/3.",
            "Last INR [DATE]. Labs [DATE]: fine. Due [DATE].",
        ),
        ("3/5-3/9, 1/29 to 2/6/06.", "[DATE], [DATE] to [DATE]."),
        ("11/04/2024-11/07/2024, 04MAR2025", "[DATE]-[DATE], [DATE]"),
        ("Coleman, Desmond   MRN: 123456", "[NAME]   MRN: [NUMBER]"),
        ("COLEMAN, DESMOND A   59 y/o M", "[NAME]   59 y/o M"),
        (
            "Patient Coleman is well. Pt. Roe reports pain.",
            "Patient [NAME] is well. Pt. [NAME] reports pain.",
        ),
        ("Dr A Bhattacharya and Dr.Smith saw him.", "Dr [NAME] and Dr.[NAME] saw him."),
        ("DR SMITH SAW HIM.", "DR [NAME] SAW HIM."),
        ("Told Dr. Roe I saw her.", "Told Dr. [NAME] I saw her."),
        ("RN Kowalczyk paged MD Ferris.", "RN [NAME] paged MD [NAME]."),
        ("Mom (Shauna) and dad (Pete Rowe) came.", "Mom ([NAME]) and dad ([NAME]) came."),
        ("Dtr Wanda (POA) and her dtrs came.", "Dtr [NAME] (POA) and her dtrs came."),
        ("Lives at 77 Elm Row, Odessa. 12 Oak Rd, then", "Lives at [ADDRESS]. [ADDRESS], then"),
        ("Works on 5th Ave, flat at Little Alder SY7 4PL", "Works on [ADDRESS], flat at [ADDRESS]"),
        ("Unit: Tamarack Kidney Care - 2nd shift", "Unit: [PLACE] - 2nd shift"),
        ("ACC#: 20260821-00471; ACC 2013 guidelines", "ACC#: [NUMBER]; ACC 2013 guidelines"),
        (
            "Group 70114-B, order 9912-33, order 10000 units.",
            "Group [NUMBER], order [NUMBER], order 10000 units.",
        ),
        ("Portal: @maithi88, seen @clinic", "Portal: [URL], seen @clinic"),
        ("5/18 LN +, 2/14 LNs positive, seen 5/18.", "5/18 LN +, 2/14 LNs positive, seen [DATE]."),
        ("Visit #: 9/18. Next visit: 9/18.", "Visit #: 9/18. Next visit: [DATE]."),
        ("Referring MD: none given.", "Referring MD: none given."),
        ("Girlfriend Dana. POA: Susan Hale", "Girlfriend [NAME]. POA: [NAME]"),
        ("Entered by: Lauren Park", "Entered by: [NAME]"),
        ("Call 0161 496 0355 or +44 20 7946 0958.", "Call [PHONE] or [PHONE]."),
        ("Born in 1931 in Lisbon.", "Born in [DATE] in [PLACE]."),
        ("She is 93. He is 98% on air.", "She is [AGE]. He is 98% on air."),
        ("Mrs Nuala Fitzsimons DOB 12.06.1949", "Mrs [NAME] DOB [DATE]"),
        (
            "Whitby will follow. Discussed with Okafor, who agrees.",
            "[NAME] will follow. Discussed with [NAME], who agrees.",
        ),
        ("Ferris recommends aspirin. Roe is aware.", "[NAME] recommends aspirin. [NAME] is aware."),
        ("Pt. Anne-Marie Duval c/o HA. Duval's mom.", "Pt. [NAME] c/o HA. [NAME]'s mom."),
        (
            "Social worker: T. Mbeki. Circulator: B. Roe",
            "Social worker: [NAME]. Circulator: [NAME]",
        ),
        ("Tammy presents today with cough.", "[NAME] presents today with cough."),
        ("J. Smith / 62 M / 123456789", "[NAME] / 62 M / [NUMBER]"),
        ("Per Maria (home health RN), healing.", "Per [NAME] (home health RN), healing."),
        ("Wilma's sister Edna came. Wilma wept.", "[NAME]'s sister [NAME] came. [NAME] wept."),
        ("Roommate Devon Roe, son-in-law Brad.", "Roommate [NAME], son-in-law [NAME]."),
        ("MR. BARNES USES OXYGEN.", "MR. [NAME] USES OXYGEN."),
        ("Insurance ID: XJH 884 221 907.", "Insurance ID: [NUMBER]."),
        ("License plate 7ABC123, IP 10.22.4.17.", "License plate [NUMBER], IP [NUMBER]."),
        ("Call (206)5550170, pager 4471.", "Call [PHONE], pager [NUMBER]."),
        ("Seen 1/8 at 2:30 pm.", "Seen [DATE] at 2:30 pm."),
        ("From Moss Creek, Iowa 52001, she says.", "From [PLACE], she says."),
        (
            "A warehouse in Alder, IL. The man from Twin Oaks.",
            "A warehouse in [PLACE]. The man from [PLACE].",
        ),
        ("She drove him in from Alder.", "She drove him in from [PLACE]."),
        ("14 Elm Crescent, Leeds LS7 4QB. Zip 04101.", "[ADDRESS], [ADDRESS]. Zip [ADDRESS]."),
        ("1 Oak Road Apt 4B, Alder, ID 83702.", "[ADDRESS], [ADDRESS]."),
        ("A junior at Alder High School.", "A junior at [PLACE]."),
        ("Sent to Mercy General, then Alder Manor.", "Sent to [PLACE], then [PLACE]."),
        ("His employer is Alder.", "His employer is [PLACE]."),
        ("Works as a night welder at Alder Boiler Works.", "Works as a night welder at [PLACE]."),
        ("LMP 2/3, EDC 11/10.", "LMP [DATE], EDC [DATE]."),
        ("ROE JR, DEVON  LOC 6W", "[NAME]  LOC 6W"),
        ("O'ROE, DEVON F 77Y ADM 02/11", "[NAME] F 77Y ADM [DATE]"),
        ("ROE, DEVON #04567 left.", "[NAME] #04567 left."),
        ("Lic. OH-35098812.", "Lic. [NUMBER]."),
        ("caller: Roe, Ann M. about it", "caller: [NAME] about it"),
    ],
)
def test_identifiers_give_way_to_their_kind(text, expected):
    assert Redactor(text).redact(text) == expected


@pytest.mark.parametrize("vocabulary", [True, False], ids=["vocabulary", "none"])
@pytest.mark.parametrize(
    "text",
    [
        "Penicillin Allergy, RN notified. Penicillin rash.",
        "Currently denies pain. Mother states so. Nursing came. Wife works in the Emergency Room.",
        "Lives in Assisted Living. She worked nights. It may help, in march step.",
        "Breast Cancer, DO NOT RESUSCITATE. The breast cancer spread.",
        "CC: Seizures.\nImpression: seizures.",
        "cc: Vertigo, getting worse.",
        "I prescribed the patient Coumadin 5 mg. Medications: Coumadin 5 mg.",
        "Mother Diabetes, Father Hypertension, Sister Lupus. Father: COPD.",
        "Mother: Alive, Hypertension. Brother Healthy.",
        "Father: Prostate cancer.",
        "Provider Lasix 40. Consultant: Infectious Disease",
        "THE PATIENT IS A 50-YEAR-OLD MAN. SEVERE MR. LEFT VENTRICLE NORMAL.",
        "Chest, PA and lateral. The C-arm was brought in.",
        "Pain 7/10, 8/12 cores, acuity 10/20. On a 7/10 scale.",
        "She rates it as 3-4/10. ABG 7.38/48/46.",
        "Lotrel 10/20 daily. Heparin 100000 units, platelets 150000.",
        "Take 2 may repeat 1. Sept 3 doses.",
        "Dietary is aware. Cardiology recommends aspirin. Discussed with Neurosurgery, who agrees.",
        "Cervical locking plate C3-C5. A mass in Liver, CT shows. Per Cardiology (inpatient).",
        "Parkinson's disease. Dementia presents with falls. Discharge from Hospital.",
        "Cycle 10/12 of chemotherapy. Radiation fraction 12/30. PT visit 5/12. Day 10/14.",
        "PHQ-9: 12/27, GAD-7 12/21. Wounds of 1/2-3/4 inch, strength 3/5-4/5.",
        "On 1/2 tablet, then 3/4 of it. Murmur 2/6, strength 4/5.",
        "POA: Yes. RN Notified. MD Aware. Patient Education is done. Seen by ENT.",
        "Father (Deceased). Mother (Breast Cancer).",
    ],
)
def test_what_a_note_says_of_medicine_stays(text, vocabulary, monkeypatch):
    if not vocabulary:
        monkeypatch.setattr(sources, "is_installed", lambda: False)
    assert Redactor(text).redact(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MRI of the spine 08/10 with fluid.", "MRI of the spine [DATE] with fluid."),
        ("BCx 7/2 grew in 4/4 bottles.", "BCx [DATE] grew in 4/4 bottles."),
        ("Patient: Nope, just the toe.", "Patient: Nope, just the toe."),
        ("BiPAP 10/5, PSV 8/5, vision 6/5, strength 4/5.",) * 2,
        ("Call back by 6/1. Pain reduced by 1/2.", "Call back by [DATE]. Pain reduced by 1/2."),
        ("Drain d/c'd 6/1, back to work 3/4 time.", "Drain d/c'd [DATE], back to work 3/4 time."),
        ("Returned to desk work 6/8.", "Returned to desk work [DATE]."),
        ("Cath 3/4 1430, take 1/2 1000 mg tablet.", "Cath [DATE] 1430, take 1/2 1000 mg tablet."),
        ("TTE 7/4, TEE 7/8: clear.", "TTE [DATE], TEE [DATE]: clear."),
        ("PT 6/1, 6/8 and 6/15. 2/6 murmur.", "PT [DATE], [DATE] and [DATE]. 2/6 murmur."),
        (
            "Placed 4/6 sessions in, 3/4 NS, seen 3/4.",
            "Placed 4/6 sessions in, 3/4 NS, seen [DATE].",
        ),
        (
            "Seen 5/3, 5/5 in all limbs, strength 5/4.",
            "Seen [DATE], 5/5 in all limbs, strength 5/4.",
        ),
    ],
    ids=[
        "naught",
        "more than its whole",
        "answer",
        "pressures",
        "by",
        "ended",
        "returned",
        "clock",
        "beside",
        "list",
        "shares",
        "strengths",
    ],
)
def test_days_without_a_year_go_and_answers_stay(text, expected):
    assert Redactor(text).redact(text) == expected


def test_strengths_of_known_drugs_are_no_dates():
    pytest.importorskip(
        "drug_named_entity_recognition", reason="the clinical extra is not installed"
    )
    text = "Home: amlodipine 10/20, then Dr. Graves saw her Graves disease."
    assert Redactor(text).redact(text) == text.replace("Dr. Graves", "Dr. [NAME]")


def test_names_that_are_words_go_only_with_their_capital():
    text = "Mr. Long has a long history. Dr. Small: small veins. Then Small left Long's room."
    assert Redactor(text).redact(text) == (
        "Mr. [NAME] has a long history. Dr. [NAME]: small veins. Then [NAME] left [NAME]'s room."
    )


def test_a_word_of_the_note_that_is_also_a_name_stays_a_word():
    text = "A heathery stain. Dr. Heathery came. The heathery stain: Heathery saw it."
    assert Redactor(text).redact(text) == (
        "A heathery stain. Dr. [NAME] came. The heathery stain: [NAME] saw it."
    )


@pytest.mark.parametrize(
    "text",
    ["A" * 100_000, "1" * 100_000, "id" + " " * 100_000, "A-" * 20_000, "Dr. Ruiz " * 4_000],
    ids=["letter", "digit", "spaces", "hyphens", "names"],
)
def test_the_time_for_what_is_no_prose_grows_with_its_length(text):
    Redactor("a").redact("a")
    begin = process_time()
    Redactor(text).redact(text)
    assert process_time() - begin < 5


def test_a_name_that_a_cue_gave_away_is_gone_everywhere():
    text = "Patient: Renner Dalloway\nThen renner slept. Dalloway's wound is dry."
    assert Redactor(text).redact(text) == (
        "Patient: [NAME]\nThen [NAME] slept. [NAME]'s wound is dry."
    )


def test_offsets_follow_the_new_text():
    lines = ("Patient: Renner Dalloway", "Seen on 11/04/2024 by Dr. Ruiz.", "No fever. 1")
    text = "\n".join(lines)
    starts = [text.index(line) for line in lines]
    end = len(text)
    document = Document(
        "n.txt",
        text,
        tuple(Passage(at, at + len(line)) for at, line in zip(starts, lines, strict=True)),
        "text/plain",
        sections=(Section(starts[1], end, "HPI", 1.0),),
        note_marks=((end - 1, end),),
    )
    hidden = deidentify(document)
    assert [hidden.text[p.start : p.end] for p in hidden.passages] == [
        "Patient: [NAME]",
        "Seen on [DATE] by Dr. [NAME].",
        "No fever. 1",
    ]
    (section,) = hidden.sections
    assert hidden.text[section.start : section.end] == "Seen on [DATE] by Dr. [NAME].\nNo fever. 1"
    assert [hidden.text[start:end] for start, end in hidden.note_marks] == ["1"]


def test_the_time_for_offsets_grows_with_their_number():
    def follow(text):
        letters = (match.span() for match in re.finditer(r"\w", text))
        return deidentify(
            Document("n.txt", text, tuple(Passage(*letter) for letter in letters), "text/plain")
        )

    assert growth(follow, "Seen 03/14/1957.\n", 500) < LINEAR


def test_a_passage_that_ends_within_an_identifier_shows_no_part_of_it():
    text = "Seen 03/14/1957 at noon."
    document = Document("n.txt", text, (Passage(0, 8), Passage(8, len(text))), "text/plain")
    hidden = deidentify(document)
    shown = [hidden.text[passage.start : passage.end] for passage in hidden.passages]
    assert shown == ["Seen [DATE]", "[DATE] at noon."]


def test_headings_that_name_the_patient_are_hidden_wherever_they_are_kept(tmp_path):
    note = tmp_path / "note.md"
    note.write_text("# Patient: Renner Dalloway\n\n## Plan\n\nReturn in two weeks.\n")
    document = read(note)
    assert "Dalloway" in repr(document.passages)
    assert "Dalloway" not in repr(deidentify(document))


def test_every_planted_kind_can_be_found_and_missed():
    rng = random.Random(0)
    text, planted = identifiers.plant("A note.", rng)
    assert {kind for kind, _, _ in planted} == set(identifiers._SENTENCES)
    for _, wording, identifier in planted:
        assert wording.format(identifier) in text.split("\n")
        assert identifiers.remains(identifier, text)
        assert not identifiers.remains(identifier, "Nothing is left of it.")


def test_the_command_hides_what_the_note_tells(decoder, tmp_path, capsys):
    note = tmp_path / "note.txt"
    note.write_text("Patient: Quackenbush, Zeb\nPLAN: Zeb returns to clinic on 11/04/2024.\n")
    arguments = ["summarize", str(note), "--style", "brief", "--model", decoder, "--quiet"]
    assert main(arguments) == 0
    assert "Zeb" in capsys.readouterr().out
    assert main([*arguments, "--deidentify"]) == 0
    out = capsys.readouterr().out
    (place,) = json.loads(out)["follow_up"]
    assert place["text"] == "[NAME] returns to clinic on [DATE]."
    assert "Zeb" not in out
