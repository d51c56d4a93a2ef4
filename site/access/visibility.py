"""Who sees which records: one rule per model and role, failing closed.

A model declares its rules on its queryset; an upper room adds the rule that only it can know (a support worker sees the homes of the
cases followed) with ``register`` when the application starts.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from access.enums import Role

Rule = Callable[[Any, date], Q]
"""``rule(user, on)``: the condition a record must meet for this user to see it on that day."""

NOTHING = Q(pk__in=[])


def everything(user: Any, on: date) -> Q:
    """The role sees every record."""
    return Q()


class Visibility:
    """The rules of one model, by role."""

    def __init__(self, rules: dict[Role, Rule] | None = None) -> None:
        self._rules: dict[Role, Rule] = dict(rules or {})

    def register(self, role: Role, rule: Rule) -> None:
        """Add ``rule`` for ``role``. A role sees what any of its rules lets it see."""
        known = self._rules.get(role)
        if known is None:
            self._rules[role] = rule
        else:
            self._rules[role] = lambda user, on: known(user, on) | rule(user, on)

    def condition(self, user: Any, on: date) -> Q:
        """The condition for this user; one that nothing meets when the user is unknown, closed, gone or without a rule."""
        if isinstance(user, AnonymousUser) or not user.may_sign_in:
            return NOTHING
        rule = self._rules.get(user.role)
        return rule(user, on) if rule else NOTHING


class ScopedQuerySet(models.QuerySet[Any]):
    """A queryset that knows who may see its rows."""

    visibility: ClassVar[Visibility]

    def visible_to(self, user: Any, *, on: date | None = None) -> Self:
        """The rows ``user`` may see on day ``on`` (today unless told); none for an unknown role."""
        return self.filter(self.visibility.condition(user, on or timezone.localdate()))

    def choosable_by(self, user: Any) -> Self:
        """The rows ``user`` may pick in a form: those seen, unless the model says otherwise."""
        return self.visible_to(user)
