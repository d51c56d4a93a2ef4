"""Reading a page as a browser or a screen reader does."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

RESOURCES = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "srcset", "use": "href"}
LINKS_NOT_LOADED = {"alternate", "canonical"}
SILENT = {"script", "style", "svg"}
ENGLISH = re.compile(
    r"\b(the|and|page not found|home|search|next|previous|submit|read more|password|sign in|click|loading|published)\b", re.IGNORECASE
)


@dataclass
class Reading(HTMLParser):
    """What a page is made of: its language, headings, images, resources, inline code and visible text."""

    source: str
    language: str = ""
    levels: list[int] = field(default_factory=list)
    images_without_alternative: int = 0
    resources: list[str] = field(default_factory=list)
    inline_code: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._silence = 0
        self.feed(self.source)

    def __hash__(self) -> int:
        return id(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "html":
            self.language = values.get("lang") or ""
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "img" and values.get("alt") is None:
            self.images_without_alternative += 1
        if values.get(RESOURCES.get(tag, "")) and values.get("rel") not in LINKS_NOT_LOADED:
            self.resources.append(str(values[RESOURCES[tag]]))
        if (
            tag == "style"
            or (tag == "script" and "src" not in values and values.get("type") != "application/ld+json")
            or any(name == "style" or name.startswith("on") for name in values)
        ):
            self.inline_code.append(tag)
        if tag in SILENT:
            self._silence += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silence -= 1

    def handle_data(self, data: str) -> None:
        if not self._silence:
            self.text += data

    @property
    def english_words(self) -> list[str]:
        return ENGLISH.findall(self.text)

    @property
    def skipped_levels(self) -> list[tuple[int, int]]:
        return [(before, after) for before, after in zip(self.levels, self.levels[1:], strict=False) if after > before + 1]
