"""The form of the sign-in page."""

from django import forms
from wagtail.admin.forms.auth import LoginForm


class SignInForm(LoginForm):
    """The framework's form, with its fields named in French and known to password managers."""

    password = forms.CharField(label="Mot de passe", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))

    def __init__(self, request: object = None, *args: object, **kwargs: object) -> None:
        super().__init__(request, *args, **kwargs)
        attributes = self.fields["username"].widget.attrs
        attributes.pop("placeholder", None)
        attributes.update(autocomplete="username", inputmode="email", autocapitalize="none")
