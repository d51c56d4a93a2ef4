"""Operators' statements beside what is expected, from the first line to the settlement."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from access.enums import Role
from access.exchange.findings import FileRefused
from catalogue.enums import MeasureCode
from catalogue.models import MeasureKind
from households.actions import statements as actions
from households.enums import LineStatus, StatementStatus
from households.ledger import Ledger
from households.models import MeasureSuspension, Statement, StatementLine
from households.statement_files import read_statement
from households.statements import ABSENT, UNKNOWN, compare, expectations
from tests.factories import ConventionFactory, HouseholdFactory, PersonFactory, SupportMeasureFactory, UserFactory, member, name_on_case

pytestmark = pytest.mark.django_db
WHOLE = (date(2015, 1, 1), date(2015, 12, 31))


def supported(convention, first=WHOLE[0], last=WHOLE[1], **fields):
    return SupportMeasureFactory(convention=convention, household=HouseholdFactory(**fields), starts_on=first, planned_ends_on=last)


def statement(operator, months=(1, 3), year=2015, **fields):
    return Statement.objects.create(operator=operator, year=year, first_month=months[0], last_month=months[1], **fields)


def stated(found, measure, amount, **fields):
    return StatementLine.objects.create(statement=found, household_reference=measure.household.reference, kind=measure.kind, amount=amount, **fields)


@pytest.fixture
def convention():
    return ConventionFactory(starts_on=date(2015, 1, 1), ends_on=date(2017, 12, 31))


@pytest.fixture
def officer():
    return UserFactory()


def test_the_statements_of_a_year_add_up_to_its_lines(convention):
    supported(convention, first=date(2015, 3, 1))
    paused = supported(convention)
    MeasureSuspension.objects.create(measure=paused, starts_on=date(2015, 6, 1), ends_on=date(2015, 6, 30))
    months = [Statement(operator=convention.partner, year=2015, first_month=first, last_month=first + 2) for first in (1, 4, 7, 10)]
    found = sum((item.amount for quarter in months for item in expectations(quarter).values()), Decimal(0))
    assert found == Ledger(2015, 2015).total() == Decimal("1257.53") + Decimal("1376.71")


def test_what_agrees_says_nothing(convention, officer):
    measure = supported(convention)
    found = statement(convention.partner, (1, 12))
    stated(found, measure, "1500.00", starts_on=WHOLE[0], ends_on=WHOLE[1])
    comparison = compare(found, officer)
    assert [row.agrees for row in comparison.rows] == [True]
    assert (comparison.difference, comparison.differing) == (0, 0)


def test_each_difference_has_its_cause(convention, officer):
    late, paused, dear, absent = (supported(convention, first=first) for first in (date(2015, 3, 1), WHOLE[0], WHOLE[0], WHOLE[0]))
    MeasureSuspension.objects.create(measure=paused, starts_on=date(2015, 6, 1), ends_on=date(2015, 6, 30))
    found = statement(convention.partner, (1, 12))
    stated(found, late, "1500.00", starts_on=WHOLE[0], ends_on=WHOLE[1])
    stated(found, paused, "1500.00")
    stated(found, dear, "1560.00")
    StatementLine.objects.create(statement=found, household_reference="MEN-99999", kind=dear.kind, amount=10)
    rows = {row.reference: row for row in compare(found, officer).rows}
    assert rows[late.household.reference].causes == ("Dates : du 01/03/2015 au 31/12/2015 dans Solive.",)
    assert rows[late.household.reference].difference == Decimal("242.47")
    assert rows[paused.household.reference].causes == ("La mesure était suspendue une partie de ces mois : 335 jours comptés.",)
    assert rows[dear.household.reference].causes == ("Tarif : le montant ne correspond pas au tarif de 1500,00 €.",)
    assert rows[absent.household.reference].causes == (ABSENT,)
    assert rows["MEN-99999"].causes == (UNKNOWN,)


def test_a_measure_beyond_the_capacity_is_told(officer):
    convention = ConventionFactory(starts_on=date(2015, 1, 1), ends_on=date(2017, 12, 31), capacity=1)
    within, beyond = supported(convention), supported(convention, first=date(2015, 2, 1), last=date(2015, 3, 31))
    again = supported(convention, first=date(2015, 6, 1), last=date(2015, 7, 31))
    found = statement(convention.partner, (1, 12))
    actions.prefill(statement=found, by=officer)
    rows = {row.reference: row.causes for row in compare(found, officer).rows}
    told = ("Au-delà de la capacité de la convention.",)
    assert rows == {within.household.reference: (), beyond.household.reference: told, again.household.reference: told}


def test_from_the_first_line_to_the_settlement(convention, officer):
    worker = member(Role.SUPPORT_WORKER, convention.partner)
    good, wrong = supported(convention), supported(convention, first=date(2015, 3, 1))
    found = actions.start_statement(statement=Statement(operator=convention.partner, year=2015, first_month=1, last_month=12), by=worker)
    actions.prefill(statement=found, by=worker)
    line = found.lines.get(household_reference=wrong.household.reference)
    line.amount = Decimal("1500.00")
    actions.put_lines(statement=found, lines=[StatementLine(household_reference=line.household_reference, kind=line.kind, amount=1500)], by=worker)
    actions.send_statement(statement=found, by=worker)
    with pytest.raises(ValidationError, match="ses lignes ne changent plus"):
        actions.prefill(statement=found, by=worker)
    assert actions.accept_agreeing(statement=found, by=officer) == 1
    line = found.lines.get(household_reference=wrong.household.reference)
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        actions.judge_line(line=line, accepts=True, by=officer)
    actions.judge_line(line=line, accepts=False, note="Le suivi commence en mars.", by=officer)
    found.refresh_from_db()
    assert found.status == StatementStatus.DISPUTED
    actions.put_lines(
        statement=found, lines=[StatementLine(household_reference=line.household_reference, kind=line.kind, amount=Decimal("1257.53"))], by=worker
    )
    actions.send_statement(statement=found, by=worker)
    assert actions.accept_agreeing(statement=found, by=officer) == 1
    found.refresh_from_db()
    assert found.status == StatementStatus.ACCEPTED
    actions.settle_statement(statement=found, on=date(2016, 2, 1), by=officer)
    found.refresh_from_db()
    assert (found.status, found.settled_on) == (StatementStatus.SETTLED, date(2016, 2, 1))
    assert found.lines.get(household_reference=good.household.reference).expected_amount == Decimal("1500.00")


def test_taking_the_disputed_lines_away_leaves_nothing_to_check(convention, officer):
    agreed, disputed = supported(convention), supported(convention)
    found = statement(convention.partner, (1, 12))
    actions.prefill(statement=found, by=officer)
    actions.send_statement(statement=found, by=officer)
    lines = {line.household_reference: line for line in found.lines.all()}
    actions.judge_line(line=lines[agreed.household.reference], accepts=True, by=officer)
    actions.judge_line(line=lines[disputed.household.reference], accepts=False, note="Absent", by=officer)
    actions.remove_line(line=lines[disputed.household.reference], by=officer)
    actions.send_statement(statement=found, by=officer)
    found.refresh_from_db()
    assert found.status == StatementStatus.ACCEPTED
    actions.settle_statement(statement=found, on=date(2016, 2, 1), by=officer)


def test_only_an_accepted_statement_is_settled_and_not_before_its_months(convention, officer):
    found = statement(convention.partner, (1, 12))
    with pytest.raises(ValidationError, match="Seul un relevé accepté"):
        actions.settle_statement(statement=found, on=date(2016, 1, 1), by=officer)
    found.status = StatementStatus.ACCEPTED
    found.save()
    with pytest.raises(ValidationError, match="ne peut pas précéder"):
        actions.settle_statement(statement=found, on=date(2014, 12, 31), by=officer)


def test_no_month_is_stated_twice(convention, officer):
    statement(convention.partner, (1, 3))
    statement(convention.partner, (4, 6))
    with pytest.raises(ValidationError, match="couvre déjà"):
        actions.start_statement(statement=Statement(operator=convention.partner, year=2015, first_month=3, last_month=4), by=officer)


def test_a_confidential_case_is_one_line_for_whoever_is_not_named(convention, officer):
    measure = supported(convention, is_confidential=True)
    worker = member(Role.SUPPORT_WORKER, convention.partner)
    found = statement(convention.partner, (1, 12))
    line = stated(found, measure, "1500.00")
    for reader in (officer, worker):
        comparison = compare(found, reader)
        assert (comparison.rows, comparison.shut) == ((), (1, Decimal("1500.00"), Decimal("1500.00")))
    name_on_case(measure.household, officer)
    assert [row.stated for row in compare(found, officer).rows] == [line]


def test_once_access_to_the_cases_has_ended_a_statement_tells_references_and_amounts_only(client, convention):
    worker = member(Role.SUPPORT_WORKER, convention.partner)
    measure = supported(convention)
    PersonFactory(household=measure.household, last_name="Kergoatdirou")
    found = statement(convention.partner, (1, 12))
    stated(found, measure, "1500.00", starts_on=WHOLE[0], ends_on=WHOLE[1])
    client.force_login(worker)
    case = reverse("households:case", args=[measure.household_id])
    assert client.get(case).status_code == 404
    page = client.get(reverse("statements:page", args=[found.pk])).content.decode()
    assert measure.household.reference in page
    assert "1\u202f500,00" in page
    assert "Kergoatdirou" not in page
    assert case not in page


def test_typing_references_tells_nothing_of_other_operators_cases(client, convention):
    foreign = supported(ConventionFactory(starts_on=date(2015, 1, 1), ends_on=date(2017, 12, 31)), is_confidential=True)
    worker = member(Role.SUPPORT_WORKER, convention.partner)
    found = statement(convention.partner, (1, 12))
    line = stated(found, foreign, "1500.00")
    StatementLine.objects.create(statement=found, household_reference="MEN-99999", kind=foreign.kind, amount=1500)
    comparison = compare(found, worker)
    assert comparison.shut is None
    assert [row.causes for row in comparison.rows] == [(UNKNOWN,), (UNKNOWN,)]
    client.force_login(worker)
    assert client.get(reverse("statements:line", args=[found.pk, line.pk])).status_code == 200


@pytest.mark.parametrize(
    ("content", "amounts"),
    [
        ("ménage;mesure;du;au;montant\nMEN-00001;Accompagnement;01/01/2015;31/03/2015;369,86\n", ["369.86"]),
        ("Référence du ménage,Type de mesure,Montant\nmen-00001,GLA,1 234.50 €\n", ["1234.50"]),
        ("Relevé du trimestre;;\nDossier;Prestation;Somme\nMEN-00001;diagnostic;300\n;;\nMEN-00002;diagnostic;300\n", ["300", "300"]),
    ],
)
def test_a_file_is_read_as_operators_write_it(content, amounts):
    for encoding in ("utf-8-sig", "cp1252"):
        read = read_statement(content.encode(encoding))
        assert read.problems == []
        assert [line.amount for line in read.lines] == [Decimal(amount) for amount in amounts]


def test_what_is_not_understood_is_told_row_by_row():
    read = read_statement("ménage;mesure;du;montant\n;autre;bientôt;dix\nMEN-00001;GLA;;950\n".encode())
    assert len(read.lines) == 1
    assert all(problem.startswith("Ligne 2 : ") for problem in read.problems)
    assert len(read.problems) == 4
    with pytest.raises(FileRefused):
        read_statement(b"nom;prix\nx;1\n")


def test_an_operator_prepares_corrects_and_sends_on_screen(client, convention):
    measure = supported(convention)
    worker = member(Role.SUPPORT_WORKER, convention.partner)
    client.force_login(worker)
    upload = SimpleUploadedFile("releve.csv", f"ménage;mesure;montant\n{measure.household.reference};accompagnement;quinze\n".encode())
    fields = {"operator": convention.partner_id, "year": 2015, "first_month": 1, "last_month": 12}
    answer = client.post(reverse("statements:start"), {**fields, "file": upload})
    assert "Rien n&#x27;est encore enregistré" in answer.content.decode() or "Rien n'est encore enregistré" in answer.content.decode()
    assert not Statement.objects.exists()
    answer = client.post(reverse("statements:start"), fields)
    found = Statement.objects.get()
    assert answer.url == reverse("statements:page", args=[found.pk])
    line = found.lines.get()
    page = client.get(answer.url).content.decode().replace("\u202f", " ").replace("\xa0", " ")
    assert "1 500,00 €" in page
    assert "Toutes les lignes concordent" in page
    out = {"household_reference": line.household_reference, "kind": line.kind_id, "starts_on": "2014-12-31", "ends_on": "", "amount": "1400"}
    assert "Cette date est hors du relevé" in client.post(reverse("statements:line", args=[found.pk, line.pk]), out).content.decode()
    client.post(reverse("statements:line", args=[found.pk, line.pk]), {**out, "starts_on": ""})
    assert found.lines.get().amount == 1400
    client.post(reverse("statements:send", args=[found.pk]))
    found.refresh_from_db()
    assert found.status == StatementStatus.SENT
    client.force_login(UserFactory())
    line = found.lines.get()
    assert "Dites pourquoi" in client.post(reverse("statements:judge", args=[found.pk, line.pk]), {"accepts": "oui"}).content.decode()
    client.post(reverse("statements:judge", args=[found.pk, line.pk]), {"accepts": "oui", "note": "Remise accordée."})
    client.post(reverse("statements:settle", args=[found.pk]), {"on": "2016-01-15"})
    found.refresh_from_db()
    assert found.status == StatementStatus.SETTLED
    assert "Remise accordée." in client.get(reverse("statements:page", args=[found.pk])).content.decode()


def doors(found, line):
    one, two = [found.pk], [found.pk, line.pk]
    return [reverse(f"statements:{name}", args=one) for name in ("page", "add_line", "prefill", "send", "accept", "settle")] + [
        reverse(f"statements:{name}", args=two) for name in ("line", "remove", "judge")
    ]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.GIE_STAFF])
def test_no_foreign_statement_opens(client, convention, role):
    measure = supported(convention)
    found = statement(convention.partner, (1, 12))
    line = stated(found, measure, "1500.00")
    client.force_login(member(role, ConventionFactory().partner) if role == Role.SUPPORT_WORKER else UserFactory(role=role))
    for address in doors(found, line):
        for answer in (client.get(address), client.post(address, {})):
            assert answer.status_code in (404, 405)
            assert measure.household.reference not in answer.content.decode()
    assert client.get(reverse("statements:start")).status_code == (200 if role == Role.SUPPORT_WORKER else 404)


def test_an_operator_does_not_judge_its_own_statement(client, convention):
    measure = supported(convention)
    found = statement(convention.partner, (1, 12), status=StatementStatus.SENT)
    line = stated(found, measure, "1500.00")
    client.force_login(member(Role.SUPPORT_WORKER, convention.partner))
    for address in (
        reverse("statements:accept", args=[found.pk]),
        reverse("statements:settle", args=[found.pk]),
        reverse("statements:judge", args=[found.pk, line.pk]),
    ):
        assert client.post(address, {"accepts": "oui", "on": "2016-01-01"}).status_code == 404
    line.refresh_from_db()
    assert line.status == LineStatus.TO_CHECK


def test_an_operator_prepares_none_for_another(client, convention):
    client.force_login(member(Role.SUPPORT_WORKER, convention.partner))
    other = ConventionFactory().partner
    client.post(reverse("statements:start"), {"operator": other.pk, "year": 2015, "first_month": 1, "last_month": 1})
    assert not Statement.objects.exists()


def test_query_counts_do_not_grow(client, convention, django_assert_max_num_queries):
    client.force_login(UserFactory())
    found = statement(convention.partner, (1, 12))
    client.get(reverse("statements:page", args=[found.pk]))
    counts = []
    for times in (2, 20):
        for _number in range(times):
            stated(found, supported(convention), "1500.00")
        with django_assert_max_num_queries(60) as captured:
            assert client.get(reverse("statements:page", args=[found.pk])).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_kinds_of_a_file_are_those_of_the_scheme():
    kinds = {line.kind.code for line in read_statement(b"menage;mesure;montant\nMEN-1;diagnostic;1\nMEN-1;suivi;1\nMEN-1;gla;1\n").lines}
    assert kinds == set(MeasureKind.objects.values_list("code", flat=True)) & set(MeasureCode.values)
