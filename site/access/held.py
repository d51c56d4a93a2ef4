"""A form sent after its connection ended, or before a fresh proof was given: kept sealed, and given back to its person to send again."""

import json
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from access.models import HeldForm, User
from access.secrecy import Unreadable, seal, unseal

HELD: Final = "access_held"
SEALED_FOR: Final = "held form"
LONGEST: Final = 200_000
LONGEST_PATH: Final = 500
NOT_KEPT: Final = frozenset({"csrfmiddlewaretoken"})

Fields = list[tuple[str, str]]


def hold(request: Any, user: User) -> None:
    """Keep what was sent, unless it holds a password, is too long, or is no form of the back office."""
    is_form = request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data")
    is_ours = request.path.startswith(reverse("wagtailadmin_home")) and request.headers.get("X-Requested-With") != "XMLHttpRequest"
    path = request.get_full_path()
    if not (is_form and is_ours) or len(path) > LONGEST_PATH:
        return
    fields: Fields = [(name, value) for name, values in request.POST.lists() if name not in NOT_KEPT for value in values]
    written = json.dumps(fields)
    if len(written) > LONGEST or any("password" in name for name, _ in fields):
        return
    kept = HeldForm.objects.create(user=user, path=path, sealed=seal(written, purpose=SEALED_FOR), had_files=bool(request.FILES))
    request.session[HELD] = kept.pk


def waiting(request: Any) -> bool:
    """Whether a form waits for whoever is about to use this session."""
    return HELD in request.session


def kept_for(request: Any) -> tuple[HeldForm, Fields] | None:
    """The form this session holds and its fields, if the person signed in is the one who sent it."""
    form = HeldForm.objects.filter(pk=request.session.get(HELD), user_id=request.user.pk).first()
    if form is None or form.is_over(at=timezone.now()):
        return None
    try:
        return form, [(name, value) for name, value in json.loads(unseal(form.sealed, purpose=SEALED_FOR))]
    except Unreadable:
        return None


def release(request: Any) -> None:
    """Forget the form this session holds."""
    HeldForm.objects.filter(pk=request.session.pop(HELD, None)).delete()


def release_sent(request: Any) -> None:
    """Forget the form this session holds once it is sent again."""
    if HeldForm.objects.filter(pk=request.session[HELD], user_id=request.user.pk, path=request.get_full_path()).exists():
        release(request)
