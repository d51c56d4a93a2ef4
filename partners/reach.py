"""What the review of access tells of the organisations that an account works for."""

from datetime import date

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import F, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from partners.models import Membership


def organisations(on: date) -> Coalesce:
    """Over accounts: the organisations the person works for on that day, in a word or a few."""
    held = Membership.objects.in_force(on=on).filter(user=OuterRef("pk")).order_by().values("user")
    names = held.annotate(names=StringAgg("organisation__name", delimiter=", ", order_by=F("organisation__name").asc())).values("names")
    return Coalesce(Subquery(names, output_field=TextField()), Value(""), output_field=TextField())
