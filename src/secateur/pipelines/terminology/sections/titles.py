"""Titles of the sections of clinical notes: plain words, by the section that they open.

Singular and plural, "&" and "and", a hyphen and a space are equal, see `headings.heading_key`.
"""

from __future__ import annotations


def titles_in(text: str) -> tuple[str, ...]:
    """Gives the titles of a text that commas part."""
    return tuple(" ".join(title.split()) for title in text.split(","))


TITLES: dict[str, str] = {
    "Chief Complaint": """
        chief complaint, cc, presenting complaint, reason for visit, presenting problem,
        reason for admission, reason for consultation, reason for consult, reason for referral,
        identification and chief complaint, complaint, you were seen for, reason for your visit,
        reason, why you were here, why you were in the hospital, why you came in
    """,
    "HPI": """
        history of present illness, hpi, history of the present illness, present illness,
        history of presenting illness, history of present complaint, interval history,
        interim history, brief history, clinical history, history, brief clinical history,
        presenting history
    """,
    "Subjective": """
        subjective, subj, s, narrative, patient narrative
    """,
    "Past Medical History": """
        past medical history, pmh, pmhx, medical history, med history, past history, pmhx/pshx,
        past psych history, psych history, obstetrical history, gyn history, ob/gyn history,
        gynecological history, primary medical history, past cardiac history, comorbidity,
        medical problem, significant past medical history, past medical and surgical history,
        past medical problem, previous medical history, pertinent medical history,
        other medical history, oncologic history, oncology history, oncological history,
        cancer history, treatment history, past medical/surgical history, past psychiatric history,
        past treatment, previous treatment, prior treatment, prior agent, past medication,
        previous medication, prior medication, past medication trial, medication trial,
        psychiatric history, past ocular history, past obstetric history, obstetric history,
        ob history, gynecologic history, past ob/gyn history, past gyn history, birth history,
        neonatal history, developmental history, cardiac risk factor, coronary risk factor
    """,
    "Problems": """
        problem list, active problem, active problem list, medical problem list, current problem,
        health concern, active diagnosis, current diagnosis
    """,
    "Past Surgical History": """
        past surgical history, psh, pshx, surgical history, previous surgery, prior surgery,
        past surgeries, past operative history
    """,
    "Medications": """
        dhx, dh, drug history, drug list, rx, home rx, current rx, med at dialysis,
        medication at dialysis, dialysis medication, dialysis med, medicationrequest,
        medicationstatement
    """,
    "Discharge Medications": """
        discharge medications/instructions, medication changes, medicine changes,
        changes to your medications, changes to your medicines, tto, tta, discharge rx
    """,
    "Allergies": """
        allergy, drug allergy, food allergy, allergy reviewed, allergies to medication,
        allergies to medicine, medication allergy, allergic, known drug allergy,
        allergies and reactions, allergies and intolerances, allergy / intolerance,
        allergies/intol., sensitivity to drug, allg, adr, intolerance, drug intolerance,
        medication intolerance, adverse drug reaction, allergyintolerance, allergy review,
        allergy list
    """,
    "Family History": """
        family history, fh, fhx, family medical history, family psychiatric history,
        maternal history, mother's history, maternal medication, mother's medication, maternal lab
    """,
    "Social History": """
        social history, sh, shx, personal history, psychosocial history, habit,
        personal and social history, occupational history, substance abuse history,
        family social history, family and social history, social and family history, substance use,
        social, soc history, social and developmental history, substance and alcohol history,
        fhx/shx, shx/fhx, fh/sh, sh/fh
    """,
    "Review of Systems": """
        review of systems, ros, system review, complete review of systems, ros systems
    """,
    "Vital Signs": """
        vital sign, vital, vs, growth parameter, growth chart
    """,
    "Physical Exam": """
        physical examination, physical exam, pe, exam, examination, objective findings,
        physical findings, general physical examination, focused physical examination, o/e,
        on examination, on exam, neurologic examination, neurological examination,
        mental status examination, mental status, mental status exam, mse,
        physical examination on discharge, gen exam, general exam
    """,
    "Objective": """
        objective, obj, o
    """,
    "Results": """
        result, laboratory data, lab data, laboratory, lab, laboratory studies, laboratory result,
        laboratory finding, diagnostic studies, diagnostic data, imaging, radiology, x-ray, ekg,
        ecg, diagnostic testing, pertinent laboratory data, laboratory and diagnostic data,
        imaging studies, radiologic studies, labs and studies, data, radiographic studies,
        test result, diagnostics, laboratory values, laboratory evaluation, pathology,
        hemodynamic data, electrocardiogram, laboratory examination, labs on admission,
        imaging data, radiographs, radiologic data, gross description, microscopic description,
        gross examination, microscopic examination, biomarker, immunohistochemistry, treatment log,
        infusion log
    """,
    "Hospital Course": """
        hospital course, brief hospital course, course in hospital, hospital course by problem,
        summary of hospital course, course, emergency department course, ed course,
        emergency room course, clinical course, hospital course and treatment, hospital summary,
        mdm/course, ed course/mdm, course/mdm, 24 hour event, 24h event, overnight event,
        interval event, events overnight, event note, intraprocedural event,
        hospital course until now, hospital course to date, course in the hospital,
        history and hospital course, brief h and p and hospital course, clinical summary,
        hospital course and clinical summary, what happened in the hospital,
        what happened in hospital
    """,
    "Procedure": """
        procedure, procedure performed, operation, operation performed, title of operation,
        operative procedure, title of procedure, name of operation, name of procedure,
        procedure done, operations/procedures, principal procedure, procedures and operations,
        procedures during hospitalization, surgery, procedure name, surgical procedure
    """,
    "Description of Procedure": """
        description of procedure, procedure in detail, procedure detail, description of operation,
        details of procedure, details of the procedure, operative procedure in detail,
        description of the procedure, operation in detail, description of the operation,
        details of operation, operative technique, technique, procedure note, operative note,
        procedure description, operative description, operative course""",
    "Indications": """ indication, indication for procedure, indications for surgery,
        indication for operation, indications for the procedure, clinical indication,
        indication for exam, reason for exam, reason for examination, reason for the exam,
        reason for study, reason for procedure, indications for the operation,
        history and indication, clinical, clinical information, clinical data, clinical details
    """,
    "Findings": """
        finding, operative finding, intraoperative finding, gross finding, interpretation,
        surgical finding, findings at surgery, exam findings, radiology report, endoscopic finding,
        abnormal finding, findings at operation, angiographic finding
    """,
    "Preoperative Diagnosis": """
        preoperative diagnosis, preop diagnosis, pre-op diagnosis, pre-operative diagnosis,
        preprocedure diagnosis, pre-procedure diagnosis, preoperative diagnosis (es),
        admitting diagnosis, admission diagnosis, diagnosis on admission
    """,
    "Postoperative Diagnosis": """
        postoperative diagnosis, postop diagnosis, post-op diagnosis, post-operative diagnosis,
        postprocedure diagnosis, post-procedure diagnosis, postoperative diagnosis (es),
        preoperative and postoperative diagnosis, pre- and postoperative diagnosis,
        pre and post operative diagnosis, preop and postop diagnosis
    """,
    "Discharge Diagnosis": """
        discharge diagnosis, final diagnosis, diagnosis at discharge, principal diagnosis,
        secondary diagnosis, diagnosis on discharge, primary diagnosis,
        principal discharge diagnosis, secondary discharge diagnosis
    """,
    "Assessment": """
        assessment, impression, imp, diagnosis, clinical impression, diagnostic impression, a,
        opinion, assessment and diagnosis, conclusion, summary, problem, discussion, formulation,
        overall impression, medical decision making, mdm, final impression, summary and impression,
        diagnostic formulation, case formulation, clinical formulation, differential diagnosis,
        initial diagnosis, initial impression, provisional diagnosis, medical diagnosis,
        risk assessment, endoscopic impression, nutrition diagnosis, nutritional diagnosis,
        terminal diagnosis, hospice diagnosis, treatment diagnosis, nursing diagnosis,
        diagnostic comment, synoptic report, synoptic summary, pathologic diagnosis,
        working diagnosis, psychiatric diagnosis
    """,
    "Plan": """
        plan, recommendation, rec, suggestion, treatment plan, p, plan of care,
        plan and recommendation, treatment, tx, advised, plan of treatment, care plan,
        follow-up plan, postoperative plan, discharge plan, impression and order, change,
        initial treatment plan, initial treatment and plan, post-op plan, postop plan,
        recommended therapy, treatment recommendation, management plan, plan for today,
        what to do next, next step, advice, advice given, action for gp, gp action, action required,
        action for the gp, careplan, to do, todo, to do list, order received
    """,
    "Assessment and Plan": """
        mdm/a&p, mdm/plan, problem list items addressed this visit, a/p, ap, a&p, assessment plan,
        evaluation/treatment plan, imp/plan, i/p, symptom management
    """,
    "Disposition": """
        disposition, dispo, discharge disposition, condition on discharge, discharge condition,
        condition at discharge, condition, discharge status, prognosis
    """,
    "Instructions": """
        discharge instruction, instruction, patient instruction, follow up, upcoming appointment,
        followup, follow-up instruction, discharge instructions/medications, discharge followup,
        followup instruction, instructions to patient, diet, activity, discharge follow-up, f/u,
        rtc, post-procedure instruction, postprocedure instruction, discharge order, followup care,
        follow-up care, return precaution, return to clinic, follow-up appointment, appointment,
        what you need to do, what to do at home, when to call, pending result, pending test,
        test pending, pending lab, result pending, result pending at discharge,
        test pending at discharge, discharge need, test still pending,
        test still pending when you left, aftercare
    """,
    "Anesthesia": """
        anesthesia, anesthetic, type of anesthesia
    """,
    "Complications": """
        complication
    """,
    "Specimens": """
        specimen, specimens removed, pathology specimen
    """,
    "Blood Loss": """
        estimated blood loss, ebl, blood loss
    """,
    "Immunizations": """
        immunization, vaccination, immunization history
    """,
    "Study": """
        comparison, examination performed, study, type of exam, type of study
    """,
}
"""Titles that open each section."""

PARTS = frozenset(
    titles_in("""
        abdomen, anus, axis, back, bp, bones, breast, cardiac, cardiovascular, chest, cns,
        constitutional, coordination, coord, cranial, derm, dermatologic, ear, ears, ekg, endocrine,
        ent, ext, extremity, extremities, eye, eyes, gait, gastrointestinal, gen, general,
        genitalia, genitourinary, gi, gu, head, heart, heent, height, hematologic, immunologic,
        integumentary, lung, lungs, lymphatic, lymph, lymphatics, motor, mouth, musculoskeletal,
        neck, neuro, neurologic, neurological, nose, oropharynx, pelvic, pelvis, psych, psychiatric,
        pulmonary, pulse, rectal, reflex, reflexes, respiratory, sensory, skin, station,
        temperature, throat, urinary, vascular, weight, allergic, note, warning, addendum, abd, cn,
        cor, cv, hent, hematological, ms, msk, spine, strength, urological, vit
    """)
)
"""Parts of an examination or a review: they stay in the section they stand in."""

TELLING = frozenset(
    titles_in("""
        impression, final impression, clinical impression, hpi, history of present illness,
        chief complaint, discharge medication
    """)
)
"""Titles that other kinds of document do not have: one is enough."""

CLINICAL = frozenset(
    titles_in("""
        impression, assessment, assessment and plan, physical exam, physical examination,
        vital sign, review of system, past medical history, past surgical history, family history,
        social history, chief complaint, history of present illness, hospital course,
        discharge diagnosis, subjective, clinical impression, objective, interval history,
        brief history, discharge instruction, laboratory data, problem list, assessment/plan,
        assessment plan, next step, your appointment, active problem, diagnostic impression,
        nutrition diagnosis, problem list item addressed this visit, follow up,
        follow up appointment, follow up instruction
    """)
)
"""Titles of notes alone, or of several words: a line of its own in any letters is one."""
