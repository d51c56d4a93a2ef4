"""Import a landlord's stock file, as the screen does."""

from access.exchange.command import ImportCommand
from catalogue.exchange.desk import STOCK_DESK


class Command(ImportCommand):
    help = "Lit le fichier patrimoine d'un bailleur et montre ce qu'il changerait ; l'enregistre avec --confirm."
    desk = STOCK_DESK
