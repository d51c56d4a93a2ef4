"""What every answer tells the browser that it may not do. The public site's own policy, stricter still, is ``pages.middleware``'s."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

_RULES: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
)
BACK_OFFICE_POLICY: Final = "; ".join(_RULES)
"""No script but the site's own files: what the framework wrote in its pages is started from ``access/starts.js``."""

EDITOR_DOORS: Final = ("pages/", "block-preview/")
EDITOR_POLICY: Final = BACK_OFFICE_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
"""The rich text editor writes styles in the page, measured in Chromium on Wagtail 8.0: for it alone, and styles only."""

PERMISSIONS_POLICY: Final = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
    )
)
"""Nothing here needs the devices of whoever reads it."""

Answer = Callable[[HttpRequest], HttpResponseBase]


class BrowserPolicyMiddleware:
    """Sets the rules that every answer carries, be it a page, a file or an error, and the content security policy of the back office."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        answer.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        answer.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        home = reverse("wagtailadmin_home")
        if request.path.startswith(home):
            is_editor = request.path.removeprefix(home).startswith(EDITOR_DOORS)
            answer.headers.setdefault("Content-Security-Policy", EDITOR_POLICY if is_editor else BACK_OFFICE_POLICY)
        return answer
