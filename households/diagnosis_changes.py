"""What a revised diagnosis says that the one before did not, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalogue.enums import BuildingType, Typology
from households.enums import NeedLevel, NeedScale
from households.models import Diagnosis
from households.templatetags.money import euros

YES_OR_NO = (
    ("needs_accessible", "Accessible PMR"),
    ("needs_ground_floor", "Rez-de-chaussée ou ascenseur"),
    ("needs_outdoor_space", "Espace extérieur"),
    ("has_animals", "Animaux"),
)


@dataclass(frozen=True)
class Change:
    """One difference: what it is about, and the two values; an empty one was added or removed."""

    label: str
    before: str = ""
    after: str = ""

    @property
    def words(self) -> str:
        """« ajouté : T4 », « retiré : jardin », « léger, puis renforcé »."""
        if not self.before:
            return f"ajouté : {self.after}"
        if not self.after:
            return f"retiré : {self.before}"
        return f"{self.before}, puis {self.after}"


def changes(before: Diagnosis, after: Diagnosis) -> list[Change]:
    """The differences from ``before`` to ``after``, in the order of the form; none when the revision confirms all."""
    found = [_compared("Établi par", str(before.operator), str(after.operator)), _compared("Typologie", typologies(before), typologies(after))]
    found.append(_compared("Type de construction", building(before), building(after)))
    for name, label in YES_OR_NO:
        found.append(_compared(label, "oui" if getattr(before, name) else "", "oui" if getattr(after, name) else ""))
    found += _sets("Territoires souhaités", (epci.name for epci in before.epcis.all()), (epci.name for epci in after.epcis.all()))
    found += _sets("Communes souhaitées", (place.name for place in before.communes.all()), (place.name for place in after.communes.all()))
    found += _sets("Services à proximité", (item.name for item in before.nearby_services.all()), (item.name for item in after.nearby_services.all()))
    found.append(_compared("Loyer plafond", rent(before), rent(after)))
    found.append(_compared("Besoin d'accompagnement", NeedLevel(before.support_level).label, NeedLevel(after.support_level).label))
    found.append(_compared("Besoin de gestion locative adaptée", NeedLevel(before.management_level).label, NeedLevel(after.management_level).label))
    for scale in NeedScale:
        label = f"Besoins, {scale.label}"
        found += _sets(label, *([topic.label for topic in item.needs.all() if topic.scale == scale] for item in (before, after)))
    return [change for change in found if change is not None]


def typologies(diagnosis: Diagnosis) -> str:
    """« T3 à T4 », « T3 », « à partir de T3 », « jusqu'à T4 » or nothing."""
    low = Typology(diagnosis.smallest).label if diagnosis.smallest else ""
    high = Typology(diagnosis.largest).label if diagnosis.largest else ""
    if low and high:
        return str(low) if low == high else f"{low} à {high}"
    return f"à partir de {low}" if low else f"jusqu'à {high}" if high else ""


def building(diagnosis: Diagnosis) -> str:
    return str(BuildingType(diagnosis.building_type).label) if diagnosis.building_type else ""


def rent(diagnosis: Diagnosis) -> str:
    return "" if diagnosis.ceiling_rent is None else euros(diagnosis.ceiling_rent)


def _compared(label: str, before: str, after: str) -> Change | None:
    return None if before == after else Change(label, before, after)


def _sets(label: str, before: Iterable[str], after: Iterable[str]) -> list[Change | None]:
    """What came and what went, each as one change."""
    old, new = list(before), list(after)
    came, went = [item for item in new if item not in old], [item for item in old if item not in new]
    added = [Change(label, after=", ".join(came))] if came else []
    removed = [Change(label, before=", ".join(went))] if went else []
    return [*added, *removed]
