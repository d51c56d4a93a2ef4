"""The contact form: what is refused, what is kept, and how many messages one visitor may send."""

import hmac
import re
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from procrastinate.contrib.django import app

from pages.enums import ContactSubject
from pages.models import ContactMessage

MOST_PER_HOUR: Final = 5
MOST_PER_HOUR_IN_ALL: Final = 200
SHORTEST_SECONDS: Final = 2
LONGEST_SECONDS: Final = 12 * 3600
SALT: Final = "pages.contact"
CASE_NUMBERS: Final = re.compile(r"\b[12]\d{12}(?:\d{2})?\b|\b\d{3}[0-9A-Z]{15}\b|\bMEN-\d{3,}\b", re.IGNORECASE)
"""A social security number, a housing demand's number, a case's reference: what tells who somebody is."""


class ContactForm(forms.Form):
    """Four answers. ``site`` is a trap that people do not see; ``opened`` tells when the form was shown."""

    name = forms.CharField(
        label="Votre nom", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}), error_messages={"required": "Indiquez votre nom."}
    )
    email = forms.EmailField(
        label="Votre adresse électronique",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Indiquez votre adresse : sans elle, le GIE ne peut pas vous répondre."},
    )
    subject = forms.ChoiceField(label="Objet", error_messages={"required": "Choisissez un objet."})
    body = forms.CharField(
        label="Votre message",
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Écrivez votre message."},
        help_text="4 000 caractères au plus. Ne racontez pas ici la situation d'une personne : ni nom, ni adresse, ni numéro.",
    )
    site = forms.CharField(required=False, label="Laissez ce champ vide", widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        labels = [(value, str(label)[:1].upper() + str(label)[1:]) for value, label in ContactSubject.choices]
        self.fields["subject"].choices = [("", "Choisir…"), *labels]  # type: ignore[attr-defined]

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if CASE_NUMBERS.search(re.sub(r"(?<=\d)[ .](?=\d)", "", body)):
            raise ValidationError(
                "Votre message contient un numéro qui désigne une personne ou un dossier. Retirez-le : "
                "le GIE vous dira comment le transmettre en sécurité."
            )
        return body

    @property
    def is_by_a_robot(self) -> bool:
        """The trap is filled, or the form came back faster than anybody writes, or was never shown."""
        if self.data.get("site"):
            return True
        try:
            opened = signing.loads(self.data.get("opened", ""), salt=SALT, max_age=LONGEST_SECONDS)
        except signing.BadSignature:
            return not self.data.get("opened")
        return timezone.now().timestamp() - float(opened) < SHORTEST_SECONDS


def answer(request: HttpRequest) -> tuple[dict[str, Any], bool]:
    """What the contact page shows, and whether a message was just taken. A robot is told the same as a person, and nothing is kept."""
    opened = {"opened": signing.dumps(timezone.now().timestamp(), salt=SALT)}
    if request.method != "POST":
        return {"form": ContactForm(initial=opened), "is_sent": "envoye" in request.GET}, False
    form = ContactForm(request.POST)
    if form.is_by_a_robot:
        return {"form": form}, True
    if not form.is_valid():
        return {"form": form}, False
    if not take_message(values=form.cleaned_data, origin=origin_of(request)):
        form.add_error(None, "Vous avez déjà envoyé plusieurs messages. Attendez une heure, ou téléphonez au GIE : votre texte est gardé ci-dessous.")
        return {"form": form}, False
    return {"form": form}, True


@transaction.atomic
def take_message(*, values: dict[str, Any], origin: str) -> bool:
    """Keep a message and have it sent to the GIE; False, and nothing kept, beyond the number of messages that an hour allows."""
    recent = ContactMessage.objects.filter(received_at__gt=timezone.now() - timedelta(hours=1))
    if recent.filter(origin=origin).count() >= MOST_PER_HOUR or recent.count() >= MOST_PER_HOUR_IN_ALL:
        return False
    message = ContactMessage(origin=origin, **{name: values[name] for name in ("name", "email", "subject", "body")})
    message.full_clean()
    message.save()
    app.configure_task("pages.send_contact").defer(message_id=message.pk)
    return True


def origin_of(request: HttpRequest) -> str:
    """A mark of the visitor that changes every day and leads back to nobody."""
    place = f"{timezone.localdate():%Y%m%d} {request.META.get('REMOTE_ADDR', '')}"
    return hmac.new(settings.SECRET_KEY.encode(), place.encode(), sha256).hexdigest()
