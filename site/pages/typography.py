"""French typography: the spaces that must not break, and the curved apostrophe."""

import re

NO_BREAK = "\u00a0"

_RULES = [
    (re.compile(r" ([:;!?»%€])"), NO_BREAK + r"\1"),
    (re.compile(r"« "), "«" + NO_BREAK),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), NO_BREAK),
    (re.compile(r"'"), "’"),
]


def french(text: str) -> str:
    """``text`` with the no-break spaces and apostrophes of French print. Attributes in HTML keep straight double quotes."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
