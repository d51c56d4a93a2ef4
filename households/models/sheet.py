"""What people write in the scheme sheet: its texts, and the opinions of the State's services."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from access.enums import Role
from access.visibility import ScopedQuerySet, Visibility, everything
from households.enums import OpinionLevel, Reproducibility, SheetPart, Verdict


class SheetQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything})


class SheetText(models.Model):
    """The text of one part of the scheme sheet."""

    part = models.CharField(
        "partie de la fiche", max_length=20, choices=SheetPart, unique=True, error_messages={"unique": "Cette partie est déjà écrite."}
    )
    text = models.TextField("texte", help_text="Il paraît tel quel sur la fiche du dispositif, à l'écran et dans le PDF. Sans nom de ménage.")

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = "texte de la fiche"
        verbose_name_plural = "textes de la fiche"
        ordering = ("part",)

    def __str__(self) -> str:
        return self.get_part_display()


class Opinion(models.Model):
    """The dated opinion of the département's service or of the region on the scheme. Source: the call for projects' own form."""

    level = models.CharField("donné par", max_length=12, choices=OpinionLevel)
    given_by = models.CharField("service", max_length=150, help_text="Par exemple : DDCSPP d'Ille-et-Vilaine.")
    given_on = models.DateField("le")
    relevance = models.TextField("pertinence au regard des objectifs", blank=True)
    reproducibility = models.CharField("caractère reproductible", max_length=8, choices=Reproducibility, blank=True)
    conditions = models.TextField("conditions jugées nécessaires", blank=True)
    verdict = models.CharField("avis global", max_length=12, choices=Verdict, blank=True)
    text = models.TextField("commentaire", blank=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ("-given_on", "-pk")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(level=OpinionLevel.DEPARTMENT, verdict="") | models.Q(level=OpinionLevel.REGION, reproducibility=""),
                name="opinion_of_its_level",
                violation_error_message="Le département juge le caractère reproductible, la région rend l'avis global.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}, {self.given_on:%d/%m/%Y}" if self.given_on else "nouvel avis"

    def clean(self) -> None:
        if self.level == OpinionLevel.DEPARTMENT:
            if self.verdict:
                raise ValidationError({"verdict": "L'avis global est celui de la région : laissez ce champ vide."})
            if not self.reproducibility:
                raise ValidationError({"reproducibility": "Indiquez si la démarche est reproductible : faible, moyen ou fort."})
        elif self.level == OpinionLevel.REGION:
            if self.reproducibility:
                raise ValidationError({"reproducibility": "Le caractère reproductible est jugé par le département : laissez ce champ vide."})
            if not self.verdict:
                raise ValidationError({"verdict": "Indiquez si l'avis est favorable ou défavorable."})
