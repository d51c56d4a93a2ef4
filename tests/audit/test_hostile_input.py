"""Every form and every query of the site, filled with hostile values: no failure, no stack trace, no name."""

import pytest

from tests.doors.fuzz import Fuzz
from tests.doors.world import World

pytestmark = [pytest.mark.audit, pytest.mark.django_db, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
EXAMPLES = 25


def test_no_form_and_no_query_fails():
    fuzz = Fuzz(World(), examples=EXAMPLES)
    fuzz.strange_numbers()
    fuzz.public_queries()
    tried = fuzz.run()
    print(f"\n{tried.forms} forms and queries, {tried.inputs} inputs tried, {len(tried.failures)} failures")
    assert not tried.failures, "\n".join(tried.failures.values())
