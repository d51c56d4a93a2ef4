"""Evaluations due."""

from typing import Any, ClassVar

from django.db.models import DateField, F, Func, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Greatest

from access.resources import Column, TableResource
from catalogue.enums import MeasureCode
from households.enums import EvaluationResult, Stage
from households.models import Evaluation, SupportMeasure
from households.resources.columns import SUPPORT_READERS, identity, masked_when_confidential


def days_late(resource: TableResource) -> Any:
    """Whole days since the evaluation was due; 0 while it is not late."""
    late = Func(
        Cast(Value(resource.on), DateField()), F("evaluation_due_on"), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField()
    )
    return Greatest(late, Value(0))


def operator(resource: TableResource) -> Subquery:
    running = SupportMeasure.objects.running(on=resource.on).filter(household=OuterRef("pk"), kind__code=MeasureCode.SUPPORT)
    return Subquery(running.values("convention__partner__name")[:1])


def last_result(resource: TableResource) -> Subquery:
    evaluated = Evaluation.objects.filter(household=OuterRef("pk"), evaluated_on__lte=resource.on).order_by("-evaluated_on", "-pk")
    return Subquery(evaluated.values("result")[:1])


class EvaluationDueResource(TableResource):
    code = "evaluations-a-faire"
    title = "Évaluations à faire"
    file_name = "evaluations_a_faire"
    columns: ClassVar = (
        Column("ménage", "reference"),
        *identity("pk"),
        Column("étape", "stage", Stage),
        Column("commune", masked_when_confidential(F("commune__name"), household="")),
        Column("opérateur", operator, readers=SUPPORT_READERS),
        Column("accompagné depuis le", "supported_since"),
        Column("dernière évaluation le", "last_evaluated_on"),
        Column("dernier résultat", last_result, EvaluationResult, readers=SUPPORT_READERS),
        Column("à évaluer avant le", "evaluation_due_on"),
        Column("jours de retard", days_late),
    )
