"""Hostile values for the forms and the queries of the site."""

from typing import Any

from hypothesis import strategies as st

from tests.doors.forms import Field, Form

TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "\x00",
            "a\x00b",
            "\u202e\u0627\u0644",
            "👩‍👩‍👧‍👦" * 40,
            "é" * 5_000,
            "9" * 400,
            "-1",
            "0",
            "99999999999999999999",
            "2147483648",
            "9223372036854775808",
            "1e400",
            "NaN",
            "Infinity",
            "1_000",
            "٣",
            "²",
            "0x1F",
            "0001-01-01",
            "9999-12-31",
            "2015-02-30",
            "2015-13-01",
            "31/02/2015",
            "24:61",
            "[]",
            "{}",
            "null",
            "true",
            "' OR 1=1 --",
            "%s%n",
            "{{ 7*7 }}",
            "<script>alert(1)</script>",
            "../../etc/passwd",
            "\r\nSet-Cookie: a=b",
            "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
        ]
    ),
    st.text(max_size=60),
    st.integers().map(str),
    st.decimals(allow_nan=True).map(str),
    st.dates().map(str),
)
LISTS = st.lists(TEXTS, min_size=2, max_size=3)


def value_for(field: Field) -> st.SearchStrategy[Any]:
    """Mostly hostile, at times one of the values that the page offers, so that what comes after the first refusal is reached too."""
    offered = [value for value in (*field.options, field.value) if value]
    return st.one_of(TEXTS, LISTS, *([st.sampled_from(offered)] * 2 if offered else []))


@st.composite
def hostile(draw: st.DrawFn, form: Form, filled: dict[str, Any] | None = None) -> dict[str, Any]:
    """The form as a browser would fill it, with some of its fields made hostile, others left out, others nobody asked for."""
    sent = {**form.naming(1), **(filled or {})}
    fields = [item for item in form.fields if item.kind != "file"]
    for item in draw(st.lists(st.sampled_from(fields), max_size=6, unique_by=lambda one: one.name)) if fields else ():
        sent[item.name] = draw(value_for(item))
    for name in draw(st.lists(st.sampled_from([item.name for item in fields]), max_size=1)) if fields else ():
        sent.pop(name, None)
    return sent
