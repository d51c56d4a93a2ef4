"""What every public answer goes through: the page cache, and the rules a browser must hold it to."""

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.urls import reverse

from pages import cache

PUBLIC_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
"""Nothing runs on a public page, nothing comes from elsewhere, nothing is written in the page itself."""
NOT_KEPT: Final = ("/api/", "/documents/", "/media/", "/static/", "/gestion/")

Answer = Callable[[HttpRequest], HttpResponseBase]


class PublicPolicyMiddleware:
    """Sets the content security policy of public answers; that of the back office is ``access.browser_policy``'s."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if not request.path.startswith(reverse("wagtailadmin_home")):
            answer.headers.setdefault("Content-Security-Policy", PUBLIC_POLICY)
        return answer


class PageCacheMiddleware:
    """Answers an anonymous visitor from the page cache, without a query to the database.

    Only whole pages are kept: asked by GET without a query, answered 200, that set no cookie and say they may be kept. Whoever holds a
    session gets a page drawn anew. Browsers ask each time whether a page has changed: an edit shows at once.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        generation = cache.generation() if self._is_keepable(request) else None
        if generation is None:
            return self.get_response(request)
        key = self._key(request, generation)
        kept = caches[cache.ALIAS].get(key)
        if kept is None:
            answer = self.get_response(request)
            if not self._may_keep(answer):
                return answer
            kept = (answer.content, answer["Content-Type"], f'"{sha256(answer.content).hexdigest()[:32]}"')  # type: ignore[attr-defined]
            with suppress(OSError):
                caches[cache.ALIAS].set(key, kept, cache.KEPT_SECONDS)
        return self._answer(request, *kept)

    def _is_keepable(self, request: HttpRequest) -> bool:
        return (
            request.method in ("GET", "HEAD")
            and not request.META.get("QUERY_STRING")
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
            and not request.path.startswith(NOT_KEPT)
        )

    def _key(self, request: HttpRequest, generation: str) -> str:
        where = f"{request.scheme} {request.get_host()} {request.path}"
        return f"{generation}.{sha256(where.encode()).hexdigest()}"

    def _may_keep(self, answer: HttpResponseBase) -> bool:
        is_page = str(answer.get("Content-Type", "")).startswith(("text/html", "application/rss+xml"))
        return answer.status_code == 200 and not answer.streaming and not answer.cookies and is_page and getattr(answer, "may_be_kept", False)

    def _answer(self, request: HttpRequest, content: bytes, content_type: str, tag: str) -> HttpResponse:
        is_same = request.headers.get("If-None-Match") == tag
        answer = HttpResponseNotModified() if is_same else HttpResponse(content, content_type=content_type)
        for name, value in (("ETag", tag), ("Cache-Control", "no-cache"), ("Vary", "Cookie"), ("X-Frame-Options", settings.X_FRAME_OPTIONS)):
            answer[name] = value
        return answer
