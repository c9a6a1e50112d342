# SPDX-License-Identifier: AGPL-3.0-only
"""Fixed lists and limits of the staff's addon."""

#: What a person may be authorized for, under one capability.
ACTIVITIES = [
    ("verify", "Verify"),
    ("calibrate", "Calibrate"),
    ("test", "Test"),
    ("inspect", "Inspect"),
    ("author", "Draft Certificates"),
    ("check", "Check"),
    ("approve", "Approve"),
    ("sign", "Sign and Issue"),
    ("operate", "Operate Equipment"),
    ("opinion", "Give Opinions and Interpretations"),
    ("supervise", "Supervise"),
]

#: The activity by which a service is carried out.
EXECUTE_ACTIVITIES = {
    "verification": "verify",
    "calibration": "calibrate",
    "testing": "test",
    "inspection": "inspect",
}

#: Work in which the age limit holds: carrying out, checking and signing.
AGE_LIMITED = ("verify", "calibrate", "test", "inspect", "check", "approve", "sign")

#: Key posts: only for persons in the institution's own employment.
OWN_EMPLOYMENT = ("approve", "sign", "opinion", "supervise")

#: Signatories: engineer or above, or a registered metrologist.
SIGNATORY = ("approve", "sign")

#: The last full year of age in which somebody may verify or calibrate: until the day
#: before the 66th birthday.
MAX_AGE = 65

#: Fewest authorized persons a capability needs.
MIN_PERSONS = 2

#: Professional titles, rising.
TITLES = [
    ("none", "None"),
    ("technician", "Technician"),
    ("assistant", "Assistant Engineer"),
    ("engineer", "Engineer"),
    ("senior", "Senior Engineer"),
    ("professor", "Professor of Engineering"),
]

#: The titles a signatory or person in charge needs one of.
QUALIFIED_TITLES = ("engineer", "senior", "professor")

#: The types of role by which the institution's staffing is counted.
ROLE_CODES = (
    "management",
    "technical",
    "supervision",
    "verification",
    "calibration",
    "testing",
)

#: Carrying out a service needs the type of role of that service.
ROLE_OF_ACTIVITY = {
    "verify": "verification",
    "calibrate": "calibration",
    "test": "testing",
    "inspect": "testing",
}

#: What a person must be trained in before an authorization (the training's own fields).
TRAINING_SUBJECTS = ("technical", "legal", "practical")

#: A commitment of conduct is renewed every so many months.
COMMITMENT_MONTHS = 12
