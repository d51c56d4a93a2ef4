"""Landlords, accounts and sample files for the tests of the stock file."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from access.enums import Role
from access.exchange.limits import Limits
from access.models import User
from catalogue.exchange.engine import Upload, receive
from partners.enums import OrganisationKind
from partners.models import Membership, Organisation

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
LANDLORDS = {
    "neotoa": "Néotoa",
    "archipel-habitat": "Archipel Habitat",
    "espacil-habitat": "Espacil Habitat",
    "aiguillon-construction": "Aiguillon Construction",
    "fougeres-habitat": "Fougères Habitat",
    "emeraude-habitation": "Émeraude Habitation",
}
SIRETS = {"emeraude-habitation": "99900356900012", "neotoa": "99900351000016"}


def landlord(code: str) -> Organisation:
    found, _ = Organisation.objects.get_or_create(
        code=code, defaults={"name": LANDLORDS[code], "kind": OrganisationKind.LANDLORD, "siret": SIRETS.get(code, "")}
    )
    return found


def upload(content: bytes | str, name: str = "patrimoine.csv") -> Upload:
    data = content.encode() if isinstance(content, str) else content
    return receive(io.BytesIO(data), name, Limits.from_settings())


def sample(name: str) -> Upload:
    return upload((SAMPLES / name).read_bytes(), name)


def account(role: Role, *organisations: Organisation, email: str = "") -> User:
    user = User.objects.create_user(
        email=email or f"{role.value}@exemple.fr", password="un-mot-de-passe-long", first_name="Claire", last_name="Martin", role=role
    )
    for organisation in organisations:
        Membership.objects.create(user=user, organisation=organisation, starts_on=date(2014, 1, 1))
    return user


@pytest.fixture
def neotoa(db: Any) -> Organisation:
    return landlord("neotoa")


@pytest.fixture
def archipel(db: Any) -> Organisation:
    return landlord("archipel-habitat")


@pytest.fixture
def officer(db: Any) -> User:
    return account(Role.GIE_STAFF)


@pytest.fixture
def referent(neotoa: Organisation) -> User:
    return account(Role.LANDLORD_REFERENT, neotoa)
