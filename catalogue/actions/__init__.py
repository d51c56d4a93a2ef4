"""Writes on homes and operations: one keyword-only function each."""

from catalogue.actions.production import abandon_operation, advance_operation, deliver_operation, open_operation, plan_steps
from catalogue.actions.stock import earmark, make_available, release_earmark

__all__ = [
    "abandon_operation",
    "advance_operation",
    "deliver_operation",
    "earmark",
    "make_available",
    "open_operation",
    "plan_steps",
    "release_earmark",
]
