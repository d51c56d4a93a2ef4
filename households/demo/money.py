"""The plan of the commitment, a slower scenario, and where the scheme stands with each funder. Source of both: the call for projects, 2014."""

from datetime import date
from decimal import Decimal

from catalogue.enums import FundingStatus, MeasureCode
from catalogue.models import Funding, FundingStep, MeasureKind
from households.enums import SheetPart
from households.models import Intake, Scenario, ScenarioFunding, SheetText
from partners.models import Organisation

PLAN = "Engagement 2015–2017"
SLOWER = "Montée en charge progressive"
COMMITMENT = (date(2015, 1, 1), date(2017, 12, 31))
TARGET = 60
EVERY_MEASURE = tuple(MeasureCode.values)
MET_ON = date(2014, 4, 15)
SHEET = {
    SheetPart.PLACE: "Tout le département d'Ille-et-Vilaine.",
    SheetPart.CARRIER: "Le GIE Solive, pour ADO Habitat 35, qui réunit les huit bailleurs sociaux du département.",
    SheetPart.PURPOSE: "Piloter les ménages que le logement ordinaire exclut : trouver ou construire le logement qui leur convient, organiser un "
    "accompagnement à la mesure de leurs besoins, évaluer régulièrement ce qui a été mis en place. Le dispositif peut aussi aider un ménage déjà "
    "logé et menacé d'expulsion.",
    SheetPart.PUBLICS: "Ménages en difficulté financière ou d'insertion, dont le mode de vie ne convient pas au collectif, qui vivent avec une "
    "addiction ou des troubles du comportement, qui sortent de prison, ou qui subissent des violences conjugales.",
    SheetPart.TYPOLOGY: "Selon le diagnostic de chaque ménage.",
    SheetPart.RESERVATION: "Chaque bailleur flèche dans son parc les logements du dispositif ; l'attribution revient à sa commission.",
    SheetPart.HOMES_PLACE: "Tout le département.",
    SheetPart.METHOD: "Des opérateurs qui connaissent ces fragilités, un référent chez chaque bailleur, et la démarche d'aller vers.",
    SheetPart.MANAGEMENT: "La gestion locative adaptée complète l'accompagnement, avec une intensité que le diagnostic fixe.",
    SheetPart.ADHESION: "Une relation personnelle avec chaque ménage, et l'aller vers.",
    SheetPart.OFFER: "Pour le neuf, des logements modulaires, adaptables et vite construits, à l'essai chez Neotoa, pour éviter un surcoût "
    "habituel d'au moins 20 %.",
    SheetPart.RELATION: "Une convention avec chaque opérateur, et un comité d'orientation et d'évaluation auprès du GIE.",
    SheetPart.FITNESS: "Un diagnostic avant toute proposition, des associations locales, et un accompagnement proche du logement.",
    SheetPart.CALENDAR: "2014 : préparation. 2015 : premières mesures, puis montée en charge sur chaque territoire jusqu'en 2017.",
}
FUNDINGS = (
    ("conseil-departemental-35", "Participation du Département", EVERY_MEASURE, False, FundingStatus.MET, "Intérêt confirmé, montant à déterminer."),
    ("ddcspp-35", "Participation de l'État", EVERY_MEASURE, False, FundingStatus.MET, "Intérêt confirmé, montant à déterminer."),
    ("rennes-metropole", "Participation de l'EPCI", (MeasureCode.SUPPORT, MeasureCode.ADAPTED_MANAGEMENT), False, None, ""),
    ("ars-bretagne", "Appui à l'accompagnement santé", (MeasureCode.SUPPORT,), False, None, ""),
    ("ddtm-35", "FNDOLLTS, investissement", (), True, None, ""),
)


def seed_sheet() -> None:
    """The texts of the scheme sheet, as the scheme was first presented."""
    for part, text in SHEET.items():
        SheetText.objects.get_or_create(part=part, defaults={"text": text})


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
    seed_sheet()
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
