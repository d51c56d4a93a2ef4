"""Which commune a row means: by its INSEE code first, else by its name and postcode."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from access.exchange.findings import Code, Level, Problem, quote
from access.exchange.values import suggestion
from access.text import fold
from catalogue.models import Commune, FormerCommune

SUGGESTIONS: Final = 300
"""How many distinct unknown names are looked up for a close one: a hostile file may hold thousands."""

DEPARTMENT: Final = "35"


class Resolved(NamedTuple):
    """The commune's INSEE code (None when unknown), the name to keep, and what there is to say, by field."""

    code: str | None
    name: str
    problems: tuple[tuple[str, Problem], ...] = ()


def commune_key(name: str) -> str:
    """The form under which names of communes are compared: no accent, hyphen, « cedex » nor bracket, Saint in full."""
    words = re.sub(r"\(.*?\)|\bcedex\b.*", " ", fold(name))
    words = re.sub(r"\bste\b\.?", "sainte", re.sub(r"\bst\b\.?", "saint", words))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", words).split())


class CommuneIndex:
    """The communes of the département, loaded once."""

    def __init__(self, communes: Iterable[Commune], former: Iterable[FormerCommune]) -> None:
        self._communes = {commune.insee_code: commune for commune in communes}
        self._by_name: dict[str, list[str]] = {}
        for commune in self._communes.values():
            self._by_name.setdefault(commune_key(commune.name), []).append(commune.insee_code)
        self._moved: dict[str, str] = {}
        self._former_names: dict[str, set[str]] = {}
        for old in former:
            self._former_names.setdefault(commune_key(old.name), set()).add(old.successor_id)
            if old.insee_code not in self._communes:
                self._moved[old.insee_code] = old.successor_id
        self._names = {key: self._communes[codes[0]].name for key, codes in self._by_name.items()}
        self._resolved: dict[tuple[str, str, str], Resolved] = {}
        self._suggested = 0

    @classmethod
    def load(cls) -> "CommuneIndex":
        return cls(Commune.objects.only("insee_code", "name", "postcodes"), FormerCommune.objects.all())

    def resolve(self, *, code: str, name: str, postcode: str) -> Resolved:
        """The commune of a row; each argument may be blank."""
        key = (code, name, postcode)
        found = self._resolved.get(key)
        if found is None:
            if len(self._resolved) > 20_000:
                self._resolved.clear()
            found = self._resolved[key] = self._by_code(code, name) if code else self._by_name_and_postcode(name, postcode)
        return found

    def _by_code(self, code: str, name: str) -> Resolved:
        problems: list[tuple[str, Problem]] = []
        current = self._moved.get(code, code)
        commune = self._communes.get(current)
        if commune is None:
            by_name = self._by_name.get(commune_key(name), [])
            hint = f"Vouliez-vous dire {quote(by_name[0])}\u00a0? " if by_name else ""
            problem = Problem(
                Code.UNKNOWN_COMMUNE,
                f"{quote(code)} n'est pas le code INSEE d'une commune d'Ille-et-Vilaine.",
                f"{hint}Indiquez le code INSEE de la commune, ou laissez la cellule vide : le nom et le code postal suffisent.",
            )
            return Resolved(None, name, (("commune", problem),))
        if current != code:
            problems.append(("commune", self._old_code(f"Le code INSEE {quote(code)} est celui d'une ancienne commune", commune)))
        key = commune_key(name)
        if key and key != commune_key(commune.name) and current not in self._former_names.get(key, ()):
            problem = Problem(
                Code.INSEE_COMMUNE_MISMATCH,
                f"Le code INSEE {quote(code)} désigne {commune.name}, et non {quote(name)}. Le code est retenu, le nom est gardé tel quel.",
                "Vérifiez lequel des deux est juste.",
                Level.NOTICE,
            )
            problems.append(("commune_name", problem))
        return Resolved(current, name, tuple(problems))

    def _by_name_and_postcode(self, name: str, postcode: str) -> Resolved:
        key = commune_key(name)
        codes = self._by_name.get(key, [])
        if not codes and len(self._former_names.get(key, ())) == 1:
            (current,) = self._former_names[key]
            notice = self._old_code(f"{quote(name)} est une ancienne commune", self._communes[current])
            return Resolved(current, name, (("commune_name", notice),))
        served = [code for code in codes if postcode in self._communes[code].postcodes]
        if len(served) == 1:
            return Resolved(served[0], name)
        if len(codes) == 1 and (not postcode or postcode.startswith(DEPARTMENT)):
            commune = self._communes[codes[0]]
            if not postcode or "cedex" in fold(name):
                return Resolved(codes[0], name)
            notice = Problem(
                Code.POSTCODE_MISMATCH,
                f"Le code postal {quote(postcode)} n'est pas celui de {commune.name} ({', '.join(commune.postcodes)}).",
                "Vérifiez le code postal et le nom de la commune.",
                Level.NOTICE,
            )
            return Resolved(codes[0], name, (("postcode", notice),))
        problem = Problem(
            Code.UNKNOWN_COMMUNE,
            f"{quote(name)} n'est pas une commune d'Ille-et-Vilaine{' de code postal ' + postcode if codes and postcode else ''}.",
            f"{self._close_to(key)}Corrigez le nom, ou indiquez le code INSEE de la commune.",
        )
        return Resolved(None, name, (("commune_name", problem),))

    def _close_to(self, key: str) -> str:
        self._suggested += 1
        return suggestion(key, self._names) if self._suggested <= SUGGESTIONS and key not in self._names else ""

    def _old_code(self, subject: str, commune: Commune) -> Problem:
        return Problem(
            Code.OLD_COMMUNE_CODE,
            f"{subject} : le logement est rattaché à {commune.name} ({commune.insee_code}).",
            "Mettez ce code à jour dans votre logiciel.",
            Level.NOTICE,
        )
