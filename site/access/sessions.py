"""Connections: each is a row that its session names; without it, past its time or without the second factor, the session opens nothing.

Comes right after the authentication middleware: whatever follows sees a visitor where the connection ended.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from access import held
from access.enums import Ending
from access.models import SignIn, User, password_mark
from access.signin import SIGN_IN, await_second_factor

ENDED: Final = "access_ended"
SEEN_EVERY: Final = timedelta(minutes=1)
"""How finely the last click is known: one write a minute at most."""
UNATTENDED: Final = "editing-sessions/"
"""What an open page asks by itself, that is no sign of anybody being there."""

WORDS: Final = {
    Ending.IDLE: "Vous étiez absent depuis un moment : par prudence, votre session s'est fermée. Connectez-vous pour reprendre.",
    Ending.TOO_OLD: "Votre session a duré une journée : par prudence, elle s'est fermée. Connectez-vous pour reprendre.",
    Ending.CLOSED: "Cette connexion a été fermée, depuis un autre appareil ou par l'administrateur. Connectez-vous pour reprendre.",
}


class ConnectionsMiddleware:
    """Ends the connections that may not go on, and keeps what was being sent for their person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.sign_in = None  # type: ignore[attr-defined]
        request.ended_for = None  # type: ignore[attr-defined]
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._look(request, request.user)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        """Keep a form sent too late; forget one sent again. The framework checked by now that it came from one of our pages."""
        if request.method != "POST" or not getattr(view, "login_required", True):
            return
        user = getattr(request, "ended_for", None)
        if user is not None:
            held.hold(request, user)
        elif request.user.is_authenticated and held.waiting(request):
            held.release_sent(request)

    def _look(self, request: HttpRequest, user: User) -> None:
        now = timezone.now()
        sign_in: Any = SignIn.objects.with_user_facts().filter(pk=request.session.get(SIGN_IN, 0), user=user).first()
        ending = sign_in.ending(user=user, has_factor=sign_in.has_factor, at=now) if sign_in else Ending.CLOSED
        if ending is None:
            request.sign_in = sign_in  # type: ignore[attr-defined]
            _note_passage(request, sign_in, user, now)
            return
        if sign_in:
            sign_in.delete()
        account = User.objects.get(pk=user.pk)
        logout(request)
        request.user = AnonymousUser()
        request.ended_for = account  # type: ignore[attr-defined]
        if ending == Ending.UNPROVED:
            await_second_factor(request, account, request.get_full_path() if request.method == "GET" else reverse("wagtailadmin_home"))
        else:
            request.session[ENDED] = ending.value


def ending_words(request: HttpRequest) -> str:
    """Why the connection ended, in words, told once; nothing when none did."""
    ending = request.session.pop(ENDED, None)
    return WORDS.get(Ending(ending), "") if ending else ""


def describe(agent: str) -> str:
    """« Firefox sur Windows »: what a browser says of itself, in the words of its owner."""
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "Mac", "CrOS": "ChromeOS", "Linux": "Linux"}
    browsers = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "FxiOS": "Firefox", "CriOS": "Chrome", "Chrom": "Chrome", "Safari": "Safari"}
    system = next((words for sign, words in systems.items() if sign in agent), "")
    browser = next((words for sign, words in browsers.items() if sign in agent), "")
    if browser and system:
        return f"{browser} sur {system}"
    return browser or system or "Appareil non reconnu"


def _note_passage(request: HttpRequest, sign_in: SignIn, user: User, now: Any) -> None:
    """Remember that somebody is there, and that the connection goes on under the password of today."""
    if request.path.startswith(reverse("wagtailadmin_home") + UNATTENDED):
        return
    changed = {}
    if now - sign_in.last_seen_at >= SEEN_EVERY:
        changed["last_seen_at"] = now
    if sign_in.password_mark != (mark := password_mark(user)):
        changed["password_mark"] = mark
    if changed:
        SignIn.objects.filter(pk=sign_in.pk).update(**changed)
    if user.last_seen_on != (today := timezone.localdate(now)):
        User.objects.filter(pk=user.pk).update(last_seen_on=today)


def begin(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A person signs in: the session gets its connection."""
    sign_in = SignIn.objects.create(user_id=user.pk, device=describe(request.META.get("HTTP_USER_AGENT", "")), password_mark=password_mark(user))
    request.session[SIGN_IN] = sign_in.pk


def end(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """A person signs out: the connection goes with the session."""
    SignIn.objects.filter(pk=request.session.get(SIGN_IN, 0), user=user).delete()


def watch() -> None:
    """Follow the framework's sign-ins and sign-outs."""
    user_logged_in.connect(begin, dispatch_uid="access.begin")
    user_logged_out.connect(end, dispatch_uid="access.end")
