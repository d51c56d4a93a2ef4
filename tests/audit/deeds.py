"""The deeds that are interrupted: how each is prepared, asked for as a person does, seen to be done, and asked for again."""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from itertools import count
from typing import Any

from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.models import Page

from access.exchange import work
from access.exchange.states import ImportStatus
from access.models import User
from catalogue.exchange.engine import STOCK_COURSE
from catalogue.models import UnitImport
from households.enums import CalDecision, Stage
from households.models import Household
from pages.models import NewsIndexPage, NewsPage
from partners.models import Organisation
from tests.audit.house import OFFICER, Answer, House, Visitor, number_in
from tests.audit.invariants import OURS
from tests.factories import HouseholdFactory, ProposalFactory, UnitFactory

LONG, SHORT = 4_000, 120
"""Rows of a file that is the worker's, and of one that the page itself reads and writes."""
DONE_SECONDS = 90
numbers = count(1)


@dataclass(frozen=True)
class Deed:
    """``prepare`` returns what the deed is about, ``act`` asks for it and no database, ``again`` does what a person would when it is not done."""

    name: str
    prepare: Callable[[Visitor], Any]
    act: Callable[[Visitor, Any], Answer]
    is_done: Callable[[Any], bool]
    again: Callable[[Visitor, Any], object]
    is_the_workers: bool = False


def wait_until(is_so: Callable[[], bool], what: Callable[[], str], house: House) -> None:
    """Wait, with a supervisor that starts again what ends meanwhile; ``what`` tells, when it does not come, how things stand then."""
    limit = time.monotonic() + DONE_SECONDS
    while not is_so():
        assert time.monotonic() < limit, f"{what()} does not come; {standing()}"
        time.sleep(0.05)
        house.revive()


def standing() -> str:
    """Where the imports and the worker's jobs stand, for whoever reads a failure."""
    works = [(found.work.kind, found.phase) for found in work.follow_all(STOCK_COURSE, list(UnitImport.objects.all())).values()]
    jobs = ProcrastinateJob.objects.exclude(status="succeeded").values_list("task_name", "status", "attempts", "worker__last_heartbeat")
    return f"works: {works}; jobs: {list(jobs)}"


def stock_file(rows: int) -> tuple[int, bytes]:
    """A landlord and a file that names homes never seen before."""
    start = next(numbers)
    lines = (f"K{start:04d}-{number:05d};35000;Rennes;35238;T3" for number in range(rows))
    return Organisation.objects.get(code="neotoa").pk, "\n".join(["reference;code_postal;commune;code_insee;typologie", *lines]).encode()


def send(visitor: Visitor, file: tuple[int, bytes]) -> Answer:
    return visitor.post(reverse("stock_exchange:upload"), {"landlord": file[0]}, {"file": ("parc.csv", file[1])})


def sent(visitor: Visitor, rows: int) -> int:
    """The number of an import that is ready to be recorded."""
    answer = send(visitor, stock_file(rows))
    assert answer.status == HTTPStatus.OK, answer.status
    pk = number_in(answer.address)
    wait_until(lambda: UnitImport.objects.get(pk=pk).status == ImportStatus.CHECKED, lambda: "the preview", visitor.house)
    return pk


def record(visitor: Visitor, pk: int) -> Answer:
    return visitor.post(reverse("stock_exchange:confirm", args=[pk]), {})


def is_recorded(pk: int) -> bool:
    return UnitImport.objects.get(pk=pk).status == ImportStatus.CONFIRMED


def of_that_file(file: tuple[int, bytes]) -> UnitImport | None:
    return UnitImport.objects.filter(sha256=hashlib.sha256(file[1]).hexdigest()).first()


def is_read(file: tuple[int, bytes]) -> bool:
    entry = of_that_file(file)
    return entry is not None and entry.status == ImportStatus.CHECKED


def send_again(visitor: Visitor, file: tuple[int, bytes]) -> None:
    entry = of_that_file(file)
    if entry is None:
        send(visitor, file)
    else:
        start_again(visitor, entry)


def record_again(visitor: Visitor, pk: int) -> None:
    entry = UnitImport.objects.get(pk=pk)
    if not start_again(visitor, entry):
        record(visitor, pk)


def start_again(visitor: Visitor, entry: UnitImport) -> bool:
    """Press what the page of an import offers when its work was interrupted, or taken by nobody; return whether some work had been asked for."""
    following = work.follow(STOCK_COURSE, entry)
    if following is not None and not following.is_alive:
        visitor.post(reverse("stock_exchange:again", args=[entry.pk]), {})
    return following is not None


def proposed(visitor: Visitor) -> tuple[int, int]:
    """A household and its proposal of a home, granted by the commission."""
    unit = UnitFactory(landlord=Organisation.objects.get(code="neotoa"), reference=f"{OURS}{secrets.token_hex(6)}")
    household = HouseholdFactory(stage=Stage.PROPOSED, officer=User.objects.get(email=OFFICER))
    proposal = ProposalFactory(household=household, unit=unit, cal_decision=CalDecision.GRANTED, cal_on=date(2015, 2, 20))
    return household.pk, proposal.pk


def move_in(visitor: Visitor, facts: tuple[int, int]) -> Answer:
    lease = {"proposal": facts[1], "tenure": "direct_lease", "starts_on": "2015-04-01", "was_tenant": "non"}
    return visitor.post(reverse("households:action", args=[facts[0], "bail"]), lease)


def drafted(visitor: Visitor) -> tuple[int, str]:
    """A piece of news that the public has read, and the title of a draft that waits for publication."""
    page = NewsPage.objects.filter(slug="essai").first()
    if page is None:
        page = NewsIndexPage.objects.get().add_child(instance=NewsPage(title="Titre 0", slug="essai", summary="Essai."))
        page.save_revision().publish()
    draft = page.get_latest_revision_as_object()
    draft.title = f"Titre {next(numbers)}"
    draft.save_revision()
    public_title(visitor)
    return draft.pk, draft.title


def publish(visitor: Visitor, facts: tuple[int, str]) -> Answer:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    return visitor.post(f"{address}?id={facts[0]}&next={reverse('wagtailadmin_home')}", {})


def is_published(facts: tuple[int, str]) -> bool:
    return Page.objects.get(pk=facts[0]).title == facts[1]


def public_title(visitor: Visitor) -> str:
    """The title that the public reads, or the status of an answer that is no page."""
    answer = Visitor(visitor.house).get(NewsPage.objects.get(slug="essai").get_url() or "")
    return answer.body.partition("<h1>")[2].partition("</h1>")[0].strip() if answer.status == HTTPStatus.OK else f"answer {answer.status}"


DEEDS = (
    Deed("a file read in the page", lambda visitor: stock_file(SHORT), send, is_read, send_again),
    Deed("a file read by the worker", lambda visitor: stock_file(LONG), send, is_read, send_again, is_the_workers=True),
    Deed("an import recorded in the page", lambda visitor: sent(visitor, SHORT), record, is_recorded, record_again),
    Deed("an import recorded by the worker", lambda visitor: sent(visitor, LONG), record, is_recorded, record_again, is_the_workers=True),
    Deed("a household that moves in", proposed, move_in, lambda facts: Household.objects.get(pk=facts[0]).stage == Stage.HOUSED, move_in),
    Deed("a page published", drafted, publish, is_published, publish),
)
