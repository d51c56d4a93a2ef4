"""Every address of the site, read from the resolver and filled with the numbers of records: a new one joins by itself."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.urls.resolvers import RoutePattern

from access.views.accounts import DEEDS
from catalogue.enums import ConventionAction
from households.backoffice.case_actions import ACTIONS
from households.backoffice.privacy import ACTS
from tests.doors.words import FOREIGN

UNKNOWN: Final = "n-importe-quoi"
NUMBERED: Final = {"int", "record"}

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "households:action slug": (*sorted({action.slug for action in ACTIONS}), UNKNOWN),
    "committee:change slug": ("retirer", "monter", UNKNOWN),
    "privacy:act what": (*ACTS, UNKNOWN),
    "entries:act action": ("confirmer", "accord", "envoyer", "reprendre", "abandonner", UNKNOWN),
    "conventions:move action": (*ConventionAction.values, UNKNOWN),
    "access:act deed": (*DEEDS, UNKNOWN),
    "journal:subject kind": ("household", "report", UNKNOWN),
    "pilotage:report year": ("2015",),
    "public_api:partenaire slug": (f"operator-{FOREIGN}",),
    "access_invitation uidb64": ("NzMxMDAwMA",),
    "wagtailadmin_password_reset_confirm uidb64": ("NzMxMDAwMA",),
    "access_invitation token": ("set-password", UNKNOWN),
    "wagtailadmin_password_reset_confirm token": ("set-password", UNKNOWN),
    "media path": (f"image-{FOREIGN}.png",),
    "media folder": ("original_images",),
    "wagtailadmin_tag_model_autocomplete app_name": ("taggit",),
    "wagtailadmin_tag_model_autocomplete model_name": ("tag",),
    "wagtail_bulk_action app_label": ("wagtailcore", "access", "households"),
    "wagtail_bulk_action model_name": ("page", "user", "household"),
    "wagtail_bulk_action action": ("delete", "publish"),
    "wagtailsettings:edit app_name": ("pages",),
    "wagtailsettings:edit model_name": ("site",),
    "wagtailsettings:preview_on_edit app_name": ("pages",),
    "wagtailsettings:preview_on_edit model_name": ("site",),
    "wagtailadmin_pages:revisions_compare revision_id_a": ("live",),
    "wagtailadmin_pages:revisions_compare revision_id_b": ("latest",),
    "wagtailadmin_workflows:add_task app_label": ("wagtailcore",),
    "wagtailadmin_workflows:add_task model_name": ("groupapprovaltask",),
    "wagtailadmin_editing_sessions:ping app_label": ("wagtailcore", "households"),
    "wagtailadmin_editing_sessions:ping model_name": ("page", "household"),
    "wagtailimages:preview filter_spec": ("max-165x165",),
    "content_type_app_name": ("pages",),
    "content_type_model_name": ("contentpage",),
    "wagtailadmin_pages:choose_parent app_label": ("pages",),
    "wagtailadmin_pages:choose_parent model_name": ("contentpage",),
    "wagtailadmin_api:pages action action_name": ("delete",),
    "action_name": ("approve",),
    "wagtail_serve 0": ("", "annuaire/", f"page-{FOREIGN}/"),
    "wagtaildocs_serve 1": (f"document-{FOREIGN}.pdf",),
}
"""What the words of an address may be, by its name and the word's, or by the word's alone. Numbers need no line here."""

RECORDS: Final = {"instance_pk", "pk", "object_id", "wagtaildocs_serve 0"}
"""Words that are the numbers of records."""

PIECE = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")
GROUP = re.compile(r"\((?:\?P<(?P<name>\w+)>)?(?P<inside>(?:[^()]|\([^()]*\))*)\)")


class Unfilled(Exception):
    """An address asks for a word that WORDS does not know."""


@dataclass(frozen=True)
class Part:
    """Something to fill in an address: a record's number, unless it is one of the ``words``."""

    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Door:
    """One address of the site, as ``template`` with its ``parts`` to fill; ``name`` is what the code calls it."""

    name: str
    template: str
    parts: tuple[Part, ...]
    pattern: URLPattern

    @property
    def numbers(self) -> int:
        """How many records it names."""
        return sum(not part.words for part in self.parts)

    def addresses(self, *records: int) -> Iterator[str]:
        """The addresses that name these records, in their order, with each of its words."""
        left = iter(records)
        choices = [part.words or (str(next(left)),) for part in self.parts]
        longest = max(map(len, choices), default=0)
        words = itertools.product(*choices) if sum(len(choice) > 1 for choice in choices) < 2 else self._together(choices, longest)
        for chosen in words:
            yield self.template.format(*chosen)

    def _together(self, choices: list[tuple[str, ...]], longest: int) -> Iterator[tuple[str, ...]]:
        for rank in range(longest):
            yield tuple(choice[min(rank, len(choice) - 1)] for choice in choices)

    def is_reached(self, address: str) -> bool:
        """Whether the address leads here; another one that comes before may take it."""
        try:
            return resolve(address).func is self.pattern.callback
        except Resolver404:
            return False


def doors(resolver: URLResolver | None = None) -> list[Door]:
    """Every door of the site, or of a ``resolver``, in order. Raises Unfilled for an address with a word that nobody said how to fill."""
    return [*_walk(resolver or get_resolver(), "/", (), ())]


def _walk(resolver: Any, before: str, parts: tuple[Part, ...], spaces: tuple[str, ...]) -> Iterator[Door]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            name = ":".join((*spaces, entry.name or "")) if entry.name else f"{before}{entry.pattern}".strip("/^").partition("/")[0]
            template, found = _filled(entry.pattern, name, before, parts)
            yield Door(name, template, found, entry)
        else:
            deeper = (*spaces, entry.namespace) if entry.namespace else spaces
            template, found = _filled(entry.pattern, "", before, parts)
            yield from _walk(entry, template, found, deeper)


def _filled(pattern: Any, name: str, before: str, parts: tuple[Part, ...]) -> tuple[str, tuple[Part, ...]]:
    found = [*parts]

    def take(match: re.Match[str]) -> str:
        word = match["name"] or str(len(found))
        is_number = match.groupdict().get("converter") == "int" or match.groupdict().get("inside") == r"\d+"
        known = WORDS.get(f"{name} {word}") or WORDS.get(word)
        if known is None and not is_number and not {word, f"{name} {word}"} & RECORDS:
            raise Unfilled(f"« {before}{pattern} » ({name}): say in tests/doors/addresses.py what « {word} » may be")
        found.append(Part(word, known or ()))
        return f"{{{len(found) - 1}}}"

    route = str(pattern)
    if isinstance(pattern, RoutePattern):
        return before + PIECE.sub(take, route), tuple(found)
    plain = GROUP.sub(take, route.lstrip("^").rstrip("$")).replace(r"\.", ".").replace(".*", UNKNOWN)
    return before + plain, tuple(found)
