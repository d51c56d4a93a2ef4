"""What must hold whatever was killed, and when. Each invariant returns what breaks it, in words; nothing when it holds."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

from django.db import connection
from django.db.models import F, OuterRef, Subquery
from wagtail.models import Page

from access.enums import EntryKind
from access.exchange.states import WRITTEN, ImportStatus
from access.journal import chain
from access.models import JournalEntry
from catalogue.enums import ChangeKind
from catalogue.models import ImportedFile, Unit, UnitImport
from households.enums import Stage
from households.journal import CASE
from households.models import AllocationRecord, Household, Occupancy, Proposal, StageMove

OURS: Final = "AUDIT-"
"""How the references of the homes that the kill tests propose begin."""


def no_import_is_half_written() -> Iterator[str]:
    """An import that is not confirmed wrote no home, one that is wrote as many as it says."""
    for entry in UnitImport.objects.exclude(status=ImportStatus.UNDONE):
        noted = [pk for written in entry.written_units.all() for pk in written.unit_ids]
        if entry.status == ImportStatus.CONFIRMED:
            if not len(noted) == Unit.objects.filter(pk__in=noted).count() == entry.written:
                yield f"import {entry.pk} says {entry.written} homes written, it wrote {Unit.objects.filter(pk__in=noted).count()}"
        elif (
            noted
            or Unit.objects.filter(
                landlord=entry.landlord_id, reference__in=entry.changes.filter(kind=ChangeKind.CREATED).values("reference")
            ).exists()
        ):
            yield f"import {entry.pk} ({entry.status}) wrote homes"


def every_import_can_go_on() -> Iterator[str]:
    """An import to read or to confirm still has its file; one that is written says by how much and when."""
    for entry in UnitImport.objects.all():
        if entry.status in (ImportStatus.RECEIVED, ImportStatus.CHECKED) and not ImportedFile.objects.filter(pk=entry.pk).exists():
            yield f"import {entry.pk} ({entry.status}) lost its file"
        if (entry.status in WRITTEN) != (entry.confirmed_at is not None):
            yield f"import {entry.pk} ({entry.status}) does not say when it was written"


def no_home_appears_twice() -> Iterator[str]:
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(Unit._meta.db_table)
        cursor.execute(f"SELECT landlord_id, reference FROM {table} GROUP BY 1, 2 HAVING count(*) > 1")
        yield from (f"home {row}" for row in cursor.fetchall())


def no_occupancies_overlap() -> Iterator[str]:
    """No home has two households at once, no household two homes of which it arrived in one the same way."""
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(Occupancy._meta.db_table)
        cursor.execute(
            f"SELECT a.id, b.id FROM {table} a JOIN {table} b ON a.id < b.id AND a.unit_id = b.unit_id"
            " AND daterange(a.starts_on, a.ends_on, '[]') && daterange(b.starts_on, b.ends_on, '[]')"
        )
        yield from (f"occupancies {row}" for row in cursor.fetchall())


def every_stage_is_the_last_move() -> Iterator[str]:
    last = StageMove.objects.filter(household=OuterRef("pk")).order_by("-pk")
    moved = Household.objects.annotate(told=Subquery(last.values("to_stage")[:1]), since=Subquery(last.values("moved_on")[:1]))
    for household in moved.filter(told__isnull=False).exclude(told=F("stage"), since=F("stage_since")):
        yield f"{household.reference} is « {household.stage} », its last move says « {household.told} »"


def who_is_housed_has_a_home() -> Iterator[str]:
    """A lease is whole: the stage, the occupancy, the allocation and the closed proposals, or none of them."""
    housed = Household.objects.filter(stage__in=[Stage.HOUSED, Stage.STABILISED])
    yield from (f"{found.reference} housed without a home" for found in housed.filter(occupancies__isnull=True))
    for found in housed.filter(pk__in=Proposal.objects.open().values("household_id")):
        yield f"{found.reference} housed with an open proposal"
    by_lease = Occupancy.objects.filter(household__proposals__unit=F("unit"))
    for occupancy in by_lease.exclude(pk__in=AllocationRecord.objects.values("occupancy_id")):
        yield f"occupancy {occupancy.pk} without its allocation"


def every_page_is_its_live_revision() -> Iterator[str]:
    for page in Page.objects.live().filter(live_revision__isnull=False).select_related("live_revision", "latest_revision"):
        if page.live_revision.content["title"] != page.title:
            yield f"page {page.pk} shows « {page.title} », its live revision says « {page.live_revision.content['title']} »"
        if not page.has_unpublished_changes and page.latest_revision_id != page.live_revision_id:
            yield f"page {page.pk} hides a draft"


def the_journal_holds() -> Iterator[str]:
    chain.close_batches(settled=timedelta(0))
    yield from (f"batch {fault.batch}: {fault.reason}" for fault in chain.verify().faults)


def leases_and_journal_tell_the_same() -> Iterator[str]:
    """What was changed at a screen was traced in the same transaction, and what was undone left no trace of having been done."""
    told = set(JournalEntry.objects.filter(kind=EntryKind.CHANGE, subject_kind=CASE, actor__isnull=False).values_list("subject_id", flat=True))
    for proposal in Proposal.objects.filter(unit__reference__startswith=OURS).select_related("household"):
        is_housed = proposal.household.stage == Stage.HOUSED
        if is_housed != (proposal.household_id in told):
            yield f"{proposal.household.reference}: housed {is_housed}, in the journal {not is_housed}"


INVARIANTS: tuple[Callable[[], Iterator[str]], ...] = (
    no_import_is_half_written,
    every_import_can_go_on,
    no_home_appears_twice,
    no_occupancies_overlap,
    every_stage_is_the_last_move,
    who_is_housed_has_a_home,
    every_page_is_its_live_revision,
    the_journal_holds,
    leases_and_journal_tell_the_same,
)
