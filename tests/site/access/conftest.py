"""What the tests of accounts and sign-in share."""

import pyotp
import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from access.actions import confirm_enrolment, offer_enrolment
from access.enums import Role
from access.models import SecondFactor, User
from tests.factories import PASSWORD, UserFactory


@pytest.fixture
def run_jobs():
    """Run every deferred job to its end, as ``config.worker`` would."""

    def run() -> None:
        with app.replace_connector(DjangoConnector().get_worker_connector()):
            app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    return run


@pytest.fixture
def compulsory(settings) -> None:
    """The second factor demanded as in production."""
    settings.SECOND_FACTOR_COMPULSORY = True


class Enrolled:
    """An account with a second factor, and what its person holds: the authenticator and the recovery codes."""

    def __init__(self, user: User) -> None:
        secret = offer_enrolment(user=user)
        self.clock = pyotp.TOTP(secret)
        self.recovery = confirm_enrolment(user=user, code=self.code())
        SecondFactor.objects.filter(user=user).update(last_step=0)
        self.user = User.objects.get(pk=user.pk)

    def code(self, drift: int = 0) -> str:
        """What the authenticator shows now, or ``drift`` half-minutes from now."""
        return self.clock.at(timezone.now(), counter_offset=drift)


@pytest.fixture
def enrolled(db: None) -> Enrolled:
    return Enrolled(UserFactory(role=Role.GIE_STAFF))


def give_password(client: Client, user: User, password: str = PASSWORD, **more: str):
    return client.post("/gestion/login/", {"username": user.email, "password": password, **more})


def age(sign_in_or_factor, **fields) -> None:
    """Move instants of a row into the past."""
    type(sign_in_or_factor).objects.filter(pk=sign_in_or_factor.pk).update(**fields)
