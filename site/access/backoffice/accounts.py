"""Accounts, as the technical administrator keeps them. No case is seen from here."""

from typing import Any, ClassVar

from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from access import throttle
from access.actions import save_account
from access.backoffice import views
from access.backoffice.account_columns import AccountColumns
from access.backoffice.admin import ScopedModelAdmin
from access.backoffice.filters import boolean_filter, choice_filter
from access.enums import Role
from access.freshness import FreshlyConfirmed
from access.models import SignIn, User
from access.templatetags.french import day

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


class CreateAccount(FreshlyConfirmed, views.CreateView):
    """Creating an account asks for a fresh proof of who is there."""


class EditAccount(FreshlyConfirmed, views.EditView):
    """So does changing one."""


class AccountView(views.InspectView):
    """An account, and what the administrator may do to let its person in, or keep others out."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account: User = self.instance
        facts = {
            "account": account,
            "sign_ins": SignIn.objects.standing(user=account),
            "is_locked": throttle.is_locked(account),
            "is_own": account.pk == self.request.user.pk,
        }
        return super().get_context_data(**kwargs) | facts


class AccountAdmin(AccountColumns, ScopedModelAdmin):
    model = User
    menu_icon = "user"
    menu_order = 600
    base_url_path = "comptes"
    readers, creators, editors = ADMINISTRATORS, ADMINISTRATORS, ADMINISTRATORS
    create_view_class, edit_view_class, inspect_view_class = CreateAccount, EditAccount, AccountView
    add_label = "Ajouter un compte"
    intro = (
        "Les personnes qui se connectent, et leur rôle. Chacune reçoit un courriel pour choisir son mot de passe ; "
        "le GIE la rattache ensuite à son organisation."
    )
    list_display = ("record_link", "email", "role", "state", "factor", "seen")
    list_filter = (choice_filter("role", "Rôle", Role), boolean_filter("is_active", "Actif"))
    list_select_related = ("second_factor",)
    search_fields = ("search_key",)
    ordering = ("last_name", "first_name")
    inspect_view_fields: ClassVar = ["email", "first_name", "last_name", "role", "state", "leaving", "joined_at", "seen", "factor"]
    panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldPanel("email"),
                FieldRowPanel([FieldPanel("first_name"), FieldPanel("last_name")]),
                FieldPanel("role"),
                FieldRowPanel([FieldPanel("leaves_on"), FieldPanel("is_active")]),
            ],
            heading="Compte",
        )
    ]

    def record_name(self, instance: User) -> str:
        return instance.get_full_name()

    def save_form(self, form: Any, *, by: Any) -> User:
        return save_account(account=form.save(commit=False), by=by)

    def get_success_url(self, instance: Any) -> str:
        return self.get_record_url(instance)

    def leaving(self, account: User) -> str:
        return day(account.leaves_on) or "Pas de départ prévu"

    leaving.short_description = "Départ"
