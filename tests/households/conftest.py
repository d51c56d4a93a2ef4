"""Landlords, files and reports for the tests of reported households."""

import io
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from access.exchange.limits import Limits
from catalogue.exchange.engine import Upload, receive
from households.models import HouseholdImport, HouseholdReport
from partners.models import Organisation
from tests.catalogue.conftest import SAMPLES, landlord
from tests.factories import FOUGERES

HEADINGS = (SAMPLES / "signalements.csv").read_text(encoding="utf-8-sig").splitlines()[0]


def upload(content: bytes | str, name: str = "signalements.csv") -> Upload:
    data = content.encode() if isinstance(content, str) else content
    return receive(io.BytesIO(data), name, Limits.from_settings())


def sample(name: str = "signalements.csv") -> Upload:
    return upload((SAMPLES / name).read_bytes(), name)


def report(owner: Organisation, reference: str = "SIG-001", **fields: Any) -> HouseholdReport:
    """A report as a file leaves it."""
    sent = HouseholdImport.objects.create(
        landlord=owner, file_name="signalements.csv", file_size=1, sha256="0" * 64, status="confirmed", confirmed_at=timezone.now()
    )
    values = {
        "entry_door": "access",
        "last_name": "Exemple",
        "first_name": "Anaïs",
        "birth_date": date(1970, 5, 10),
        "commune_id": FOUGERES,
        "reason": "overdue",
        **fields,
    }
    return HouseholdReport.objects.create(organisation=owner, reference=reference, reference_key=reference.lower(), household_import=sent, **values)


@pytest.fixture
def neotoa(db: Any) -> Organisation:
    return landlord("neotoa")


@pytest.fixture
def archipel(db: Any) -> Organisation:
    return landlord("archipel-habitat")
