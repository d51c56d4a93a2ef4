"""Who may do what with directory entries. What a person does not see does not exist: scope is checked before, by ``visible_to``."""

from typing import Any

from access.enums import Role
from partners.enums import DRAFT_MOVES, GIE_ACTIONS, DraftAction, DraftStatus
from partners.models import EntryDraft

ENTRY_EDITORS = frozenset({Role.GIE_STAFF, Role.LANDLORD_REFERENT, Role.SUPPORT_WORKER, Role.PROFILE_EDITOR})
CONFIRMERS = ENTRY_EDITORS - {Role.GIE_STAFF}


def may_write_entries(user: Any) -> bool:
    """The GIE's staff, and the people of an organisation for its own entry: referents, support workers, profile editors."""
    return user.may_sign_in and user.role in ENTRY_EDITORS


def may_confirm(user: Any) -> bool:
    """Only somebody of the organisation can say that its entry is right."""
    return user.may_sign_in and user.role in CONFIRMERS


def may(user: Any, action: DraftAction, draft: EntryDraft) -> bool:
    """The state allows the action, and the person: reading over is the GIE's, writing is everyone's who sees the entry.

    The GIE's staff amend what is submitted rather than take it back. They give up a submitted version only when it is their own, or came from a
    file: what an organisation sent is returned with a message.
    """
    if (draft.status, action) not in DRAFT_MOVES or not may_write_entries(user):
        return False
    if action in GIE_ACTIONS:
        return user.role == Role.GIE_STAFF
    if action == DraftAction.DISCARD and draft.status == DraftStatus.SUBMITTED:
        return user.role == Role.GIE_STAFF and not (draft.submitted_by and draft.submitted_by.role in CONFIRMERS)
    return action != DraftAction.TAKE_BACK or user.role != Role.GIE_STAFF


def saving(draft: EntryDraft) -> DraftAction:
    """What saving this version is called: the GIE amends what is submitted, others save what is not."""
    return DraftAction.AMEND if draft.status == DraftStatus.SUBMITTED else DraftAction.SAVE
