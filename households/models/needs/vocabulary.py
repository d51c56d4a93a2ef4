"""The words and grids that staff edit: what a need may be, what an evaluation looks at, which share of resources a rent may take."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.text import slugify

from access.enums import Role
from access.visibility import ScopedQuerySet, Visibility, everything
from households.enums import NeedScale

LONGEST_CODE = 50


def free_code(model: type[models.Model], label: str) -> str:
    """A stable code made from ``label``, that no other row of ``model`` bears."""
    wanted = slugify(label)[: LONGEST_CODE - 4] or "mot"
    taken = set(model._default_manager.filter(code__startswith=wanted).values_list("code", flat=True))
    return next(code for code in (wanted, *(f"{wanted}-{number}" for number in range(2, 1000))) if code not in taken)


class VocabularyQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything, Role.SUPPORT_WORKER: everything})

    def offered(self) -> Any:
        """Words that may still be chosen; a retired one stays readable where it was."""
        return self.filter(is_retired=False)


class NeedTopicQuerySet(VocabularyQuerySet):
    def plain(self) -> "NeedTopicQuerySet":
        """Needs that whoever reads the support of a case may read."""
        return self.filter(is_sensitive=False)

    def sensitive(self) -> "NeedTopicQuerySet":
        """Needs of health, addiction, violence or justice: for the case's team."""
        return self.filter(is_sensitive=True)


class Word(models.Model):
    """A word of a vocabulary: ordered, retired rather than deleted."""

    code = models.SlugField("code", max_length=LONGEST_CODE, unique=True, editable=False)
    label = models.CharField("libellé", max_length=120)
    position = models.PositiveSmallIntegerField("rang", default=100, help_text="Les plus petits rangs viennent d'abord.")
    is_retired = models.BooleanField(
        "retiré", default=False, help_text="Un mot retiré n'est plus proposé ; il reste lisible là où il a déjà été choisi."
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with a code drawn from the label at the first time."""
        if not self.code:
            self.code = free_code(type(self), self.label)
        super().save(*args, **kwargs)


class NeedTopic(Word):
    """A need that a diagnosis may name, on one scale."""

    scale = models.CharField("échelle", max_length=12, choices=NeedScale)
    is_sensitive = models.BooleanField(
        "sensible",
        default=False,
        help_text="Santé, addiction, violences, justice : lu par l'équipe du dossier seulement, jamais dans une liste ni un fichier.",
    )

    objects = NeedTopicQuerySet.as_manager()

    class Meta:
        verbose_name = "besoin du vocabulaire"
        verbose_name_plural = "vocabulaire des besoins"
        ordering = ("scale", "position", "label")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scale", "label"], name="need_topic_unique", violation_error_message="Ce besoin existe déjà sur cette échelle."
            )
        ]


class Criterion(Word):
    """A line of the evaluation grid."""

    help_text = models.CharField("ce qu'on regarde", max_length=300, blank=True)

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        verbose_name = "critère d'évaluation"
        verbose_name_plural = "grille d'évaluation"
        ordering = ("position", "label")


class RentGuideline(models.Model):
    """The share of resources a rent may take, charges included: a hint beside the ceiling rent, never imposed. One row."""

    low_percent = models.PositiveSmallIntegerField("part basse (%)", default=30, validators=[MinValueValidator(1), MaxValueValidator(100)])
    high_percent = models.PositiveSmallIntegerField("part haute (%)", default=33, validators=[MinValueValidator(1), MaxValueValidator(100)])

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        verbose_name = "repère de loyer"
        verbose_name_plural = "repère de loyer"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(low_percent__gte=1) & Q(high_percent__gte=F("low_percent")) & Q(high_percent__lte=100),
                name="rent_guideline_shares",
                violation_error_message="La part haute n'est pas inférieure à la part basse, et ne dépasse pas 100 %.",
            )
        ]

    def __str__(self) -> str:
        return f"De {self.low_percent} à {self.high_percent} % des ressources"
