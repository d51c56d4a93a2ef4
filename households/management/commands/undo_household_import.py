"""Undo a whole import of reported households, as the screen does."""

from access.exchange.command import UndoCommand
from households.exchange.desk import REPORT_DESK


class Command(UndoCommand):
    help = "Annule en entier un envoi de signalements, si aucun n'a changé ni n'a été traité depuis."
    desk = REPORT_DESK
    done = "Envoi {} annulé : les signalements nouveaux sont retirés, les valeurs modifiées rétablies."
