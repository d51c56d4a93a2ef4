"""The fresh proof of who is there, asked before what is sensitive in an account."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from access import held


def is_fresh(request: Any) -> bool:
    """Whether the person gave a password or a code lately."""
    return request.sign_in is not None and request.sign_in.is_fresh(at=timezone.now())


def ask_again(request: HttpRequest) -> HttpResponse:
    """Send to the page that asks for a proof, keeping what was sent."""
    if request.method == "POST":
        held.hold(request, request.user)  # type: ignore[arg-type]
        return redirect("access:confirm")
    return redirect(f"{reverse('access:confirm')}?{urlencode({'next': request.get_full_path()})}")


class FreshlyConfirmed:
    """A screen that asks for a fresh proof, once it is known that the person may use it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.check_action_permitted(request.user):  # type: ignore[attr-defined]
            raise Http404
        if not is_fresh(request):
            return ask_again(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
