"""Some forms of the site filled with hostile values, and all that the public may ask; ``make audit`` fills them all (tests/audit)."""

import pytest

from tests.doors.fuzz import Fuzz
from tests.doors.world import World

SKIP, EXAMPLES = 23, 3


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_form_and_no_query_fails():
    fuzz = Fuzz(World(), examples=EXAMPLES, skip=SKIP)
    fuzz.strange_numbers()
    fuzz.public_queries()
    tried = fuzz.run()
    assert not tried.failures, "\n".join(tried.failures.values())
    assert tried.inputs > 80
