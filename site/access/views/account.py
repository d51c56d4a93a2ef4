"""The framework's own account page, with a limit to how often the present password may be guessed there."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from wagtail.admin.forms.account import AvatarPreferencesForm
from wagtail.admin.views.account import AccountView

from access.actions import close_connections, note_password_change
from access.enums import Guess
from access.pictures import redrawn
from access.signin import too_many
from access.throttle import turn

NEW, OLD = "password-new_password1", "password-old_password"


class PictureForm(AvatarPreferencesForm):
    """The picture of a person, drawn again before it is kept."""

    def clean_avatar(self) -> Any:
        picture = super().clean_avatar()
        return redrawn(picture) if picture and "avatar" in self.changed_data else picture


class OwnAccountView(AccountView):
    """Name, picture, colours and password of the person signed in."""

    def get_panels(self) -> list[Any]:
        panels = super().get_panels()
        for panel in panels:
            if panel.name == "avatar":
                panel.form_class = PictureForm
        return panels

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.POST.get(NEW):
            return super().post(request, *args, **kwargs)
        before = request.user.password
        with turn(Guess.PASSWORD, request.user.email, request) as one:
            wait = one.wait()
            if not wait:
                one.succeed() if request.user.check_password(request.POST.get(OLD, "")) else one.fail()
        if wait:
            messages.error(request, too_many(wait).message)
            return redirect("wagtailadmin_account")
        answer = super().post(request, *args, **kwargs)
        if request.user.password != before:
            close_connections(account=request.user, by=request.user, except_for=request.sign_in.pk)
            note_password_change(user=request.user)
        return answer
