"""Organisations, who works for whom, and what the public directory says of them."""

from partners.models.drafts import EntryDraft, EntryDraftMove
from partners.models.entries import DirectoryEntry, DirectoryEntryQuerySet, EntryContent, KnowHow
from partners.models.files import EntryFile
from partners.models.organisations import (
    Dated,
    Membership,
    Organisation,
    OrganisationName,
    of_own_organisation,
    own_organisation_ids,
    own_organisations,
    period,
    validate_siret,
)

__all__ = [
    "Dated",
    "DirectoryEntry",
    "DirectoryEntryQuerySet",
    "EntryContent",
    "EntryDraft",
    "EntryDraftMove",
    "EntryFile",
    "KnowHow",
    "Membership",
    "Organisation",
    "OrganisationName",
    "of_own_organisation",
    "own_organisation_ids",
    "own_organisations",
    "period",
    "validate_siret",
]
