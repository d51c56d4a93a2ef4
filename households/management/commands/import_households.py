"""Import a landlord's file of reported households, as the screen does."""

from access.exchange.command import ImportCommand
from households.exchange.desk import REPORT_DESK


class Command(ImportCommand):
    help = "Lit le fichier des ménages qu'un bailleur signale et montre ce qu'il changerait ; l'enregistre avec --confirm."
    desk = REPORT_DESK
