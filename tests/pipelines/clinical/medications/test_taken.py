"""Which drugs lists and orders leave the patient with, of notes written for these tests."""

import pytest

from secateur.pipelines.clinical.medications.reconciliation import medications
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.terminology.matcher import Term, TermMatcher

DRUGS = ("lisinopril", "metformin", "aspirin", "losartan", "amlodipine", "cephalexin", "warfarin")


@pytest.fixture
def vocabulary():
    return TermMatcher(Term(name, name, "drug") for name in DRUGS)


@pytest.fixture
def note(tmp_path):
    def write(text):
        (tmp_path / "note.txt").write_text(text)
        document = read(tmp_path / "note.txt")
        return document, sentences(document.text, document.passages)

    return write


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Meds: metformin 500 mg BID\nPlan: Rest.", ()),
        ("Meds: metformin 500 mg BID\nPlan: Stop lisinopril.", ("lisinopril",)),
        ("Meds: metformin 500 mg BID; lisinopril 5 mg daily - stopped in May", ("lisinopril",)),
        ("Medications:\n- metformin 500 mg BID\nStopped:\n- lisinopril 5 mg", ("lisinopril",)),
        ("Meds: lisinopril 5 mg daily\nPlan: Hold lisinopril if dizzy.", ()),
        ("Meds: lisinopril 5 mg daily\nPlan: Change lisinopril to losartan.", ("lisinopril",)),
        (
            "Meds: losartan 50 mg daily\nPlan: Hold lisinopril and losartan till K <5.",
            ("lisinopril", "losartan"),
        ),
        ("Meds: aspirin 81 mg daily\nPlan: Stop aspirin should warfarin be started.", ()),
        ("Meds: aspirin 81 mg daily\nPlan: Stop aspirin, it should be avoided.", ("aspirin",)),
        (
            "Meds: warfarin 5 mg daily\nPlan:\n1. Hold warfarin, no vitamin K.\n"
            "2. Aspirin: stop, on warfarin alone after the valve.",
            ("warfarin", "aspirin"),
        ),
        (
            "Meds: lisinopril/amlodipine 5/2.5 mg daily\nPlan: Stop lisinopril and amlodipine.",
            ("lisinopril", "amlodipine"),
        ),
        ("Meds: sumatriptan 50 mg prn\nPlan: No further triptans.", ("sumatriptan",)),
        ("Meds: losartan 50 mg daily\nPlan: Stop ARBs if dizzy. Avoid NSAIDs.", ()),
        ("Meds: losartan 50 mg daily; metformin withheld since surgery", ("metformin",)),
        ("Meds: losartan 50 mg daily; aspirin never started; warfarin not given", ()),
        (
            "Meds:\n- losartan 50 mg daily\n"
            "Hospital stopped: lisinopril 10 mg daily (AKI, soft BPs), aspirin.",
            ("lisinopril", "aspirin"),
        ),
        (
            "Meds:\n- losartan 50 mg daily\nRecently stopped:\n- lisinopril 10 mg daily",
            ("lisinopril",),
        ),
        (
            "Meds: losartan 50 mg daily\nPlan: Resume home medications except lisinopril.",
            ("lisinopril",),
        ),
        ("Meds: cephalexin 500 TID (from dentist, failed, d/c'd), losartan 5 mg", ("cephalexin",)),
        ("Meds: metformin off x2mo (cost), losartan 50 mg daily", ("metformin",)),
        ("Meds: metformin 1 g bd (omitted today), losartan 50 mg daily", ("metformin",)),
        ("Meds:\n- losartan 50 mg daily\n- ~~aspirin 81 mg daily~~", ("aspirin",)),
        (
            "Meds: none\nPlan: STOP both aspirin and losartan, do not restart either.",
            ("aspirin", "losartan"),
        ),
        (
            "Meds: warfarin 5 mg daily\nPlan: Held warfarin for INR 5 - resume when below 3.",
            ("warfarin",),
        ),
        (
            "Your medicines\nKEEP taking:\n- Losartan 50 mg\nSTOP:\n- Lisinopril. It makes you"
            " cough\n- Aspirin. Metformin is OK\nDO NOT TAKE FOR NOW: warfarin.",
            ("lisinopril", "aspirin", "warfarin"),
        ),
        ("Meds: Oberan 5 mg daily\nPlan: Stop the Oberan.", ("oberan",)),
        ("Meds: Oberan 5 mg daily\nPlan: Stop Oberan before surgery.", ()),
        ("Meds: Oberan 5 mg daily\nPlan: Stop Oberanol.", ()),
    ],
    ids=(
        "silent",
        "ordered",
        "remarked",
        "headed",
        "on condition",
        "switched",
        "until a value",
        "should it be",
        "should have",
        "on it alone",
        "joined",
        "class",
        "class on condition",
        "withheld",
        "never had",
        "label that ends with it",
        "head of few words",
        "all others resumed",
        "remark of several parts",
        "off for months",
        "omitted",
        "struck out",
        "not to be restarted",
        "held until",
        "for the patient",
        "unknown",
        "unknown on condition",
        "longer than an unknown",
    ),
)
def test_a_drug_is_stopped_where_the_note_says_so(text, expected, note, vocabulary):
    assert medications(*note(text), vocabulary).stopped == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Meds: lisinopril 10 mg daily -> stopped today, switch to losartan 50 mg daily\n"
            "Assessment: Cough.",
            ("losartan",),
        ),
        (
            "Meds: aspirin 81 mg daily, metformin 500 mg BID\nPlan: Hold aspirin on HD mornings.",
            ("aspirin", "metformin"),
        ),
        (
            "S: Taking metformin 500 mg daily, aspirin 81 mg daily, vit D3 2000 IU daily.\n"
            "A/P: HTN - add losartan.",
            ("metformin", "aspirin", "vit d3", "losartan"),
        ),
        (
            "Meds: aspirin 81 mg daily\nAllergies: latex\n\n"
            "Advice per Dr. Ann Roe: Stop aspirin, change to cephalexin 500 mg bid x 3 d.",
            ("cephalexin",),
        ),
        (
            "Discharge meds: metformin 500 mg BID; 5-FU 400 mg/m2; oxygen 2 L NC",
            ("metformin", "5-fu", "oxygen"),
        ),
        ("Assessment: AF.\nPlan: Restart warfarin after 48 hours.", ("warfarin",)),
        ("Assessment: AF.\nPlan: Restart warfarin when the INR is back.", ()),
        ("Assessment: AF.\nPlan: See us in 2 weeks to restart warfarin.", ()),
        ("Please see this man with haematuria. Warfarin for AF. Smoker.", ("warfarin",)),
        ("Please see this man with haematuria. Warfarin for 2 weeks in May.", ()),
        (
            "Meds: none\nMDM/A&P\nStone, no infection -> d/c home w/ metformin 500 mg BID.",
            ("metformin",),
        ),
        ("Meds: lisinopril/losartan 5/50 mg daily\nPlan: Stop lisinopril and losartan.", ()),
        (
            "Discharge Medications\nMetformin 500 mg daily. Aspirin 81 mg daily.\n\nFollow-up\n"
            "Cardiology clinic in two weeks.",
            ("metformin", "aspirin"),
        ),
        ("Meds: losartan 50 mg daily; aspirin never started; warfarin not given", ("losartan",)),
        (
            "Meds given this shift\nAspirin 75 mg 08:00\nLosartan 50 mg 08:00\nPlan: Rest.",
            ("aspirin", "losartan"),
        ),
        ("Meds: none\nPlan: Add aspirin 1% tds, no more.", ("aspirin",)),
        ("Meds: none\nPlan: If >10 losartan 50 mg daily. Add aspirin.", ("aspirin",)),
        ("Meds: none\nPlan: Try losartan 5 mg daily if it's normal. Add aspirin.", ("aspirin",)),
        ("Meds: aspirin 81 mg daily; losartan - none", ("aspirin",)),
        ("HPI: She takes metformin crushed per tube daily, aspirin 81 and losartan 50.",
         ("metformin", "aspirin", "losartan")),
        (
            "ALLERGIES: LATEX.\n\nPOSTPARTUM ORDERS\nLOSARTAN 50 MG PO DAILY\nPLAN: REST.",
            ("losartan",),
        ),
        (
            "Meds in home:\naspirin 81 mg daily for the heart (comfort kit)\n"
            "losartan/amlodipine po daily\nPlan: Rest.",
            ("aspirin", "losartan/amlodipine"),
        ),
    ],
    ids=(
        "arrow", "on some days", "2000 units are no year", "advice below allergies",
        "names that begin with a digit", "restarted", "restarted if", "to be restarted",
        "for what", "for how long", "plan of an emergency", "joined", "head below the list",
        "never had", "head of a handover", "three times a day in Britain",
        "from a value on", "if a value allows", "asked and denied", "numbers alone",
        "orders in capitals", "form behind a joined name",
    ),
)  # fmt: skip
def test_orders_decide_what_is_taken(text, expected, note, vocabulary):
    assert medications(*note(f"CLINIC NOTE\n{text}\n"), vocabulary).taken == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Start losartan 25 mg daily - discussed with daughter, will wait.", ()),
        ("Losartan 25 mg daily; not started today.", ()),
        ("Losartan 25 mg considered but deferred. Metformin 500 mg daily.", ("metformin",)),
        ("Amlodipine 5 mg daily, 4 days on 3 off for losartan gene.", ("amlodipine",)),
        ("Losartan prescribed.", ("losartan",)),
        ("Losartan PCA.", ("losartan",)),
        ("Cough: cephalexin within 30 d -> aspirin ES 60/4.2 per 5 ml BID.", ("aspirin",)),
        ("Cephalexin allergy -> metformin 500 mg daily.", ("metformin",)),
        ("Constipation: add PEG 17 g daily. Mg 6 g load.", ("peg", "mg")),
        ("If the urate is high, start Zorbix 5 mg daily.", ()),
        ("Start Zorbix 5 mg daily.", ("zorbix",)),
        ("She got a rash from losartan once.", ()),
        ("Hives with losartan 50 mg; start metformin 500 mg.", ("metformin",)),
    ],
    ids=(
        "will wait", "not started", "deferred", "gene", "prescribed", "form alone",
        "dose of another", "instead of what harms", "letters with a dose",
        "unknown in some case", "unknown", "what it did", "what a dose did",
    ),
)  # fmt: skip
def test_a_plan_gives_what_it_orders_and_nothing_that_it_puts_off(line, expected, note, vocabulary):
    assert medications(*note(f"Meds: none\n\nA/P\n1. {line}\n"), vocabulary).taken == expected


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("aspirin 81 mg daily. Dry wt 78.5 kg.", ("aspirin",)),
        ("cephalexin 500 mg QID (since 9/24, D7 - no better), aspirin 81 mg",
         ("cephalexin", "aspirin")),
    ],
    ids=("weight", "day of a course"),
)  # fmt: skip
def test_what_is_measured_or_counted_is_no_drug(listed, expected, note, vocabulary):
    assert medications(*note(f"Meds: {listed}\nA/P: Rest.\n"), vocabulary).taken == expected


@pytest.mark.parametrize(
    ("listed", "taken", "ended"),
    [
        (
            "Warfarin 5 mg - 1 pill in the morning. Blood thinner.\n"
            "Losartan 50 mg - 1 pill morning and evening. For your pressure.\n"
            "Aspirin 81 mg with breakfast and with supper",
            {"warfarin", "losartan", "aspirin"},
            set(),
        ),
        ("losartan 50 mg\naspirin - tried in March, stopped (nausea)", {"losartan"}, {"aspirin"}),
        ("Xyrem XR 6 mg qam - goal 6-8, today's level 11.2", {"xyrem xr"}, set()),
        ("losartan 50 mg daily\naspirin 81 mg - to complete today", {"losartan"}, {"aspirin"}),
        (
            "losartan 50 mg daily\nStopped by Dr. Roe today after talk with the family, as they do"
            " no more good: aspirin\n81 mg daily, warfarin 5 mg. The daughter sets these apart.",
            {"losartan"},
            {"aspirin", "warfarin"},
        ),
        ("losartan 50 mg daily\nReceived warfarin 5 mg.", {"losartan"}, set()),
        ("losartan 50 mg daily;\naspirin 81 mg. Warfarin was taken, stopped for bleeding.",
         {"losartan", "aspirin"}, {"warfarin"}),
        ("Filled, not taken: losartan 50 mg. Aspirin 81 mg: last fill\n2023, none at home.",
         set(), {"losartan", "aspirin"}),
    ],
    ids=(
        "an item a line",
        "remark behind a comma",
        "value of today",
        "done today",
        "stopped by whom and why",
        "received",
        "list goes on",
        "wrapped",
    ),
)  # fmt: skip
def test_a_list_with_remarks(listed, taken, ended, note, vocabulary):
    document, found = note(f"HPI: Well.\n\nMEDICATIONS\n{listed}\n\nPHYSICAL EXAM: Well.")
    assert set(medications(document, found, vocabulary).taken) == taken
    assert ended <= set(medications(document, found, vocabulary).stopped)


def test_a_question_gives_no_drug(note, vocabulary):
    text = "Subject: rash\n\nAre you still on losartan? I take warfarin 5 mg daily."
    assert medications(*note(text), vocabulary).taken == ("warfarin",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Home meds (per list + pharmacy):\nmetformin 500 mg BID\n\nPlan: Rest.", ("metformin",)),
        (
            "Medications:\nEDW 71 kg     Heparin 2000 u load\n- metformin 500 mg BID\nPlan: Rest.",
            ("metformin",),
        ),
        (
            "Meds: metformin 500 mg BID\n\nObjective: well\n\nAssessment & Plan\nGout\n"
            "  Start aspirin 81 mg daily.\n  Relevant Medications\n    losartan 50 mg tablet\n"
            "  Other Relevant Orders\n    Urine protein\nHypertension\n  Better.\n",
            ("metformin", "losartan", "aspirin"),
        ),
        ("Medications:\nD10W at 80 mL/kg/day\nPlan: Rest.", ("d10w",)),
        ("Meds: metformin 500 mg BID\nPlan: Start MMF 500 mg BID.", ("metformin", "mmf")),
        (
            "Medications: metformin 500 mg BID\n\nAllergies: latex\n\n"
            "MBD - high. Begin warfarin 3 mg daily.\n\nGout - better.\n\nAnemia - worse.",
            ("metformin", "warfarin"),
        ),
    ],
)
def test_drugs_that_are_taken(note, vocabulary, text, expected):
    assert set(medications(*note(text), vocabulary).taken) == set(expected)


def test_a_table_below_a_title_of_ended_drugs_lists_none_that_are_taken(note, vocabulary):
    text = (
        "Meds: metformin 500 mg BID\n\nMedications Discontinued During This Encounter\n"
        "Medication                   Reason\n"
        "lisinopril (ZESTRIL) 15 mg   Side effects\n\nPlan: Rest."
    )
    assert medications(*note(text), vocabulary).taken == ("metformin",)
    assert medications(*note(text), vocabulary).stopped == ("lisinopril",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "DISCHARGE MEDICATIONS\nCONTINUE:\n- metformin 500 mg BID\nHOLD UNTIL SEEN AGAIN:\n"
            "- warfarin 5 mg daily\nSTOP:\n- lisinopril 5 mg",
            ("warfarin", "lisinopril"),
        ),
        (
            "Discharge medications:\n1. metformin 500 mg BID\nMedications you should no longer "
            "take: aspirin 81 mg, warfarin 5 mg.",
            ("aspirin", "warfarin"),
        ),
        (
            "Medications:\n metformin 500 mg BID\nDiscontinued Medications:\n"
            " lisinopril (ZESTRIL) extended release 24 hr tablet 50 mg\n"
            " losartan-amlodipine (LOTS) 24-26 mg tablet\nPlan: Rest.",
            ("lisinopril", "losartan-amlodipine"),
        ),
        (
            "DISCHARGE MEDICATIONS\nNEW   metformin 500 mg BID\n"
            "STOP  aspirin 81 mg, lisinopril 5 mg (cough), warfarin",
            ("aspirin", "lisinopril", "warfarin"),
        ),
        ("Meds: stop aspirin 81 mg, start warfarin 5 mg daily", ("aspirin",)),
        ("Meds: warfarin 5 mg daily\nPlan: No more aspirin given kidneys.", ("aspirin",)),
        ("Meds: warfarin 5 mg daily\nPlan: She has tapered off aspirin.", ("aspirin",)),
    ],
)
def test_drugs_that_a_list_or_an_order_ends(note, vocabulary, text, expected):
    assert medications(*note(text), vocabulary).stopped == expected


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ("Hold warfarin, losartan 25 mg x1, INR daily.", ("warfarin",)),
        ("Hold warfarin, if bleeding vitamin K.", ()),
        ("Osteoporosis: warfarin on hold while on BiPAP.", ("warfarin",)),
        ("Warfarin - stop while the ulcer is active.", ("warfarin",)),
        ("Warfarin - stop if the ulcer bleeds.", ()),
    ],
)
def test_what_is_off_for_now_is_stopped(plan, expected, note, vocabulary):
    text = f"Meds: warfarin 5 mg daily\nPlan: {plan}"
    assert medications(*note(text), vocabulary).stopped == expected


def test_a_route_between_commas_is_no_drug(note, vocabulary):
    text = (
        "Medications:\n losartan (COZAAR) tablet 50 mg, 50 mg, Oral, Daily\n"
        " sodium chloride 0.9 % flush 10 mL, 10 mL, Intravenous, Q12H\nAssessment: Cough."
    )
    assert medications(*note(text), vocabulary).taken == ("losartan", "sodium chloride")


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ("1. COPD\n   - losartan\n   - aspirin nebs prn", ("losartan", "aspirin")),
        ("Vit D def: D3 50,000 IU weekly.", ("d3",)),
        ("Insulin scale.", ("insulin",)),
        ("Aspirin allergy.", ()),
    ],
)
def test_a_plan_gives_a_drug_that_stands_alone(plan, expected, note):
    drugs = [Term(name, name, "drug") for name in ("losartan", "aspirin", "vit d", "insulin")]
    text = f"CHIEF COMPLAINT: Cough.\n\nASSESSMENT AND PLAN:\n{plan}"
    assert medications(*note(text), TermMatcher(drugs)).taken == expected


@pytest.mark.parametrize(
    ("plan", "taken", "stopped"),
    [
        ("Stop ASA, hold MTX.", ("tylenol",), ("asa", "mtx")),
        ("Hold aspirin combo? No, keep.", ("aspirin", "methotrexate", "tylenol"), ()),
        ("Continue aspirin/tylenol.", ("aspirin", "methotrexate", "tylenol"), ()),
        ("BMP while on IV diuretics.", ("aspirin", "methotrexate", "tylenol"), ()),
        ("He had losartan 5 mg on two nights.", ("aspirin", "methotrexate", "tylenol"), ()),
        ("Losartan 1/2 cap daily.", ("aspirin", "methotrexate", "tylenol", "losartan"), ()),
        ("Losartan 650 q6 prn.", ("aspirin", "methotrexate", "tylenol", "losartan"), ()),
        ("Losartan 0.1% oint.", ("aspirin", "methotrexate", "tylenol", "losartan"), ()),
    ],
)
def test_what_a_plan_says_of_listed_drugs(plan, taken, stopped, note):
    names = ("aspirin", "methotrexate", "tylenol", "diuretics", "losartan")
    vocabulary = TermMatcher([Term(name, name, "drug") for name in names])
    meds = "Meds: aspirin 81 mg daily, methotrexate 10 mg weekly, Tylenol 500 mg prn\n"
    assert medications(*note(f"{meds}Plan: {plan}"), vocabulary) == (taken, stopped)


@pytest.mark.parametrize(
    ("item", "taken", "stopped"),
    [
        ("losartan 50 mg daily *HOLD*", (), ("losartan",)),
        ("losartan 50 mg daily -> stop", (), ("losartan",)),
        ("losartan 50 mg daily => aspirin 81 mg daily", ("aspirin",), ("losartan",)),
        ("losartan 50 mg daily; changed to aspirin 81 mg", ("aspirin",), ("losartan",)),
        ("losartan 50 mg -> 100 mg daily", ("losartan",), ()),
        ("losartan 50 mg daily, self-discontinued", (), ("losartan",)),
        ("losartan 50 mg daily, hold today", (), ("losartan",)),
        ("losartan 50 mg daily - ceased", (), ("losartan",)),
        ("losartan 50 mg daily - do not resume", (), ("losartan",)),
        ("losartan 50 mg, expired", ("losartan",), ()),
        ("Cancelled: losartan 50 mg daily", (), ("losartan",)),
    ],
)
def test_what_an_item_says_of_its_drug(item, taken, stopped, note):
    vocabulary = TermMatcher([Term(name, name, "drug") for name in ("aspirin", "losartan")])
    assert medications(*note(f"Meds:\n{item}\nPlan: Rest."), vocabulary) == (taken, stopped)


@pytest.mark.parametrize(
    "plan",
    [
        "Withhold losartan.",
        "Take her off losartan.",
        "Losartan off.",
        "Losartan ceased.",
        "Do not restart losartan.",
        "Aspirin 81 mg instead of losartan.",
    ],
)
def test_however_a_plan_words_it_a_drug_is_stopped(plan, note):
    vocabulary = TermMatcher([Term(name, name, "drug") for name in ("aspirin", "losartan")])
    assert medications(*note(f"Meds: losartan 50 mg\nPlan: {plan}"), vocabulary).stopped == (
        "losartan",
    )


def test_the_title_of_the_list_is_no_drug_of_it(note, vocabulary):
    text = "TTOs\nWarfarin 3 mg od\nOberan 5 mg od"
    assert medications(*note(text), vocabulary).taken == ("warfarin", "oberan")


def test_a_list_below_the_only_title_of_a_letter_ends_with_its_items(note, vocabulary):
    text = (
        "Ward 7 Letter\n\nDear Doctor\n\nHe was admitted with a fall and was given amlodipine.\n\n"
        "Medicines on discharge:\nMetformin 500 mg PO OM (was 1 g)\nOberan 5 mg od\n\n"
        "Please check U&E in one week, and for cephalexin.\n"
    )
    assert medications(*note(text), vocabulary).taken == ("metformin", "oberan")
