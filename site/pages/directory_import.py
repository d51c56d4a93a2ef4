"""Taking the département's directory in: each row that differs becomes a version that the GIE reads over. Nothing published changes."""

import re
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from access.exchange.limits import Limits
from pages.directory_file import Line, Reading, read_directory
from partners.actions import open_entry, propose_from_file
from partners.enums import OrganisationKind
from partners.models import DirectoryEntry, Organisation

LONGEST_SLUG: Final = 50
NEW_KINDS: Final = tuple(
    kind for kind in OrganisationKind if kind not in (OrganisationKind.GIE, OrganisationKind.LANDLORD, OrganisationKind.OPERATOR)
)
"""What an organisation that a file brings may be: a landlord or an operator takes part in cases, and is opened by hand."""


class NothingWritten(Exception):
    """The file proposes nothing as things stand; the message says why, in French. ``reading`` is what it would propose now."""

    def __init__(self, message: str, reading: Reading) -> None:
        super().__init__(message)
        self.reading = reading


@transaction.atomic
def propose_file(*, content: bytes, fingerprint: str | None, kind: OrganisationKind, skip_errors: bool, limits: Limits, by: Any) -> Reading:
    """Propose what ``content`` changes, all of it or nothing; return what was proposed.

    ``fingerprint`` is the one that was shown, None when nothing was. ``kind`` is the nature of the organisations that are new. Raises
    FileRefused, PermissionDenied, and NothingWritten when rows are in error and ``skip_errors`` is not set, or when it is no longer what was shown.
    """
    list(DirectoryEntry.objects.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    reading = read_directory(content, limits=limits)
    if fingerprint not in (None, reading.fingerprint):
        raise NothingWritten("L'annuaire a changé depuis cet aperçu : rien n'est proposé. Voici le nouvel aperçu.", reading)
    if reading.errors and not skip_errors:
        raise NothingWritten("Rien n'est proposé : corrigez les lignes en erreur, ou choisissez de les laisser de côté.", reading)
    for line in reading.lines:
        try:
            _propose(line, kind, by)
        except ValidationError as refusal:
            raise NothingWritten(f"Rien n'est proposé. Ligne {line.number} : {' '.join(refusal.messages)}", reading) from refusal
    return reading


def _propose(line: Line, kind: OrganisationKind, by: Any) -> None:
    entry = line.entry or open_entry(
        organisation=line.organisation, name=line.name, short_name=line.short_name, kind=kind, slug=free_slug(line), by=by
    )
    external_id = "" if line.reference == entry.slug else line.external_id
    propose_from_file(entry=entry, values=line.values, external_id=external_id, by=by)


def free_slug(line: Line) -> str:
    """An address for a new entry: the row's own identifier when it reads as one, else its name, with a number when it is taken."""
    own = line.reference if re.fullmatch(r"[a-z][a-z0-9-]*", line.reference) else ""
    base = (own or slugify(line.short_name or line.name) or "organisme")[: LONGEST_SLUG - 4].strip("-")
    slug, number = base, 2
    while DirectoryEntry.objects.filter(slug=slug).exists() or (line.organisation is None and Organisation.objects.filter(code=slug).exists()):
        slug, number = f"{base}-{number}", number + 1
    return slug
