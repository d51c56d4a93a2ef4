"""The register of personal data: each field of each room's models, with its purpose, its legal basis, how long it is kept and who may see it.

Each room declares its own fields when the application starts; the record of processing (RGPD, article 30), the impact assessment (article 35),
the export of a person's data and the anonymisation all read the same list.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import models


@dataclass(frozen=True)
class Activity:
    """One processing: what for, on which legal basis, about whom, for how long."""

    code: str
    title: str
    purpose: str
    basis: str
    people: str
    retention: str
    recipients: str


@dataclass(frozen=True)
class Group:
    """Fields that share a need and readers: why they are held, and who may see them."""

    code: str
    label: str
    purpose: str
    readers: str


@dataclass(frozen=True)
class Held:
    """Fields of one group: those that stay as they are at the end, for statistics, and those that are erased."""

    group: Group
    kept: str = ""
    erased: str = ""


@dataclass(frozen=True)
class FieldFact:
    """One field, as the register tells it."""

    model: type[models.Model]
    name: str
    group: Group
    activity: Activity
    is_kept: bool

    @property
    def label(self) -> str:
        field: Any = self.model._meta.get_field(self.name)
        if field.generated or (field.name.endswith("_key") and not field.is_relation):
            return KEYS.get(field.name, "clé de recherche")
        if self.model._meta.auto_created:
            return str(field.related_model._meta.verbose_name)
        return str(field.verbose_name)

    @property
    def end(self) -> str:
        return "gardé sans lien avec une personne, pour les statistiques" if self.is_kept else "effacé"


@dataclass(frozen=True)
class Declaration:
    """What is declared of a model. ``deleted`` when its rows leave whole at the end."""

    model: type[models.Model]
    activity: Activity
    deleted: bool
    fields: tuple[FieldFact, ...]

    @property
    def title(self) -> str:
        label = str(self.model._meta.verbose_name)
        return label[:1].upper() + label[1:]

    def erased(self) -> list[str]:
        return [fact.name for fact in self.fields if not fact.is_kept]

    @property
    def end(self) -> str:
        return "Les lignes sont effacées en entier." if self.deleted else "Les lignes restent, sans les champs effacés."


KEYS: Final = {"opening_key": "envoi du formulaire"}
_declared: dict[type[models.Model], Declaration] = {}
TECHNICAL: Final = "id"


def declare(model: type[models.Model], activity: Activity, *held: Held, deleted: bool = False) -> None:
    """Add a model to the register. Field names are told by group, separated by spaces; when ``deleted``, no field is kept."""
    facts = [
        FieldFact(model, name, part.group, activity, is_kept and not deleted)
        for part in held
        for names, is_kept in ((part.kept, True), (part.erased, False))
        for name in names.split()
    ]
    _declared[model] = Declaration(model, activity, deleted, tuple(facts))


def declarations() -> list[Declaration]:
    return list(_declared.values())


def declaration(model: type[models.Model]) -> Declaration | None:
    return _declared.get(model)


def activities() -> list[tuple[Activity, list[Declaration]]]:
    """Each processing with what it holds, in the order of declaration."""
    found: dict[Activity, list[Declaration]] = {}
    for one in declarations():
        found.setdefault(one.activity, []).append(one)
    return list(found.items())


def groups(declared: Iterable[Declaration]) -> list[Group]:
    """The groups of data of these models, each once."""
    return list(dict.fromkeys(fact.group for one in declared for fact in one.fields))


def faults(followed: Iterable[type[models.Model]]) -> Iterator[str]:
    """What the register lacks, or says too much of, for these models: undeclared fields, fields told twice, fields that are no more."""
    for model in followed:
        declared = _declared.get(model)
        if declared is None:
            yield f"{model._meta.label} n'est pas déclaré au registre des données personnelles"
            continue
        names = [fact.name for fact in declared.fields]
        known = {field.name for field in _fields(model)}
        yield from (f"{model._meta.label}.{name} n'est pas déclaré" for name in sorted(known - {*names}))
        yield from (f"{model._meta.label}.{name} n'existe plus" for name in sorted({*names} - known))
        yield from (f"{model._meta.label}.{name} est déclaré deux fois" for name in sorted({name for name in names if names.count(name) > 1}))


def _fields(model: type[models.Model]) -> list[Any]:
    """Every field that holds a value, the number of the row aside."""
    return [field for field in model._meta.concrete_fields if field.name != TECHNICAL]
