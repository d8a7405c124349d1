"""Words with a capital that are no names, and names that are words too."""

from __future__ import annotations

import re

# Never names, not even after a title.
_FUNCTION = """
    the this that these those she he they his her hers their it its is are was were has had have and
    or no not for with without of on in at to by from as an a if we i you there when who which what
    how why dr mr mrs ms miss prof doctor nurse professor rev sister md do rn np pa phd any all none
    both either before after during also but then than today now here please see per via due him me
    again still otherwise overall further sometimes often never always yesterday tomorrow everyone
    nobody someone client veteran resident caller caregiver guardian parents parent family wife
    staff ems pt pts reportedly grandmother grandfather aunt uncle daughter son roommate
    us them saw seen called came would should could can did does been being our my your some such so
    very more most just only into about over out up down signed thank thanks sincerely regards
    respectfully yes nope yep yup yeah nah okay hmm mhm alright dob mrn ssn dx hx rx tx sx
""".split()
# Titles, headings and common words of notes, which stand with a capital where names do.
_NOTED = """
    history physical examination exam diagnosis diagnoses procedure procedures plan assessment
    impression findings medications medication allergies allergy date name names age sex male
    female admitted discharged discharge admission service attending status chief complaint
    complaints normal abnormal indication indications anesthesia general operative operation
    preoperative postoperative report reports summary note notes department emergency surgery
    surgical medicine medical cardiology cardiothoracic neurology neurosurgery oncology
    hematology nephrology urology gastroenterology gynecology obstetrics dermatology
    endocrinology rheumatology pulmonology ophthalmology orthopedics orthopedic orthopaedics
    psychiatry psychology podiatry pathology radiology radiation pediatrics pediatric geriatrics
    infectious infection disease diseases disorder syndrome internal primary care social
    services work worker therapy therapist past review systems vital vitals signs sign left
    right bilateral chest heart lungs lung abdomen pelvis head neck neuro spine skin back breast
    liver kidney knee hip shoulder ankle denies denied states presents presented consultation
    consult consultant reason position condition conditions education information instructions
    agreement agreements tolerated understood well mother father mom dad brother
    husband partner friend infant newborn baby child boy girl man woman gentleman
    lady individual caucasian hispanic african american asian black white alive living deceased
    healthy dead died unknown unremarkable noncontributory positive negative severe mild
    moderate acute chronic stable possible probable recent new old other same available present
    absent pain fever cough rash headache weakness memory fall falling nausea vomiting shortness
    breath bleeding swelling diabetes hypertension cancer lupus autism dementia depression
    anxiety obesity arthritis epilepsy seizure seizures carcinoma tumor mass lesion fracture
    injury trauma wound ulcer pregnancy smoking alcohol tobacco drug drugs dose dosage tablet
    tablets aspirin insulin warfarin coumadin tylenol penicillin sulfa codeine morphine
    prednisone heparin lasix lipitor plavix ibuprofen follow followup patient patients physician
    physicians provider surgeon assistant anesthesiologist fellow practitioner unit
    room center hospital clinic home hospice police school poison control insurance once
    found reveals revealed indicated progressive episodic sensory occupational speech case
    management team group nursing pharmacy laboratory lab labs imaging blood count total
    pre post bone marrow image images views view lateral ultrasound monday tuesday wednesday
    thursday friday saturday sunday january february march april june july august september
    october november december tbd nkda nka copd cad chf cva dvt ekg ecg emg mri ct icu npo
    usual dependent pleasant under feeling noted discussed informed consent
    health hospitalist hospitalists prostate colon uncomplicated allergic language will long
    dictated recommended referred felt agreed performed evaluated examined prescribed started
    advised reviewed requested requests wants says told describes complains returns ent ortho
    psych uro visit visits aware supervisor manager orders level call controlled safety
    nutrition dietitian dietician vascular audiology dental dentistry transplant palliative
    endocrine renal cards heme onc interventional thoracic plastic plastics rehab physiatry
    toxicology hepatology immunology anesthesiology neonatology genetics guidelines literature
    attorney identification identity identifiers x-ray dietary uses takes lives smokes
    drinks works needs acct dos referring requesting ordering supervising covering
    tue tues wed weds thu thur thurs fri
""".split()
# Names that are words too: only with their capital are they names.
_BOTH = """
    small short young little large brown green gray grey stone field fields hand hands foot day
    days may hope grace joy faith rose bell park parks rivers river wood woods hill hills lake
    banks bank brooks brook cook baker fisher hunter carter walker mason miller taylor potter page
    king knight bishop pope price rich best good moody sharp strong bright wise love lane
    street marsh moss reed rice berry cherry mark bill rob pat jack sue drew art gene ray dale glen
    grant chance chase dean earl guy herb lance miles norm sandy skip wade ward
    summer autumn dawn eve violet ivy ruby iris daisy lily hazel olive ginger jasmine rosemary sage
    pearl crystal jade opal melody harmony angel penny robin candy brandy sherry coral holly dolly
    carol frank max gay swift wells welch burns burn cross ball bush camp church cooper core cotton
    crane crow cruise dollar drake dry duck dunk early east west north south english fair farmer
    fast fay fine finger fish flood flower flowers ford forest fox free french frost fry full gates
    glass gold golden goldman grave graves graham gram hall ham harder hardy hare hart hatch hay
    haze heath heard heel high hook horn house hunt ice iron irons judge key keys kind land law
    leach leak lemon light line link lock low mace major mann marks mast meadow means mercy merry
    mills mint morning muse nail noble nose oaks pack paine palm pan parish parker pass
    pepper pike pine pitt place plain plant poll pool poole pound powers pride prior pugh purse
    quick rains rest ring roach road roads root round rush salt sample seal sears self sell
    shelf ship shore silver singer skinner slaughter smart smith snow sparks speed spring star
    stark starks start steel stern storm story stout sweet swan tanner temple terry thin tower
    townsend tripp trout truth tuck turner valentine vance vine walls warm waters weaver webb weeks
    weir wheat wild winter winters wolf wolfe worth wright wren yates york doe public
""".split()
# Of signs, scales, operations and instruments, in notes far more often than of anybody.
_EPONYMS = """
    abd adson agatston ahmed allevyn allis apgar apley axis babinksi babinski bakri balfour
    ballard bankart barlow barrett barthel bartholin bell benadryl berman betadine billroth
    bishop blake bookwalter bosniak bouchard bovie bowen braden bruce brudzinski burch
    caldwell-luc carter-thomason charcot cheyne child-pugh chvostek cloquet cobb colles conners
    coombs cordis crohn crowe-davis cushing dakin dakins debakey denonvilliers denver dermabond
    contin dexon doppler doyle dupuytren duraseal edinburgh epley erich ethibond ewing faber
    fabere fallot ferriman-gallwey finkelstein fiorinal fleischner floseal foley fowler
    framingham gelfoam gerdy glasgow gleason glenn goldman goldmann gore-tex gram graves
    greenwood guillain hartmann hashimoto hawkins heberden hegar hemabate hemovac hodgkin
    hoffman hoffmann hohmann holter homan homans hoyer jackson-pratt jorgensen jp kager kaposi
    kayser-fleischer kegel keith kelly kerlix kernig kerrison killip kirschner kocher lachman
    lille lisfranc maddrey mallampati marfan mayfield mayo mcburney mcmurray meckel medtronic
    meniere mepilex mesangium metzenbaum midas mohs monocryl monro morse munro murphy mylanta
    myoview neer nissen norwalk norwood olympus ortolani osgood paget pap parkinson parson
    patrick patrick-faber penrose permcath phalen phalens prolene ranson raynaud reiter
    richardson rinne risser romberg rosenmuller roux salter santyl schatzki sigvaris sjogren
    spurling steri-strips stokes stryker surgi-bra surgicel swan-ganz synthes tanner tinel
    tinels tourette treitz trendelenburg valsalva vicryl virchow waddell wang weber wegener
    weil-felix weitlaner wells wernicke whipple wilms wolff xeroform yankauer yergason zimmer
""".split()
FUNCTION_WORDS = frozenset(_FUNCTION)
NO_NAMES = FUNCTION_WORDS | frozenset(_NOTED)
COMMON_WORDS = NO_NAMES | frozenset(_BOTH)
EPONYMS = frozenset(_EPONYMS)
CLINICAL = re.compile(
    r"\w+(?:itis|osis|oses|emias?|pathy|pathies|ectomy|algia|cillin|pril|olol|statin|sartan|mycin"
    r"|azole|epam|olam|sarcoma|noma|uria|pnea|plasty|scopy|otomy|cycline|parin|prazole|dipine"
    r"|plegia|rrhea|sclerosis|megaly|penia|thyroidism|gram|grams|lgesia|esthesia)",
    re.IGNORECASE,
)
"""Words of diseases, procedures and drugs by their ends, for where no vocabulary is installed."""
