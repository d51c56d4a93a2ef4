"""Two versions of an entry, side by side."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from pages.places import Gazetteer
from partners.enums import Audience
from partners.models import KnowHow

ORDER: Final = (
    ("mission", "Mission"),
    ("services", "Ce que propose l'organisme"),
    ("know_hows", "Savoir-faire"),
    ("audiences", "Publics"),
    ("is_departmental", "Tout le département"),
    ("territories", "Intercommunalités"),
    ("area", "Précision sur le territoire"),
    ("address", "Adresse"),
    ("address_complement", "Complément d'adresse"),
    ("postcode", "Code postal"),
    ("town", "Commune"),
    ("insee_code", "Code INSEE"),
    ("latitude", "Latitude"),
    ("longitude", "Longitude"),
    ("phone", "Téléphone"),
    ("email", "Adresse électronique"),
    ("website", "Site"),
    ("opening_hours", "Horaires d'ouverture"),
    ("logo", "Logo ou photo"),
    ("documents", "Documents"),
)


@dataclass(frozen=True)
class Line:
    """One field in both versions, with the words taken off and added marked."""

    label: str
    before: SafeString
    after: SafeString
    is_changed: bool
    files: tuple[Any, Any] = (None, None)
    """The pictures of both versions, to show beside their words."""


def compare(before: dict[str, Any], after: dict[str, Any]) -> list[Line]:
    """The fields of two versions (as ``content_of`` gives them), those that changed first."""
    shown = _display()
    lines = []
    for name, label in ORDER:
        old, new = shown(name, before.get(name)), shown(name, after.get(name))
        is_changed = old != new or (name == "logo" and before.get(name) != after.get(name))
        marked = mark_words(old, new) if is_changed else (escape(old), escape(new))
        pictures = (before.get(name), after.get(name)) if name == "logo" else (None, None)
        lines.append(Line(label, *marked, is_changed, pictures))
    return sorted(lines, key=lambda line: not line.is_changed)


def mark_words(old: str, new: str) -> tuple[SafeString, SafeString]:
    """Both texts as HTML: what only the first holds in ``<del>``, what only the second holds in ``<ins>``."""
    before, after = re.findall(r"\S+\s*", old), re.findall(r"\S+\s*", new)
    left, right = [], []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        taken, put = "".join(before[a:b]), "".join(after[c:d])
        left.append(("", taken, "") if kind == "equal" else _marked("del", taken))
        right.append(("", put, "") if kind == "equal" else _marked("ins", put))
    return format_html_join("", "{}{}{}", left), format_html_join("", "{}{}{}", right)


def _marked(tag: str, text: str) -> tuple[SafeString, str, SafeString]:
    return (mark_safe(f"<{tag}>"), text, mark_safe(f"</{tag}>")) if text else (mark_safe(""), "", mark_safe(""))  # noqa: S308  two tags of ours; the text stays apart


def _display() -> Callable[[str, Any], str]:
    """How a value of each field reads."""
    names = dict(KnowHow.objects.values_list("code", "name"))
    epcis = Gazetteer().epcis

    def shown(name: str, value: Any) -> str:
        if name == "know_hows":
            return "\n".join(sorted(names.get(code, code) for code in value or []))
        if name == "audiences":
            return "\n".join(sorted(str(Audience(code).label) for code in value or []))
        if name == "territories":
            return "\n".join(sorted(epcis.get(siren, siren) for siren in value or []))
        if name == "documents":
            return "\n".join(document.title for document in value or [])
        if name == "logo":
            return f"{value.title} ({value.width} × {value.height} points)" if value else ""
        if isinstance(value, bool):
            return "Oui" if value else "Non"
        return str(value or "").replace("\r\n", "\n").strip()

    return shown
