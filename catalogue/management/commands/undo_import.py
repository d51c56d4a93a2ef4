"""Undo a whole import of a stock file, as the screen does."""

from access.exchange.command import UndoCommand
from catalogue.exchange.desk import STOCK_DESK


class Command(UndoCommand):
    help = "Annule en entier un import de fichier patrimoine, si aucun de ses logements n'a changé ni servi depuis."
    desk = STOCK_DESK
    done = "Import {} annulé : les logements créés sont retirés, les valeurs modifiées rétablies."
