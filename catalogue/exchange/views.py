"""The screen that stock files have beside the shared ones: withdraw from the stock homes that a file leaves out."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from access.exchange.desk import counted
from access.exchange.screens import LONGEST_ID, DeskView
from catalogue.enums import ChangeKind
from catalogue.exchange.desk import STOCK_DESK
from catalogue.exchange.withdrawal import WithdrawalRefused, withdraw, withdrawable
from catalogue.models import UnitImport

CHOICE_PAGE: Final = 200
TITLE: Final = "Retirer des logements du parc"


class WithdrawView(DeskView):
    """Choose among the homes that a file leaves out those to withdraw from the stock, confirm, and withdraw them."""

    desk = STOCK_DESK

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        absent = self.page(withdrawable(entry), "page", CHOICE_PAGE)
        return render(request, "catalogue/exchange/withdraw.html", {"title": TITLE, "entry": entry, "absent": absent})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.entry(pk)
        chosen = None if request.POST.get("choix") == "tous" else self._chosen(entry)
        changes = withdrawable(entry) if chosen is None else withdrawable(entry).filter(unit_id__in=chosen)
        count = changes.count()
        if not count:
            messages.error(request, "Rien n'est retiré : cochez au moins un logement.")
            return self.to("withdraw", entry.pk)
        if request.POST.get("confirme") != "oui":
            context = {"title": TITLE, "entry": entry, "changes": changes[:CHOICE_PAGE], "count": count, "chosen": chosen}
            return render(request, "catalogue/exchange/withdraw_confirm.html", context)
        try:
            done = withdraw(unit_import=entry, unit_ids=chosen, by=request.user)
        except WithdrawalRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{counted(done, 'logement est retiré', 'logements sont retirés')} du parc.")
        return self.to("entry", entry.pk)

    def _chosen(self, entry: UnitImport) -> list[int]:
        """The homes ticked; Http404 for one that is none of those the file leaves out."""
        ticked = self.request.POST.getlist("logement")
        if any(not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID) for text in ticked):
            raise Http404
        chosen = sorted({int(text) for text in ticked})
        if entry.changes.filter(kind=ChangeKind.ABSENT, unit_id__in=chosen).count() != len(chosen):
            raise Http404
        return chosen
