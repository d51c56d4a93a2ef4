"""What the review of access tells of cases: how many, never which."""

from datetime import date

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from households.enums import Stage
from households.models import CaseMember


def named_cases(on: date) -> Coalesce:
    """Over accounts: the number of open cases whose team names the person."""
    named = CaseMember.objects.exclude(household__stage=Stage.CLOSED).filter(user=OuterRef("pk")).order_by().values("user")
    return Coalesce(Subquery(named.annotate(cases=Count("pk")).values("cases"), output_field=IntegerField()), 0)
