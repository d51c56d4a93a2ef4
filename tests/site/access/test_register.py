"""The register of personal data holds every field of accounts and of what signing in leaves."""

from access import processing
from access.models import AccessReview, HeldForm, RecoveryCode, SecondFactor, SignIn, Try, User


def test_every_field_of_accounts_and_sign_in_is_declared():
    assert list(processing.faults([User, SignIn, SecondFactor, RecoveryCode, Try, HeldForm, AccessReview])) == []
