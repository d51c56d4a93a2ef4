"""Accounts, as the technical administrator keeps them. No case is seen from here."""

import secrets
from typing import ClassVar

from django import forms
from django.contrib.auth.password_validation import validate_password
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from access.backoffice.admin import ScopedModelAdmin
from access.backoffice.filters import boolean_filter, choice_filter
from access.backoffice.forms import ScopedModelForm
from access.enums import Role
from access.models import User

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


class AccountForm(ScopedModelForm):
    """An account and, when it is created or must be changed, its password."""

    new_password = forms.CharField(
        label="Nouveau mot de passe",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Laissez vide pour ne pas le changer. Sans mot de passe, la personne passe par « Mot de passe oublié ».",
    )

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password

    def save(self, commit: bool = True) -> User:
        if self.cleaned_data["new_password"]:
            self.instance.set_password(self.cleaned_data["new_password"])
        elif not self.instance.password:
            self.instance.set_password(secrets.token_urlsafe(32))
        return super().save(commit)


class AccountAdmin(ScopedModelAdmin):
    model = User
    menu_icon = "user"
    menu_order = 600
    base_url_path = "comptes"
    readers, creators, editors = ADMINISTRATORS, ADMINISTRATORS, ADMINISTRATORS
    form_class = AccountForm
    add_label = "Ajouter un compte"
    intro = "Les personnes qui se connectent, et leur rôle. Le GIE les rattache ensuite à leur organisation."
    list_display = ("record_link", "email", "role", "is_active", "last_login")
    list_filter = (choice_filter("role", "Rôle", Role), boolean_filter("is_active", "Actif"))
    search_fields = ("email", "last_name")
    ordering = ("last_name", "first_name")
    inspect_view_fields: ClassVar = ["email", "first_name", "last_name", "role", "is_active", "joined_at", "last_login"]
    panels: ClassVar = [
        MultiFieldPanel(
            [
                FieldPanel("email"),
                FieldRowPanel([FieldPanel("first_name"), FieldPanel("last_name")]),
                FieldRowPanel([FieldPanel("role"), FieldPanel("is_active")]),
                FieldPanel("new_password"),
            ],
            heading="Compte",
        )
    ]

    def record_name(self, instance: User) -> str:
        return instance.get_full_name()
