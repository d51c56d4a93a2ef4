"""Every write on a case: one keyword-only function each, used alike by screens, commands and imports."""

from households.actions.assignments import note_officer, reassign_officer, reassign_referent
from households.actions.cases import close_case, name_on_case, open_household, remove_from_case, resume_case, search_again, stabilise, suspend_case
from households.actions.committee import (
    add_to_agenda,
    close_session,
    decide,
    fill_agenda,
    move_on_agenda,
    open_session,
    plan_session,
    record_committee_decision,
    remove_from_agenda,
)
from households.actions.concerns import answer_concern, raise_concern
from households.actions.consents import consent_effects, record_consent
from households.actions.housing import (
    answer_proposal,
    complete_allocation,
    end_occupancy,
    free_home,
    house_in_place,
    propose_unit,
    record_cal_decision,
    record_lease,
    record_slide,
    withdraw_proposal,
)
from households.actions.needs import (
    complete_diagnosis,
    latest_completed,
    record_evaluation,
    revise_diagnosis,
    save_diagnosis,
    set_sensitive_needs,
    start_diagnosis,
)
from households.actions.operations import mean_for, no_longer_mean_for
from households.actions.outreach import record_outreach
from households.actions.plans import copy_scenario
from households.actions.prescriptions import report_household
from households.actions.reports import attach_report, dismiss_report, open_case_from_report
from households.actions.support import (
    change_level,
    change_referent,
    end_measure,
    open_measure,
    prolong_measure,
    resume_measure,
    suspend_measure,
    transfer_measure,
)
from households.actions.twins import merge_households, tell_apart, undo_merge, what_forbids_undoing

__all__ = [
    "add_to_agenda",
    "answer_concern",
    "answer_proposal",
    "attach_report",
    "change_level",
    "change_referent",
    "close_case",
    "close_session",
    "complete_allocation",
    "complete_diagnosis",
    "consent_effects",
    "copy_scenario",
    "decide",
    "dismiss_report",
    "end_measure",
    "end_occupancy",
    "fill_agenda",
    "free_home",
    "house_in_place",
    "latest_completed",
    "mean_for",
    "merge_households",
    "move_on_agenda",
    "name_on_case",
    "no_longer_mean_for",
    "note_officer",
    "open_case_from_report",
    "open_household",
    "open_measure",
    "open_session",
    "plan_session",
    "prolong_measure",
    "propose_unit",
    "raise_concern",
    "reassign_officer",
    "reassign_referent",
    "record_cal_decision",
    "record_committee_decision",
    "record_consent",
    "record_evaluation",
    "record_lease",
    "record_outreach",
    "record_slide",
    "remove_from_agenda",
    "remove_from_case",
    "report_household",
    "resume_case",
    "resume_measure",
    "revise_diagnosis",
    "save_diagnosis",
    "search_again",
    "set_sensitive_needs",
    "stabilise",
    "start_diagnosis",
    "suspend_case",
    "suspend_measure",
    "tell_apart",
    "transfer_measure",
    "undo_merge",
    "what_forbids_undoing",
    "withdraw_proposal",
]
