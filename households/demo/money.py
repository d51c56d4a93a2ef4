"""The plan of the commitment, a slower scenario, and where the scheme stands with each funder. Source of both: the call for projects, 2014."""

from datetime import date
from decimal import Decimal

from catalogue.enums import FundingStatus, MeasureCode
from catalogue.models import Funding, FundingStep, MeasureKind
from households.models import Intake, Scenario, ScenarioFunding
from partners.models import Organisation

PLAN = "Engagement 2015–2017"
SLOWER = "Montée en charge progressive"
COMMITMENT = (date(2015, 1, 1), date(2017, 12, 31))
TARGET = 60
EVERY_MEASURE = tuple(MeasureCode.values)
MET_ON = date(2014, 4, 15)
FUNDINGS = (
    ("conseil-departemental-35", "Participation du Département", EVERY_MEASURE, False, FundingStatus.MET, "Intérêt confirmé, montant à déterminer."),
    ("ddcspp-35", "Participation de l'État", EVERY_MEASURE, False, FundingStatus.MET, "Intérêt confirmé, montant à déterminer."),
    ("rennes-metropole", "Participation de l'EPCI", (MeasureCode.SUPPORT, MeasureCode.ADAPTED_MANAGEMENT), False, None, ""),
    ("ars-bretagne", "Appui à l'accompagnement santé", (MeasureCode.SUPPORT,), False, None, ""),
    ("ddtm-35", "FNDOLLTS, investissement", (), True, None, ""),
)


def seed_money() -> None:
    """The plan, one scenario beside it, and the co-funding as the call for projects tells it."""
    if not Scenario.objects.exists():
        plan = Scenario.objects.create(
            name=PLAN, is_plan=True, starts_on=COMMITMENT[0], ends_on=COMMITMENT[1], note="60 ménages et 60 logements dès l'ouverture."
        )
        Intake.objects.create(scenario=plan, quarter_on=COMMITMENT[0], households=TARGET, homes=TARGET)
        slower = Scenario.objects.create(
            name=SLOWER,
            starts_on=COMMITMENT[0],
            ends_on=COMMITMENT[1],
            note="Cinq ménages et cinq logements chaque trimestre, avec une participation supposée du Département.",
        )
        for year in range(COMMITMENT[0].year, COMMITMENT[1].year + 1):
            for month in (1, 4, 7, 10):
                Intake.objects.create(scenario=slower, quarter_on=date(year, month, 1), households=5, homes=5)
            ScenarioFunding.objects.create(scenario=slower, funder="Département", year=year, amount=Decimal(20_000))
    if Funding.objects.exists():
        return
    funders = {organisation.code: organisation for organisation in Organisation.objects.all()}
    kinds = {kind.code: kind for kind in MeasureKind.objects.all()}
    for code, name, codes, is_investment, status, note in FUNDINGS:
        funding = Funding.objects.create(funder=funders[code], name=name, is_investment=is_investment)
        funding.kinds.set(kinds[kind] for kind in codes)
        funding.save()
        if status:
            FundingStep.objects.create(funding=funding, status=status, reached_on=MET_ON, note=note)
