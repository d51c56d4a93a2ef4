"""The review of access: who may see what, since when nobody used it, and what protects it."""

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Case, CharField, Q, Value, When
from django.utils import timezone
from django.utils.html import format_html

from access.actions import next_review_on
from access.backoffice.account_columns import AccountColumns, tag
from access.backoffice.admin import HeaderButton, ScopedModelAdmin
from access.backoffice.filters import SelectFilter, choice_filter, upper_first
from access.enums import Role
from access.models import AWAITS_PASSWORD, SENSITIVE_ROLES, AccessReview, ReviewedAccount
from access.reach import REACHES, WORDS, Reach, with_reach
from access.resources import Column, TableResource
from access.templatetags.french import day

REVIEWERS = frozenset({Role.DPO, Role.ADMINISTRATOR})
SOON_DAYS = 30
NEVER = "jamais"
STATES = {"ouvert": "Ouvert", "invite": "Invité, sans mot de passe", "depart": "Départ prévu", "ferme": "Fermé"}


class StateFilter(SelectFilter):
    """Keeps the accounts open, waiting for their person, soon to close, or closed."""

    title = "État"
    parameter_name = "etat"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return list(STATES.items())

    def queryset(self, request: Any, queryset: Any) -> Any:
        opened = queryset.open()
        kept = {
            "ouvert": lambda: opened,
            "invite": lambda: opened.awaiting_password(),
            "depart": lambda: opened.filter(leaves_on__isnull=False),
            "ferme": lambda: queryset.exclude(pk__in=opened.values("pk")),
        }
        chosen = self.value()
        return kept[chosen]() if chosen else queryset


class FactorFilter(SelectFilter):
    """Keeps the accounts by their second factor."""

    title = "Double authentification"
    parameter_name = "double"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("oui", "Activée"), ("sensible", "Absente d'un compte sensible"), ("non", "Absente")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if not self.value():
            return queryset
        has_one = Q(second_factor__confirmed_at__isnull=False)
        if self.value() == "oui":
            return queryset.filter(has_one)
        without = queryset.exclude(has_one)
        return without.filter(role__in=SENSITIVE_ROLES) if self.value() == "sensible" else without


class IdleFilter(SelectFilter):
    """Keeps the accounts that nobody used for a while."""

    title = "Inutilisé"
    parameter_name = "inutilise"
    days: ClassVar = (30, 90, 180, 365)

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [*((str(days), f"Depuis {days} jours") for days in self.days), (NEVER, "Jamais utilisé")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        chosen = self.value()
        if not chosen:
            return queryset
        if chosen == NEVER:
            return queryset.filter(last_seen_on__isnull=True, last_login__isnull=True)
        return queryset.idle_for(int(chosen), on=timezone.localdate())


def _state_words(resource: TableResource) -> Case:
    gone = Q(is_active=False) | Q(leaves_on__lte=resource.on)
    return Case(
        When(gone, then=Value("fermé")),
        When(AWAITS_PASSWORD, then=Value("invité, sans mot de passe")),
        default=Value("ouvert"),
        output_field=CharField(),
    )


def _factor_words(resource: TableResource) -> Case:
    return Case(When(second_factor__confirmed_at__isnull=False, then=Value("activée")), default=Value("absente"), output_field=CharField())


def _reach_words(resource: TableResource) -> Case:
    return Case(*(When(role=role, then=Value(words)) for role, words in WORDS.items()), default=Value(""), output_field=CharField())


class ReviewResource(TableResource):
    """The review as a file. What upper rooms count comes after what every account has."""

    code = "acces"
    title = "Revue des accès"
    file_name = "revue_des_acces"

    def __init__(self, **kwargs: Any) -> None:
        self.columns = (
            Column("Nom", "last_name"),
            Column("Prénom", "first_name"),
            Column("Adresse électronique", "email"),
            Column("Rôle", "role", Role),
            Column("Ce que le compte ouvre", _reach_words),
            *(Column(reach.heading, reach.name) for reach in REACHES),
            Column("État", _state_words),
            Column("Créé le", "joined_at"),
            Column("Vu pour la dernière fois le", "last_seen_on"),
            Column("Double authentification", _factor_words),
            Column("Départ le", "leaves_on"),
        )
        super().__init__(**kwargs)


class ReviewAdmin(AccountColumns, ScopedModelAdmin):
    model = ReviewedAccount
    menu_label = "Revue des accès"
    menu_icon = "key"
    menu_order = 605
    base_url_path = "revue-des-acces"
    readers = exporters = REVIEWERS
    history_view_enabled = False
    resource_class = ReviewResource
    header_buttons = (HeaderButton("Noter la revue", "access:review", REVIEWERS),)
    empty_message = "Aucun compte."
    list_filter = (choice_filter("role", "Rôle", Role), StateFilter, FactorFilter, IdleFilter)
    list_select_related = ("second_factor",)
    search_fields = ("search_key",)
    ordering = ("last_name", "first_name", "pk")

    @property
    def intro(self) -> str:
        """When the review was last done, and when it is due."""
        latest = AccessReview.objects.select_related("reviewed_by").first()
        due = next_review_on(latest)
        if latest is None or due is None:
            return "Qui peut voir quoi. Aucune revue n'a encore été notée : relisez la liste, faites fermer ce qui doit l'être, puis notez la revue."
        done = day(timezone.localtime(latest.reviewed_at).date())
        late = "attendue depuis le" if due < timezone.localdate() else "attendue pour le"
        return f"Qui peut voir quoi. Dernière revue le {done}, par {latest.reviewed_by.get_full_name()} ; la prochaine est {late} {day(due)}."

    def __init__(self, parent: Any = None) -> None:
        """Columns are known once every room has said what it counts: by then the application has started."""
        reached = [reach.name for reach in REACHES]
        self.list_display = ["record_link", "role_words", *reached, "state", "used", "factor", "leaving"]
        self.inspect_view_fields = ["email", "role_words", "reach_words", *reached, "state", "joined_at", "used", "factor", "leaving"]
        for reach in REACHES:
            setattr(self, reach.name, _counted(reach))
        super().__init__(parent)

    def scope(self, queryset: Any, user: Any) -> Any:
        return with_reach(super().scope(queryset, user), on=timezone.localdate())

    def record_name(self, instance: ReviewedAccount) -> str:
        return instance.get_full_name()

    def role_words(self, account: ReviewedAccount) -> str:
        return upper_first(account.get_role_display())

    role_words.short_description = "Rôle"
    role_words.admin_order_field = "role"

    def reach_words(self, account: ReviewedAccount) -> str:
        return WORDS.get(Role(account.role), "")

    reach_words.short_description = "Ce que le compte ouvre"

    def used(self, account: ReviewedAccount) -> str:
        if account.last_seen_on is None:
            return "Jamais"
        if account.last_seen_on <= timezone.localdate() - timedelta(days=settings.ACCESS_IDLE_DAYS):
            return format_html("{} {}", day(account.last_seen_on), tag("Inutilisé", "late"))
        return day(account.last_seen_on)

    used.short_description = "Vu le"
    used.admin_order_field = "last_seen_on"

    def leaving(self, account: ReviewedAccount) -> str:
        if account.leaves_on is None:
            return self.empty_value_display
        soon = account.may_sign_in and account.leaves_on <= timezone.localdate() + timedelta(days=SOON_DAYS)
        return format_html("{} {}", day(account.leaves_on), tag("Bientôt", "late")) if soon else day(account.leaves_on)

    leaving.short_description = "Départ"
    leaving.admin_order_field = "leaves_on"


def _counted(reach: Reach) -> Any:
    """The column of what an upper room counts."""

    def value(account: Any) -> Any:
        return getattr(account, reach.name) or ScopedModelAdmin.empty_value_display

    value.short_description = reach.heading
    return value
