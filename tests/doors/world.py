"""Two worlds side by side: what one's own organisations have, and what one must never get a byte of, down to the last word of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection, models
from django.utils import timezone
from pypdf import PdfWriter
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, Page, Site

from access.actions import Narrowing, record_export
from access.enums import Role
from access.models import AccessReview, Export, JournalEntry, ReadingAlert, User
from catalogue.enums import MeasureCode
from catalogue.exchange.engine import STOCK_COURSE
from catalogue.models import (
    AgreedExchange,
    Amendment,
    ConventionDocument,
    ConventionMove,
    FinancingDecision,
    Funding,
    FundingAmount,
    FundingStep,
    HeadingMapping,
    MeasureKind,
    OperationFunding,
    PublishedFigures,
    Residence,
    Tariff,
    UnitChange,
)
from households.enums import Stage
from households.exchange.engine import REPORT_COURSE
from households.models import (
    AgendaItem,
    AllocationRecord,
    CommitteeDecision,
    CommitteeSession,
    Concern,
    Criterion,
    DistinctHouseholds,
    Evaluation,
    EvaluationGrade,
    HouseholdMerge,
    HouseholdReport,
    Intake,
    MeasureChange,
    MeasureSuspension,
    NeedTopic,
    OfficerChange,
    OperationPlace,
    Opinion,
    PastTenure,
    PendingAction,
    ReportHeading,
    RetentionNotice,
    RightsRequest,
    Scenario,
    ScenarioFunding,
    SensitiveNeed,
    SheetText,
    StageMove,
    Statement,
    StatementLine,
)
from pages.models import ContactMessage, ContentPage
from partners.models import EntryDraft, EntryDraftMove, EntryFile, OrganisationName
from tests.catalogue.conftest import upload
from tests.doors.words import FOREIGN, HIDDEN, OWN, SPAN, Words
from tests.factories import (
    FOUGERES,
    ConventionFactory,
    DiagnosisFactory,
    DirectoryEntryFactory,
    HouseholdFactory,
    OccupancyFactory,
    OperationFactory,
    OrganisationFactory,
    OutreachContactFactory,
    PersonFactory,
    ProposalFactory,
    SupportMeasureFactory,
    UnitFactory,
    UserFactory,
    agree,
    delay_rule,
    member,
    name_on_case,
)
from tests.households.conftest import HEADINGS as REPORT_HEADINGS
from tests.partners.test_drafts import picture

ROOMS: Final = ("access", "partners", "catalogue", "households", "pages")
FRAMEWORK: Final = (Page, Image, Document, Redirect, Collection)
KINDS: Final = {
    Role.LANDLORD_REFERENT: "landlord",
    Role.SUPPORT_WORKER: "operator",
    Role.PRESCRIBER: "prescriber",
    Role.FUNDER: "funder",
    Role.PROFILE_EDITOR: "operator",
}
"""The organisation that an account of the role works for; the others work for none."""
BEGUN, LONG = date(2015, 1, 5), date(2035, 12, 31)


@contextmanager
def numbered() -> Iterator[Any]:
    """Gives a function that makes every table number its records from a base; the tables count on as before afterwards."""
    with settings.DATABASE_ACCOUNTS.owner.connect(connection.settings_dict["NAME"]) as owner:
        query = "SELECT format('%I.%I', schemaname, sequencename)::regclass::text, last_value FROM pg_sequences WHERE schemaname = 'public'"
        kept = [(name, last) for name, last in owner.execute(query).fetchall() if not name.startswith(("procrastinate", "django"))]

        def restart(base: int) -> None:
            for name, _ in kept:
                owner.execute("SELECT setval(%s::regclass, %s, false)", [name, base])

        try:
            yield restart
        finally:
            for name, last in kept:
                owner.execute("SELECT setval(%s::regclass, %s, %s)", [name, last or 1, last is not None])


class World:
    """Own, foreign and hidden records of every model, and an account of each role on either side.

    ``own`` and ``others`` hold the accounts; those of ``others`` may read all that is foreign to the first. ``words`` are the canaries.
    """

    def __init__(self) -> None:
        self.words = Words()
        self.today = timezone.localdate()
        with numbered() as restart:
            restart(OWN)
            delay_rule()
            here = self._organisations(OWN)
            self.own = here.accounts
            self._offer(here)
            self._case(here, OWN, named=self.own[Role.GIE_STAFF])
            restart(FOREIGN)
            there = self._organisations(FOREIGN)
            self.others = there.accounts
            self._offer(there)
            self._case(there, FOREIGN, named=self.others[Role.GIE_STAFF])
            restart(HIDDEN)
            self._case(here, HIDDEN, named=self.others[Role.GIE_STAFF], is_confidential=True)
        self._plant()

    def _organisations(self, base: int) -> SimpleNamespace:
        """A landlord, an operator, a prescriber and a funder, with an account of each role."""
        made = {
            kind: OrganisationFactory(kind=kind, code=f"{kind}-{base}", name=f"{kind} {base}")
            for kind in ("landlord", "operator", "prescriber", "funder")
        }
        accounts = {}
        for role in Role:
            email = f"{role}-{base}@solive.example"
            accounts[role] = member(role, made[KINDS[role]], email=email) if role in KINDS else UserFactory(role=role, email=email)
        return SimpleNamespace(base=base, accounts=accounts, staff=accounts[Role.GIE_STAFF], **made)

    def _offer(self, side: SimpleNamespace) -> None:
        """What the organisations of a side put on the table, and what is kept of their files."""
        base, staff, landlord, operator = side.base, side.staff, side.landlord, side.operator
        kind = MeasureKind.objects.get(code=MeasureCode.SUPPORT)
        OrganisationName.objects.create(organisation=landlord, name="Ancien nom", starts_on=date(2010, 1, 1), ends_on=date(2012, 1, 1))
        entry = DirectoryEntryFactory(organisation=operator, is_published=False)
        stored = EntryFile.objects.create(
            organisation=operator, kind="document", title="Plaquette", content=self._pdf(base), media_type="application/pdf", size=9
        )
        entry.documents.add(stored)
        draft = EntryDraft.objects.create(
            entry=entry, mission="Autre mission", status="submitted", revision=1, updated_by=side.accounts[Role.PROFILE_EDITOR]
        )
        draft.documents.add(stored)
        EntryDraftMove.objects.create(draft=draft, action="submit", status="submitted", message="Relisez.")
        residence = Residence.objects.create(landlord=landlord, name="Résidence", commune_id=FOUGERES)
        side.unit, side.other_unit, side.twin_unit = (UnitFactory(landlord=landlord, residence=residence, street="Rue") for _ in range(3))
        side.free = UnitFactory(landlord=landlord, street="Rue", is_earmarked=True, main_rent=300)
        side.operation = OperationFactory(landlord=landlord)
        FinancingDecision.objects.create(unit=side.free, kind="plai_label", decided_on=BEGUN, reference="Arrêté", operation=side.operation)
        side.convention = ConventionFactory(partner=operator, number=f"C-{base}")
        side.convention.landlords.add(landlord)
        amendment = Amendment.objects.create(convention=side.convention, number=1, signed_on=BEGUN, starts_on=BEGUN, purpose="Objet")
        ConventionMove.objects.create(
            convention=side.convention, action="sign", from_status="to_sign", to_status="signed", moved_on=BEGUN, reason="Motif"
        )
        ConventionDocument.objects.create(
            convention=side.convention, amendment=amendment, name="s.pdf", content=self._pdf(base), size=9, digest="0" * 64
        )
        Tariff.objects.create(convention=side.convention, kind=kind, amount=Decimal("1510"), starts_on=BEGUN)
        funding = Funding.objects.create(funder=side.funder, name="Aide", contact="Contact", deadline_on=LONG)
        FundingStep.objects.create(funding=funding, status="notified", reached_on=BEGUN, note="Note")
        FundingAmount.objects.create(funding=funding, year=2015, amount=1000)
        OperationFunding.objects.create(operation=side.operation, source="loan", label="Prêt", status="requested", amount=1000)
        AgreedExchange.objects.create(
            landlord=landlord, layout="stock", starts_on=BEGUN, contact="Contact", contact_email="a@solive.example", notes="N"
        )
        self._files(side)
        side.session, side.other_session = (CommitteeSession.objects.create(held_on=self.today, place="Lieu") for _ in range(2))
        for session in (side.session, side.other_session):
            session.members.add(side.accounts[Role.COMMITTEE], staff)
        side.statement = Statement.objects.create(
            operator=operator, year=2015, first_month=1, last_month=3, reference="R", status="sent", created_by=staff
        )
        StatementLine.objects.create(statement=side.statement, household_reference=f"MEN-{base}", kind=kind, amount=10, note="Motif")
        scenario = Scenario.objects.create(name=f"S-{base}", starts_on=BEGUN, ends_on=date(2017, 12, 31), note="Note")
        Intake.objects.create(scenario=scenario, quarter_on=date(2015, 1, 1), landlord=landlord, mode="existing", households=1, homes=1)
        ScenarioFunding.objects.create(scenario=scenario, funder="Financeur", year=2015, amount=1)
        if base == OWN:
            SheetText.objects.create(part="place", text="Texte")
        Opinion.objects.create(
            level="region" if base == OWN else "department", given_by="Direction", given_on=BEGUN, relevance="P", conditions="C", text="T"
        )
        ContactMessage.objects.create(name="Nom", email="b@solive.example", subject="other", body="Corps", origin="0" * 64)
        self._traces(side)
        self._site(side)

    def _files(self, side: SimpleNamespace) -> None:
        """A stock file and a file of reports, with all that is kept of them."""
        referent, sent_files = side.accounts[Role.LANDLORD_REFERENT], []
        stock, stock_headings = "reference;code_postal;commune;typologie\r\n{0};35300;Fougères;T3\r\n{0}b;35300;Fougères;T99\r\n", HeadingMapping
        reports = f"{REPORT_HEADINGS}\r\n{{0}};acces;;;{{0}};{{0}};1970-05-10;1;;35115;;non;non;non;\r\n{{0}}b;acces;;;X;Y;1970-99-10;1;;35115;;non;non;non;\r\n"
        for course, content, headings in ((STOCK_COURSE, stock, stock_headings), (REPORT_COURSE, reports, ReportHeading)):
            sent = upload(content.format(self.words.new("file", side.base)))
            entry = course.check(landlord=side.landlord, upload=sent, by=referent)
            course.works.objects.create(pk=entry.pk, kind="check", ended_at=timezone.now(), asked_by=referent)
            headings.objects.create(landlord=side.landlord, heading_key=f"titre{side.base}", heading="Titre", field="")
            sent_files.append(entry)
        changed = {"kind": "changed", "unit": side.unit, "row": 2, "reference": "A", "fields": {"street": ["Rue A", "Rue B"]}}
        UnitChange.objects.create(unit_import=sent_files[0], **changed)

    def _traces(self, side: SimpleNamespace) -> None:
        word = self.words.new("journal", side.base)
        narrowing = Narrowing({"search": word}, f"recherche « {word} »")
        record_export(by=side.staff, subject="parc", label=word, narrowing=narrowing, file_format="csv", outcome="produced", rows=1, size=1)
        JournalEntry.objects.create(kind="consultation", subject_kind="household", subject_id=side.base, reference=word, actor=side.staff)
        ReadingAlert.objects.create(reader=side.staff, from_at=timezone.now(), until_at=timezone.now(), cases=31)
        AccessReview.objects.create(reviewed_by=side.staff, accounts=1, without_factor=0, idle=0, remark="Remarque")
        PublishedFigures.objects.create(
            as_of=self.today, tables=[{"caption": "Ménages", "columns": ["Année", "Ménages"], "rows": [["2015", "12"]]}], published_by=side.staff
        )

    def _site(self, side: SimpleNamespace) -> None:
        """A page that is not published, an image, a document and a redirection, each in the hands of the site's editors."""
        page = ContentPage(title=f"Page {side.base}", slug=f"page-{side.base}", summary="Résumé", body=[], live=False)
        Site.objects.get().root_page.specific.add_child(instance=page)
        page.save_revision(user=side.staff)
        Image.objects.create(
            title="Image", file=ContentFile(picture((4, 3)), name=f"image-{side.base}.png"), width=4, height=3, uploaded_by_user=side.staff
        )
        Document.objects.create(
            title="Document", file=ContentFile(self._pdf(side.base), name=f"document-{side.base}.pdf"), uploaded_by_user=side.staff
        )
        Redirect.objects.create(old_path=f"/ancien-{side.base}", redirect_link="/nouveau/")
        Collection.get_first_root_node().add_child(name=f"Collection {side.base}")

    def _case(self, side: SimpleNamespace, base: int, *, named: User, is_confidential: bool = False) -> None:
        """A housed and supported household, with all that a case may hold."""
        staff, landlord, operator = side.staff, side.landlord, side.operator
        worker = side.accounts[Role.SUPPORT_WORKER]
        unit = side.other_unit if is_confidential else side.unit
        facts = {
            "stage": Stage.HOUSED,
            "officer": named,
            "reported_by": landlord,
            "application_number": f"03500000000{base}",
            "seniority_on": date(2010, 1, 1),
        }
        household = HouseholdFactory(**facts, is_confidential=is_confidential, monthly_resources=900, size=2)
        twin = HouseholdFactory(is_confidential=is_confidential, officer=named)
        for one in (household, twin):
            name_on_case(one, named)
        person = PersonFactory(household=household, birth_date=date(1980, 1, 1), phone="0600000000", email="c@solive.example")
        PersonFactory(household=twin)
        agree(household)
        StageMove.objects.create(household=household, action="house", from_stage="proposed", to_stage="housed", moved_on=BEGUN, reason="Motif")
        DiagnosisFactory(household=household, operator=operator, completed=True, author=None if is_confidential else worker)
        DiagnosisFactory(household=household, operator=operator)
        SensitiveNeed.objects.create(household=household, topic=NeedTopic.objects.filter(is_sensitive=True).first(), noted_on=BEGUN, noted_by=staff)
        evaluation = Evaluation.objects.create(
            household=household, evaluated_on=date(2015, 9, 1), result="favourable", recommendation="continue", household_view="Avis"
        )
        EvaluationGrade.objects.create(evaluation=evaluation, criterion=Criterion.objects.first(), grade=2)
        session = side.other_session if is_confidential else side.session
        item = AgendaItem.objects.create(session=session, household=household, kind="evaluation", evaluation=evaluation)
        if is_confidential:
            AgendaItem.objects.create(session=side.session, household=household, kind="orientation")
        AgendaItem.objects.create(session=session, household=twin, kind="orientation")
        CommitteeDecision.objects.create(household=household, item=item, decided_on=BEGUN, outcome="continue", note="Note", recorded_by=staff)
        ProposalFactory(household=household, unit=unit, closed_on=self.today, answer="accepted", cal_reason="Motif", proposed_by=staff)
        ProposalFactory(household=twin, unit=side.twin_unit, cal_reason="Motif")
        occupancy = OccupancyFactory(household=household, unit=unit, tenure="sliding_lease", planned_slide_on=self.today)
        PastTenure.objects.create(occupancy=occupancy, tenure="subletting", starts_on=date(2015, 1, 1), ends_on=date(2015, 2, 1))
        AllocationRecord.objects.create(occupancy=occupancy, lease_on=BEGUN, address="Adresse", application_number="0350")
        measure = SupportMeasureFactory(
            household=household,
            convention=side.convention,
            planned_ends_on=LONG,
            scope="Étendue",
            objectives="Objectifs",
            methods="Méthodes",
            referent=None if is_confidential else worker,
        )
        MeasureSuspension.objects.create(measure=measure, starts_on=date(2015, 6, 1), ends_on=date(2015, 6, 30))
        MeasureChange.objects.create(measure=measure, kind="level", starts_on=date(2015, 7, 1), from_level="light", level="reinforced", made_by=staff)
        management = MeasureKind.objects.get(code=MeasureCode.ADAPTED_MANAGEMENT)
        SupportMeasureFactory(
            household=household, kind=management, unit=unit, convention=side.convention, planned_ends_on=LONG, objectives="Objectifs"
        )
        OperationPlace.objects.create(operation=side.operation, household=twin, noted_on=BEGUN)
        OfficerChange.objects.create(household=household, former=staff, officer=named, changed_on=BEGUN, made_by=staff)
        OutreachContactFactory(household=household, organisation=operator, note="Note", made_by=None if is_confidential else worker)
        Concern.objects.create(
            household=household, organisation=landlord, kind="worry", reason="unpaid_rent", raised_on=BEGUN, note="Note", raised_by=staff
        )
        for organisation, sender in ((side.prescriber, Role.PRESCRIBER), (landlord, Role.LANDLORD_REFERENT)):
            HouseholdReport.objects.create(
                organisation=organisation,
                reference=f"S-{base}",
                reference_key=f"s-{base}",
                entry_door="access",
                last_name="Nom",
                first_name="Prénom",
                birth_date=date(1980, 1, 1),
                phone="0600000000",
                commune_id=FOUGERES,
                status="opened",
                household=household,
                decided_by=staff,
                decided_at=timezone.now(),
                imported_by=side.accounts[sender],
            )
        RightsRequest.objects.create(kind="access", received_on=self.today, due_on=self.today, household=household, person=person)
        RetentionNotice.objects.create(household=twin, noticed_on=self.today, due_on=LONG)
        HouseholdMerge.objects.create(kept=household, absorbed_id=base + SPAN - 1, absorbed_reference=f"MEN-{base + SPAN - 1}", merged_on=BEGUN)
        DistinctHouseholds.objects.create(first=household, second=twin)
        PendingAction.objects.create(
            household=household, kind="evaluate", since_on=BEGUN, due_on=BEGUN, awaited="operator", operator=operator, is_confidential=is_confidential
        )

    def _plant(self) -> None:
        """Put a word of its own in every text of every record that is foreign or hidden."""
        own = (model for room in ROOMS for model in apps.get_app_config(room).get_models() if not model._meta.proxy and model not in READ_ONLY)
        for model in (*own, *FRAMEWORK):
            fields = [field for field in model._meta.local_concrete_fields if takes_a_word(field)]
            for number in model._base_manager.filter(pk__gte=FOREIGN, pk__lt=HIDDEN + SPAN).values_list("pk", flat=True) if fields else ():
                model._base_manager.filter(pk=number).update(**{field.name: self._text(model, field, number) for field in fields})

    def _pdf(self, number: int) -> bytes:
        """A page that says nothing, under a title that is a canary."""
        writer, written = PdfWriter(), BytesIO()
        writer.add_blank_page(100, 100)
        writer.add_metadata({"/Title": self.words.new("document", number)})
        writer.write(written)
        return written.getvalue()

    def _text(self, model: type[models.Model], field: models.Field, number: int) -> str:
        word = self.words.new(f"{model.__name__}.{field.name}", number)
        return f"{word}@ailleurs.example" if isinstance(field, models.EmailField) else word


WORDLESS: Final = {
    "Page": {"path", "url_path", "content_type", "slug"},
    "Collection": {"path"},
    "Household": {"reference"},
    "Image": {"file", "file_hash"},
    "Document": {"file", "file_hash"},
    "User": {"password"},
    "Redirect": {"old_path"},
}
"""Texts that others stand on: addresses, places of files, a password's mark."""
READ_ONLY = {Export, JournalEntry, AccessReview}


def takes_a_word(field: models.Field) -> bool:
    is_text = isinstance(field, models.CharField | models.TextField) and not isinstance(field, models.GeneratedField)
    is_free = is_text and not field.choices and (field.max_length is None or field.max_length >= 8)
    return is_free and not field.primary_key and field.name not in WORDLESS.get(field.model.__name__, ())
