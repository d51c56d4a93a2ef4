"""Writes on homes, operations and conventions: one keyword-only function each."""

from catalogue.actions.conventions import amend_convention, attach_document, move_convention, renew_convention, withdraw_document
from catalogue.actions.production import abandon_operation, advance_operation, deliver_operation, open_operation, plan_steps
from catalogue.actions.stock import earmark, make_available, release_earmark

__all__ = [
    "abandon_operation",
    "advance_operation",
    "amend_convention",
    "attach_document",
    "deliver_operation",
    "earmark",
    "make_available",
    "move_convention",
    "open_operation",
    "plan_steps",
    "release_earmark",
    "renew_convention",
    "withdraw_document",
]
