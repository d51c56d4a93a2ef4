"""One directory entry told in words: codes become names, contacts become a card for an address book."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpResponse

from pages.places import Gazetteer
from partners.models import DirectoryEntry, EntryContent, EntryFile, KnowHow, Membership

FOLDED_AT: Final = 73
"""Characters in a line of a card before it is folded (RFC 6350, 3.2: 75 octets)."""


@dataclass(frozen=True)
class EntryWords:
    """What the codes of an entry say."""

    know_hows: list[str]
    territories: list[str]


def entry_words(content: EntryContent) -> EntryWords:
    """The names behind the codes of an entry or of a draft, in the order of the alphabet; unknown codes are left out."""
    names = dict(KnowHow.objects.filter(code__in=content.know_hows).values_list("code", "name")) if content.know_hows else {}
    epcis = Gazetteer().epcis if content.territories and not content.is_departmental else {}
    return EntryWords(list(names.values()), [name for siren, name in epcis.items() if siren in content.territories])


def entry_context(content: EntryContent, entry: DirectoryEntry, *, files: str, on: date) -> dict[str, Any]:
    """What the page of an entry shows, from its published content or from a version of it. ``files`` is where its files are served."""
    documents = list(content.documents.light())
    logo = EntryFile.objects.light().filter(pk=content.logo_id).first() if content.logo_id else None
    return {
        "entry": content,
        "said": entry_words(content),
        "former_names": entry.organisation.names.all(),
        "people": Membership.objects.shown(on=on).filter(organisation=entry.organisation).select_related("user"),
        "logo": logo,
        "documents": documents,
        "files": files,
    }


def vcard(entry: DirectoryEntry, *, address: str) -> str:
    """The entry as a vCard 4.0 (RFC 6350). ``address`` is the entry's public page."""
    organisation = entry.organisation
    street = ", ".join(part for part in (entry.address, entry.address_complement) if part)
    lines = ["BEGIN:VCARD", "VERSION:4.0", "KIND:org", f"FN:{_text(organisation.name)}", f"ORG:{_text(organisation.name)}"]
    if entry.phone:
        lines.append(f"TEL;VALUE=uri;TYPE=work:tel:{''.join(entry.phone.split())}")
    if entry.email:
        lines.append(f"EMAIL;TYPE=work:{_text(entry.email)}")
    if street or entry.town:
        lines.append(f"ADR;TYPE=work:;;{_text(street)};{_text(entry.town)};;{_text(entry.postcode)};France")
    if entry.website:
        lines.append(f"URL:{entry.website}")
    lines.append(f"SOURCE:{address}")
    note = ". ".join(part for part in (entry.mission.rstrip("."), entry.opening_hours and f"Horaires : {entry.opening_hours}") if part)
    lines += [f"NOTE:{_text(note)}", "END:VCARD"]
    return "".join(f"{_fold(line)}\r\n" for line in lines)


def _text(value: str) -> str:
    """A value with the characters that mean something in a card made plain (RFC 6350, 3.4)."""
    return "\\n".join(line.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;") for line in value.replace("\r", "").split("\n"))


def _fold(line: str) -> str:
    """A long line cut in pieces of at most 75 octets, each but the first led by a space; no character is cut in two."""
    pieces, piece = [], ""
    for char in line:
        if len((piece + char).encode()) > FOLDED_AT:
            pieces.append(piece)
            piece = ""
        piece += char
    return "\r\n ".join([*pieces, piece])


def file_answer(file: EntryFile) -> HttpResponse:
    """The bytes of a logo, shown; of a document, downloaded. Nothing in them may run."""
    answer = HttpResponse(bytes(file.content), content_type=file.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if file.media_type == "application/pdf":
        answer["Content-Disposition"] = f'attachment; filename="document-{file.pk}.pdf"'
    return answer
