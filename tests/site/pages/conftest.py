"""A site with its first content, people and partners. What waits for the end of a transaction is done: tests never see that end."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from access.enums import Role
from access.models import User
from pages import cache
from pages.models import HomePage
from pages.seeding import seed_site
from partners.enums import Audience, OrganisationKind
from partners.models import DirectoryEntry, Organisation


@pytest.fixture
def home(db: None) -> HomePage:
    """The front page of a site as first installed."""
    seed_site()
    cache._renew()
    return HomePage.objects.get()


@pytest.fixture
def make_entry(db: None) -> Callable[..., DirectoryEntry]:
    def make(code: str, name: str, *, kind: str = OrganisationKind.OPERATOR, is_active: bool = True, **fields: Any) -> DirectoryEntry:
        organisation = Organisation.objects.create(code=code, name=name, kind=kind, is_active=is_active)
        values = {"mission": "Accompagne des ménages.", "audiences": [Audience.FAMILIES], "is_published": True, **fields}
        entry = DirectoryEntry.objects.create(organisation=organisation, slug=code, **values)
        cache._renew()
        return entry

    return make


@pytest.fixture
def signed_in(db: None) -> Callable[[Role], Client]:
    """A browser signed in under the role asked for."""

    def sign_in(role: Role) -> Client:
        client = Client()
        client.force_login(User.objects.create_user(email=f"{role}@solive.example", first_name="Claire", last_name="Essai", role=role))
        cache._renew()
        return client

    return sign_in
