"""What the review of access tells of cases: how many, never which."""

from datetime import date

from django.db.models import F, Func, IntegerField


def named_cases(on: date) -> Func:
    """Over accounts: the number of open cases whose team names the person. The database counts, for those who review access and see no case."""
    return Func(F("pk"), function="solive_named_cases", output_field=IntegerField())
