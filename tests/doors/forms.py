"""The forms of a page, as a browser would send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final

SKIPPED: Final = {"csrfmiddlewaretoken", "next"}
CHOICES: Final = {"select", "radio", "checkbox"}


@dataclass
class Field:
    """One field: its kind is that of its ``input`` element, ``select`` or ``textarea``."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)

    @property
    def names_a_record(self) -> bool:
        """Whether it holds the number of a record, or of none."""
        values = [value for value in (*self.options, self.value) if value]
        return self.kind in {*CHOICES, "hidden"} and bool(values or self.kind == "select") and all(value.isdecimal() for value in values)


@dataclass
class Form:
    """One form of a page, with the fields a browser would send."""

    method: str
    action: str
    fields: list[Field] = field(default_factory=list)

    def values(self) -> dict[str, Any]:
        """What is sent when nothing is touched."""
        return {item.name: item.value for item in self.fields if item.kind != "file"}

    def naming(self, number: int) -> dict[str, Any]:
        """What is sent by somebody who puts another record's number wherever there is one, and fills the rest plausibly."""
        return {item.name: str(number) if item.names_a_record else item.value or _plausible(item) for item in self.fields if item.kind != "file"}


def _plausible(item: Field) -> str:
    words = [value for value in item.options if value]
    if words:
        return words[0]
    return {"date": "2015-03-01", "number": "3", "email": "essai@solive.example", "time": "10:00", "checkbox": "on"}.get(item.kind, "Essai")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select: Field | None = None
        self._area: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("method", "get").upper(), given.get("action", ""))
            self.forms.append(self._open)
        elif self._open is None:
            return
        elif tag == "option" and self._select is not None:
            self._select.options.append(given.get("value", ""))
            if "selected" in given or len(self._select.options) == 1:
                self._select.value = given.get("value", "")
        elif tag in ("input", "select", "textarea", "button") and given.get("name", "") not in {"", *SKIPPED}:
            self._take(tag, given)

    def _take(self, tag: str, given: dict[str, str]) -> None:
        assert self._open is not None
        kind = given.get("type", "text") if tag == "input" else tag
        known = next((item for item in self._open.fields if item.name == given["name"]), None)
        if kind in ("radio", "checkbox") and known is not None:
            known.options.append(given.get("value", "on"))
            known.value = given.get("value", "on") if "checked" in given else known.value
            return
        if kind == "button" and known is not None:
            return
        value = given.get("value", "")
        found = Field(given["name"], kind, value if kind not in ("radio", "checkbox") or "checked" in given else "")
        if kind in ("radio", "checkbox"):
            found.options.append(given.get("value", "on"))
        self._open.fields.append(found)
        if tag == "select":
            self._select = found
        elif tag == "textarea":
            self._area = found

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value += data


def forms_of(page: str) -> list[Form]:
    """The forms of an HTML page, or of the piece of one within a JSON answer, those that hold something to send."""
    reader = _Reader()
    reader.feed(page.replace(r"\"", '"').replace(r"\n", "\n"))
    return [form for form in reader.forms if form.fields or form.method == "POST"]
