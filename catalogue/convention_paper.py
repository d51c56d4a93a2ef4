"""A convention as a document: the text of its kind of partner, or its own, filled with what was agreed; as a tagged PDF."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from access import documents
from access.templatetags.french import day
from catalogue.convention_words import ARTICLE, BRACES
from catalogue.enums import ConventionPartner
from catalogue.models import Convention, ConventionText, Tariff
from catalogue.templatetags.percent import amount
from partners.enums import OrganisationKind

TEMPLATE: Final = "catalogue/convention.typ"


def kind_of(convention: Convention) -> ConventionPartner:
    """Which text the convention is made of."""
    return ConventionPartner.LANDLORD if convention.partner.kind == OrganisationKind.LANDLORD else ConventionPartner.OPERATOR


def body_of(convention: Convention) -> str:
    """The text as it stands: as signed, else its own or that of its kind of partner, filled in. Empty when there is none."""
    return convention.signed_text or filled(convention)


def filled(convention: Convention) -> str:
    """The convention's own text, else that of its kind of partner, with each word between braces replaced."""
    text = convention.text or ConventionText.objects.filter(partner_kind=kind_of(convention)).values_list("body", flat=True).first() or ""
    values = _values(convention)
    return BRACES.sub(lambda found: values.get(found[1].strip(), found[0]), text)


def pdf(convention: Convention) -> bytes:
    """The convention and its amendments as a tagged PDF. Raises ``access.documents.DocumentFailed``."""
    return documents.render(TEMPLATE, as_data(convention))


def as_data(convention: Convention) -> dict[str, Any]:
    """The document as plain text: its title, its paragraphs and headings, its amendments."""
    blocks = [{"title": bool(ARTICLE.match(line)), "text": line} for line in (part.strip() for part in body_of(convention).splitlines()) if line]
    return {
        "title": f"Convention {convention.number}",
        "subtitle": " · ".join(["GIE Solive", convention.partner.name, *(landlord.name for landlord in convention.landlords.order_by("name"))]),
        "status": f"Signée le {day(convention.signed_on)}" if convention.signed_on else f"Projet, {convention.get_status_display()}",
        "blocks": blocks,
        "amendments": [_amendment(item) for item in convention.amendments.select_related("territory").prefetch_related("tariffs__kind")],
        "is_signed": convention.signed_on is not None,
    }


def _values(convention: Convention) -> Mapping[str, str]:
    kinds = list(convention.measure_kinds.all())
    own = {tariff.kind_id: tariff for tariff in Tariff.objects.filter(convention=convention, amendment=None).order_by("-starts_on")}
    scheme = {tariff.kind_id: tariff for tariff in Tariff.objects.in_force(on=convention.starts_on).filter(convention=None)}
    prices = []
    for kind in kinds:
        tariff = own.get(kind.pk) or scheme.get(kind.pk)
        price = f"{amount(tariff.amount)} {kind.get_periodicity_display()}, {kind.get_base_display()}" if tariff else "à fixer"
        prices.append(f"– {kind.name} : {price}")
    return {
        "numéro": convention.number,
        "partenaire": convention.partner.name,
        "bailleurs": ", ".join(landlord.name for landlord in convention.landlords.order_by("name")) or "aucun",
        "objet": convention.purpose,
        "accord-cadre": convention.framework or "aucun",
        "territoire": convention.territory.name if convention.territory else "Ille-et-Vilaine",
        "capacité": "sans limite" if convention.capacity is None else str(convention.capacity),
        "mesures": ", ".join(kind.name.lower() for kind in kinds),
        "tarifs": "\n".join(prices),
        "début": _day(convention.starts_on),
        "fin": _day(convention.ends_on),
    }


def _day(value: date) -> str:
    return day(value)


def _amendment(item: Any) -> dict[str, str]:
    changes = []
    if item.capacity is not None:
        changes.append(f"capacité : {item.capacity}")
    if item.territory:
        changes.append(f"territoire : {item.territory}")
    if item.ends_on:
        changes.append(f"fin : {day(item.ends_on)} au lieu du {day(item.former_ends_on)}")
    changes += [f"{tariff.kind} : {amount(tariff.amount)}" for tariff in item.tariffs.all()]
    return {
        "title": f"Avenant {item.number}, signé le {day(item.signed_on)}",
        "text": f"{item.purpose}. À partir du {day(item.starts_on)} : {' ; '.join(changes)}.",
    }
