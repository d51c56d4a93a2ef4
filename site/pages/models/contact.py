"""The contact page, and the messages it brings to the GIE."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.fields import StreamField

from access.enums import Role
from access.visibility import ScopedQuerySet, Visibility, everything
from pages.blocks import BodyBlock
from pages.enums import ContactSubject
from pages.models.base import SitePage


class ContactMessageQuerySet(ScopedQuerySet):
    visibility = Visibility({Role.GIE_STAFF: everything})


class ContactMessage(models.Model):
    """What a visitor wrote to the GIE. ``origin`` tells messages of one visitor apart for a day, without keeping an address."""

    name = models.CharField("nom", max_length=100)
    email = models.EmailField("adresse électronique")
    subject = models.CharField("objet", max_length=20, choices=ContactSubject)
    body = models.TextField("message", max_length=4_000)
    received_at = models.DateTimeField("reçu le", default=timezone.now)
    is_handled = models.BooleanField("traité", default=False)
    origin = models.CharField("empreinte", max_length=64, editable=False)

    objects = ContactMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message reçu"
        verbose_name_plural = "messages reçus"
        ordering = ("-received_at",)
        indexes: ClassVar = [models.Index(fields=["origin", "received_at"], name="contact_message_origin")]

    def __str__(self) -> str:
        return f"Message du {timezone.localtime(self.received_at):%d/%m/%Y}"


class ContactPage(SitePage):
    """Where to turn, and a form. Never kept in the page cache."""

    body = StreamField(BodyBlock(), verbose_name="contenu", blank=True)

    content_panels: ClassVar[Sequence[Panel]] = [*SitePage.content_panels, FieldPanel("body")]
    parent_page_types: ClassVar[Sequence[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[Sequence[str]] = []
    max_count = 1
    is_cacheable = False
    schema_type = "ContactPage"

    class Meta:
        verbose_name = "page de contact"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, or take what it brings."""
        from pages.contact import answer

        context, is_sent = answer(request)
        if is_sent:
            return redirect(f"{self.get_url(request)}?envoye=1#message")
        status = 400 if context["form"].errors else 200
        return TemplateResponse(request, self.get_template(request), {**self.get_context(request), **context}, status=status)
