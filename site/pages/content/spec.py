"""How the first content of a page is written down."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class PageSpec:
    """One page to create. In ``fields``, ``[[slug|words]]`` is a link to the page of that slug and ``[[slug]]`` alone is that page."""

    model: str
    slug: str
    title: str
    fields: dict[str, Any]
    in_menu: bool = False
    children: list["PageSpec"] = field(default_factory=list)


def heading(text: str, level: str = "2") -> tuple[str, dict[str, str]]:
    return "heading", {"text": text, "level": level}


def paragraph(text: str) -> tuple[str, str]:
    return "paragraph", f"<p>{text}</p>"


def bullets(*items: str) -> tuple[str, list[str]]:
    return "list", [f"<p>{item}</p>" for item in items]


def key_point(text: str, title: str = "") -> tuple[str, dict[str, str]]:
    return "key_point", {"title": title, "text": f"<p>{text}</p>"}
