"""The writes of the house: those that are the same in every room, and those on accounts."""

from access.actions.accounts import (
    choose_password,
    close_connections,
    close_leavers,
    invite,
    lift_lock,
    next_review_on,
    note_password_change,
    record_review,
    reset_second_factor,
    save_account,
)
from access.actions.records import Narrowing, record_export, save_record, trace, trace_person_export
from access.actions.second_factor import (
    RECOVERY_CODES,
    WRONG_CODE,
    confirm_enrolment,
    offer_enrolment,
    prove,
    remove_second_factor,
    renew_recovery_codes,
)

__all__ = [
    "RECOVERY_CODES",
    "WRONG_CODE",
    "Narrowing",
    "choose_password",
    "close_connections",
    "close_leavers",
    "confirm_enrolment",
    "invite",
    "lift_lock",
    "next_review_on",
    "note_password_change",
    "offer_enrolment",
    "prove",
    "record_export",
    "record_review",
    "remove_second_factor",
    "renew_recovery_codes",
    "reset_second_factor",
    "save_account",
    "save_record",
    "trace",
    "trace_person_export",
]
