"""The problem list says each problem by name, however the note heads its assessment."""

import pytest

from secateur.pipelines.clinical.lists.assessment import problem_list
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.ingestion.read import read


def problems(folder, text: str, name: str = "note.txt") -> list[str]:
    (folder / name).write_text(text)
    document = read(folder / name)
    entries = problem_list(document, sentences(document.text, document.passages))
    for entry in entries:
        for place in entry.evidence:
            assert document.text[place.start : place.end] == place.text
    return [entry.text for entry in entries]


@pytest.mark.parametrize(
    ("assessment", "expected"),
    [
        (
            "IMPRESSION\n-- AF, new\n-- Low mood\n\nTo do\n[ ] apixaban, begin tonight\n"
            "[ ] CXR today\n\nRenee Toussaint, PA-C, CEPS\n",
            ["AF, new", "Low mood", "apixaban, begin tonight. CXR today."],
        ),
        (
            "A/P\nHeel ulcer - vancomycin and cefepime advised today, pharmacy will dose for\n"
            "CKD. No clindamycin.\nGout - better.\n",
            [
                "Heel ulcer - vancomycin and cefepime advised today, pharmacy will dose for"
                " CKD. No clindamycin.",
                "Gout - better.",
            ],
        ),
        (
            "Allergies: latex\n\nVISIT OF THE MONTH\n\nShe gains weight.\n\nAnemia - better.\n\n"
            "Volume - go up.\n\nDiabetes - no change.\n\nNext visit 07/01.\n",
            ["Anemia - better.", "Volume - go up.", "Diabetes - no change."],
        ),
        (
            "ASSESSMENT: Acute bronchitis. Hypertension: stable.\n\nPLAN: Rest.",
            ["Acute bronchitis.", "Hypertension: stable.", "Rest."],
        ),
        ("IMPRESSION:\nAcute bronchitis.\n", ["Acute bronchitis."]),
        ("IMPRESSION: (1) Gout, quiet (2) Low mood\n", ["Gout, quiet", "Low mood"]),
        (
            "A/P:\nEpistaxis -- resolved, recheck 2 wks.\nLow mood -- sertraline. Walks daily.\n",
            ["Epistaxis -- resolved, recheck 2 wks.", "Low mood -- sertraline. Walks daily."],
        ),
        (
            "PRINCIPAL DIAGNOSIS: Pneumonia\nSECONDARY: kidney injury; colitis\n\n"
            "HOSPITAL COURSE\nHe was ill.\n# AKI: resolved with fluids.\n"
            "# C. difficile: treated.\n\nFOLLOW UP\n- PCP in 2 weeks\n",
            [
                "Pneumonia",
                "SECONDARY: kidney injury; colitis",
                "AKI: resolved with fluids.",
                "C. difficile: treated.",
                "PCP in 2 weeks",
            ],
        ),
        (
            "Dx: ESRD on HD. HTN.\nAccess: L arm AVF.\nPre BP 168/92.\n\n"
            "A/P\n1. Hypotension - hold amlodipine.\n",
            ["ESRD on HD. HTN.", "Hypotension - hold amlodipine."],
        ),
        (
            "ASSESSMENT AND PLAN:\nDiabetes mellitus: Continue metformin 500 mg twice a day.\n"
            "HYPERTENSION\nContinue lisinopril.\nCOPD: Stable.\n",
            [
                "Diabetes mellitus: Continue metformin 500 mg twice a day.",
                "HYPERTENSION Continue lisinopril.",
                "COPD: Stable.",
            ],
        ),
        (
            "ASSESSMENT AND PLAN:\n1. Diabetes.\n- Continue metformin.\n- Diet.\n2. Gout.\n",
            ["Diabetes. - Continue metformin. - Diet.", "Gout."],
        ),
        (
            "ASSESSMENT AND PLAN\nHe is a man of 57 who presents today for an examination.\n\n"
            "Gout.\n• Reasoning: Well.\n• Treatment: Rest.\n\nAsthma.\n• Treatment: None.\n",
            [
                "He is a man of 57 who presents today for an examination.",
                "Gout. • Reasoning: Well. • Treatment: Rest.",
                "Asthma. • Treatment: None.",
            ],
        ),
        (
            "DIAGNOSES:\nThese were found:\n- Asthma\n- Gout\n",
            ["These were found:", "Asthma", "Gout"],
        ),
        (
            "PREOPERATIVE DIAGNOSIS: Torn tendon.\n\nPOSTOPERATIVE DIAGNOSIS: Same.\n",
            ["Torn tendon."],
        ),
        ("POSTOPERATIVE DIAGNOSIS: Same.\n", ["Same."]),
        (
            "PREOPERATIVE DIAGNOSIS: Umbilical hernia.\n\n"
            "POSTOPERATIVE DIAGNOSIS: Same, with incarcerated omentum.\n",
            ["Umbilical hernia.", "Same, with incarcerated omentum."],
        ),
        (
            "PREOPERATIVE DIAGNOSES:\n1. Hernia.\n2. Gout.\n\n"
            "POSTOPERATIVE DIAGNOSES:\n1. Same.\n2. Adhesions.\n",
            ["Hernia.", "Gout.", "Adhesions."],
        ),
        (
            "IMPRESSION:\n1. Gout.\n\nPLAN:\nRest.\n\nKind regards,\nDr. A. Roe\n"
            "Consultant Physician\npager 5521\n",
            ["Gout.", "Rest."],
        ),
        ("PLAN:\nRest.\nPager 5521\nPage me.\n", ["Rest.", "Page me."]),
        (
            "A/P by system:\nNeuro: alert. Wean fentanyl.\nCV: shock resolved.\n",
            ["Neuro: alert. Wean fentanyl.", "CV: shock resolved."],
        ),
        (
            "HOSPITAL COURSE: Pneumonia improved.\n\nINSTRUCTIONS: Rest at home.\n",
            ["HOSPITAL COURSE: Pneumonia improved.", "INSTRUCTIONS: Rest at home."],
        ),
        (
            "Dx: 1. Respiratory failure 2. CAP, RLL 3. HFpEF, NYHA class 2. 4. Gout\n",
            ["Respiratory failure", "CAP, RLL", "HFpEF, NYHA class 2.", "Gout"],
        ),
        (
            "POSTOPERATIVE DIAGNOSIS: Hernia.\n\nDISPOSITION: Home. No lifting for 4 weeks.\n",
            ["Hernia.", "DISPOSITION: Home. No lifting for 4 weeks."],
        ),
        (
            "ASSESSMENT AND PLAN:\n# CKD: stable. Avoid drugs.\n# Gout: rest.\n",
            ["CKD: stable. Avoid drugs.", "Gout: rest."],
        ),
        (
            "DISPOSITION AND PLAN:\nHome in the afternoon with both of his parents.\n- Rest\n"
            "H. Adjei-Morrow, MD 10/12/2024\nDictated 03/21/2025 12:40\nSample Doctor M.D.\n",
            ["Home in the afternoon with both of his parents.", "Rest"],
        ),
        (
            "PLAN:\nNothing to do\nFollow up with RN\nSigned out to Dr. Roe\n",
            ["Nothing to do", "Follow up with RN", "Signed out to Dr. Roe"],
        ),
        (
            "PLAN:\nRest\n\nSeen and examined with Dr. Roe. J. Nguyen, PA-C\n[NAME], MD\n",
            ["Rest"],
        ),
        (
            "PLAN:\nRest\n\nWe will follow daily. Thank you for asking us.\nTotal time 75 min.\n",
            ["Rest"],
        ),
        (
            "Dear Dr. Roe,\n\nI saw him today. He coughs.\n\nMy impression is of asthma. "
            "I have started an inhaler.\n\nKind regards,\nDr. Doe\n",
            ["My impression is of asthma.", "I have started an inhaler."],
        ),
        ("PLAN:\nDiscussed with the patient.\n", ["Discussed with the patient."]),
        ("PLAN:\n1.\n- \n2. Rest\n", ["Rest"]),
        (
            "A/P: Better.\nCV: shock resolved. TTE EF 55%.\nGI: eats. PPI.\nPPX: SQH, PPI\n"
            "Lines: remove today.\n",
            [
                "Better.",
                "CV: shock resolved. TTE EF 55%.",
                "GI: eats. PPI.",
                "PPX: SQH, PPI. Lines: remove today.",
            ],
        ),
        (
            "FINAL DIAGNOSIS:\nA. Breast, excision:\n- Carcinoma, 1.8 cm, margins free of it.\n"
            "B. Lymph node, excision:\n- Negative.\n",
            [
                "A. Breast, excision: - Carcinoma, 1.8 cm, margins free of it.",
                "B. Lymph node, excision: - Negative.",
            ],
        ),
        (
            "IMPRESSION: Mass.\nFindings were discussed with Dr. Roe by telephone at 14:35.\n",
            ["Mass."],
        ),
        (
            "PLAN: Rest.\nThank you very much for this consult. Will follow with you.\n"
            "As always, we greatly appreciate seeing him.\n",
            ["Rest."],
        ),
        (
            "Assessment/Plan\nDiagnoses and all orders for this visit:\n\nDiabetes mellitus with"
            " raised glucose, without long-term use of insulin (HCC)\n- Actos; once a week."
            " Disp: 3 mL Refills: 2\n- Stop metformin\n\nGout\n- Rest\n",
            [
                "Diabetes mellitus with raised glucose, without long-term use of insulin (HCC)"
                " - Actos; once a week. Disp: 3 mL Refills: 2 - Stop metformin",
                "Gout - Rest",
            ],
        ),
        (
            "Problem List Items Addressed This Visit\n    Gout\n      Current Assessment & Plan\n"
            "      Rest.\n    Asthma\n",
            ["Gout Rest.", "Asthma"],
        ),
        ("PREOP DX: Hernia.\n\nPOSTOP DX: Same.\n", ["Hernia."]),
        ("PRE AND POSTOPERATIVE DIAGNOSIS: Hernia.\n", ["Hernia."]),
        (
            "Dear Dr. Roe,\n\nDiagnosis: Knee pain\nPlan: Listed for surgery\n\nI reviewed this"
            " lady today. She has pain.\n",
            ["Knee pain", "Listed for surgery"],
        ),
        ("MDM: Gout is likely.\n\nIMPRESSION: Gout.\n", ["Gout.", "Gout is likely."]),
        ("PLAN:\nDiet: low in salt.\n", ["Diet: low in salt."]),
        ("RECOMMENDATIONS/PLAN: Rest.\n", ["Rest."]),
        (
            "DIAGNOSES:\nAXIS I: Dysthymia.\nAXIS II: None.\n",
            ["AXIS I: Dysthymia.", "AXIS II: None."],
        ),
        (
            "IMPRESSION:\n1. Renal failure.\n2. Shock.\n\nDISCUSSION/PLAN: Supportive care.\n",
            ["Renal failure.", "Shock.", "Supportive care."],
        ),
        (
            "SUMMARY: He came in short of breath.\n\nDISCHARGE DIAGNOSES:\n1. Asthma\n2. Gout\n",
            ["Asthma", "Gout", "He came in short of breath."],
        ),
        (
            "PROBLEM LIST:\n- Asthma\n- Gout\n\nASSESSMENT: Asthma. Fever.\n",
            ["Asthma", "Gout", "Asthma. Fever."],
        ),
        ("ASSESSMENT:\n#1 Pneumonia\n#2. Gout\n", ["Pneumonia", "Gout"]),
        ("ASSESSMENT:\n#30 and #2 pulpitis\n", ["#30 and #2 pulpitis"]),
        ("PROBLEM LIST:\n- Asthma\n- Gout\n", ["Asthma", "Gout"]),
        (
            "A/P:\nANEMIA - low, give more Epogen and look at stools.\n"
            "MBD - phosphate high, another sevelamer. PTH: start cinacalcet.\nHTN - better\n",
            [
                "ANEMIA - low, give more Epogen and look at stools.",
                "MBD - phosphate high, another sevelamer. PTH: start cinacalcet.",
                "HTN - better",
            ],
        ),
        (
            "A/P:\nGout: no flare, so the dose stays, and she is seen by\n"
            "Rheumatology - next week.\n",
            [
                "Gout: no flare, so the dose stays, and she is seen by Rheumatology - next week.",
            ],
        ),
        (
            "A/P:\n# Anemia: start ferrous sulfate 325 mg every other day at noon\n"
            "# GERD: antacids do not help, start famotidine 20 mg\nGrowth scan at 32 weeks.\n",
            [
                "Anemia: start ferrous sulfate 325 mg every other day at noon",
                "GERD: antacids do not help, start famotidine 20 mg",
                "Growth scan at 32 weeks.",
            ],
        ),
        (
            "A/P:\n# Anemia: start ferrous sulfate 325 mg every other day w\n"
            "Vitamin C.\n# Gout: rest\n",
            [
                "Anemia: start ferrous sulfate 325 mg every other day w Vitamin C.",
                "Gout: rest",
            ],
        ),
        (
            "A/P:\nGout: rest.\nTherapist: Ann Roe, PT, DPT  Lic# 40021\nCC time 45 min.\n"
            "Page 2 of 2   Printed 07/02/2026\n",
            ["Gout: rest."],
        ),
        (
            "DIAGNOSIS: Cancer.\n\nONCOLOGIC HISTORY\nDate  Event\n1/2/2026  Biopsy\n",
            ["Cancer."],
        ),
    ],
)
def test_entries(tmp_path, assessment, expected):
    note = f"CHIEF COMPLAINT: Cough.\n\nMEDICATIONS: Aspirin 81 mg.\n\n{assessment}"
    assert problems(tmp_path, note) == expected


@pytest.mark.parametrize("head", ["IMPRESSION:\n", "PLAN:\n", "PLAN: ", "Dx: "])
@pytest.mark.parametrize(
    "line", ["1.2 cm nodule", "0.5 mg of it", "10.5 lb lost: diet", "#30 ache"]
)
@pytest.mark.parametrize("mark", ["", "1. ", "2) ", "- ", "#1 "])
def test_no_number_vanishes(tmp_path, head, line, mark):
    note = f"CHIEF COMPLAINT: Cough.\n\n{head}{mark}{line}\n"
    [entry] = problems(tmp_path, note)
    assert entry == line


def test_a_report_may_have_an_impression_alone(tmp_path):
    assert problems(tmp_path, "The lungs are clear.\n\nIMPRESSION: No mass.\n") == ["No mass."]


def cda(*sections: tuple[str, str, str]) -> str:
    parts = "".join(
        f'<component><section><code code="{code}"/><title>{title}</title><text>{text}</text>'
        "</section></component>"
        for code, title, text in sections
    )
    return (
        '<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><component>'
        f"<structuredBody>{parts}</structuredBody></component></ClinicalDocument>"
    )


def test_problem_section_of_a_chart_says_what_is_resolved(tmp_path):
    concerns = (
        "<paragraph>Active Concerns</paragraph><list><item>Problem #1</item>"
        "<item>Chronic pain</item><item>Gout</item></list>"
        "<paragraph>Resolved Concerns</paragraph><list><item>Pneumonia</item></list>"
    )
    text = cda(("11450-4", "PROBLEMS", concerns))
    assert problems(tmp_path, text, "chart.xml") == [
        "Active Concerns: Chronic pain",
        "Active Concerns: Gout",
        "Resolved Concerns: Pneumonia",
    ]


def test_titles_and_empty_sections_are_no_problems(tmp_path):
    impression = "<paragraph>Impression</paragraph><paragraph>No acute process.</paragraph>"
    text = cda(("51848-0", "Impressions", impression))
    assert problems(tmp_path, text, "image.xml") == ["No acute process."]
    text = cda(("11450-4", "PROBLEMS", "<paragraph>No Information</paragraph>"))
    assert problems(tmp_path, text, "chart.xml") == []


def test_how_urgent_a_concern_is_stays_with_it(tmp_path):
    rating = "<paragraph>Patient priority: </paragraph><paragraph>high priority</paragraph>"
    row = "<table><tbody><tr><td>Pneumonia</td><td>Active</td></tr></tbody></table>"
    text = cda(("75310-3", "Health Concerns Section", row + rating))
    [concern] = problems(tmp_path, text, "plan.xml")
    assert concern.startswith("Pneumonia, Active")
    assert concern.endswith("high priority")


@pytest.mark.parametrize(
    ("assessment", "expected"),
    [
        pytest.param(
            "# Gout: rest.\n# HTN: stable.\n\nContinue sertraline.\nRTC 3 months.\n"
            "FEN: NPO.\nCode status: full.\n",
            [
                "Gout: rest.",
                "HTN: stable.",
                "Continue sertraline. RTC 3 months. FEN: NPO. Code status: full.",
            ],
            id="orders and care",
        ),
        pytest.param(
            "Hypertension\nIncrease lisinopril to 20 mg.\nBMP in 2 weeks.\n\nGout\n",
            ["Hypertension. Increase lisinopril to 20 mg. BMP in 2 weeks.", "Gout"],
            id="below a bare name",
        ),
        pytest.param(
            "1. Gout\n2. Continue allopurinol\n3. Lung nodule, repeat CT in 3 months\n"
            "4. Increase in size of the thyroid\n",
            [
                "Gout",
                "Lung nodule, repeat CT in 3 months",
                "Increase in size of the thyroid",
                "Continue allopurinol",
            ],
            id="numbered",
        ),
        pytest.param(
            "Endocrine\n  Type 2 diabetes mellitus\n    Stop metformin.\n"
            "    Other Relevant Orders\n      Urine albumin\nCirculatory\n  Hypertension\n",
            ["Type 2 diabetes mellitus Stop metformin. Urine albumin", "Hypertension"],
            id="set in",
        ),
        pytest.param(
            "Continue sertraline.\n\nRTC 3 months.\n",
            ["Continue sertraline.", "RTC 3 months."],
            id="nothing but orders",
        ),
    ],
)
def test_what_is_ordered_is_no_problem(tmp_path, assessment, expected):
    """It stands with the problem above it, or is one entry behind the problems."""
    note = f"CHIEF COMPLAINT: Cough.\n\nASSESSMENT AND PLAN:\n{assessment}"
    assert problems(tmp_path, note) == expected


def test_a_plan_apart_stands_with_the_problems_that_it_names(tmp_path):
    note = (
        "ASSESSMENT:\n1. Acute gout, left knee\n2. HTN, uncontrolled\n\n"
        "PLAN:\n1. Gout: colchicine.\n2. HTN - add amlodipine.\n3. Left hip: film.\n"
        "4. Return in 2 weeks.\n"
    )
    assert problems(tmp_path, note) == [
        "Acute gout, left knee. Gout: colchicine.",
        "HTN, uncontrolled. HTN - add amlodipine.",
        "Left hip: film. Return in 2 weeks.",
    ]


def test_the_initials_of_a_typist_are_no_problem(tmp_path):
    note = "IMPRESSION\n1. Gout.\n\nMQ/tlb  D: 09/09/2025  T: 09/10/2025\n"
    assert problems(tmp_path, note) == ["Gout."]


def test_a_course_goes_through_numbered_problems_with_a_stop_behind_their_names(tmp_path):
    told = problems(
        tmp_path,
        "DISCHARGE DIAGNOSIS: Colon cancer.\n\nHOSPITAL COURSE BY PROBLEM:\n"
        "1. Colon cancer. Adjuvant CAPOX in 6 weeks.\n2. Ileus. NG tube until day 5.\n",
    )
    assert told[1:] == [
        "Colon cancer. Adjuvant CAPOX in 6 weeks.",
        "Ileus. NG tube until day 5.",
    ]


def test_who_wrote_and_who_supervised_is_no_problem(tmp_path):
    told = problems(
        tmp_path, "IMPRESSION\n1. Gout.\n\nL. Abernathy PA-C / supervised by T. Okonjo MD\n"
    )
    assert told == ["Gout."]
