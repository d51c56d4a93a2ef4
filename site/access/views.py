"""Doors of the framework that stay shut."""

from django.http import HttpRequest, HttpResponseNotFound
from django.template.loader import render_to_string


def closed(request: HttpRequest, *args: object) -> HttpResponseNotFound:
    """A report lists what is beyond the reader's scope, so none of them exists here, whoever asks."""
    return HttpResponseNotFound(render_to_string("wagtailadmin/404.html", request=request))
