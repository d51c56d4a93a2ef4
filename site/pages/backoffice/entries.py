"""« Ma fiche »: an organisation writes its entry, the GIE reads it over. An entry out of sight answers 404 at every door."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views import View

from access.enums import Role
from access.forms import show_refusal
from pages.comparison import compare
from pages.entries import entry_context, file_answer
from pages.forms import EntryForm, ReturnForm, keep_files
from pages.models import DirectoryPage
from partners import actions
from partners.enums import DraftAction, DraftStatus
from partners.models import DirectoryEntry, EntryDraft, EntryFile, Membership
from partners.policies import may, may_confirm, may_write_entries, saving


def is_staff(user: Any) -> bool:
    return getattr(user, "role", None) == Role.GIE_STAFF


class EntriesView(View):
    """The door for whoever writes entries: to one's own entry when there is one, else the list."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not may_write_entries(request.user):
            raise Http404
        entries = DirectoryEntry.objects.visible_to(request.user).select_related("organisation")
        if is_staff(request.user):
            waiting = EntryDraft.objects.to_read_over().select_related("entry__organisation", "submitted_by").order_by("submitted_at")
            late = DirectoryEntry.objects.to_verify(on=timezone.localdate()).exclude(drafts__status=DraftStatus.SUBMITTED)
            late = late.select_related("organisation")
            return render(request, "partners/entries.html", {"title": "Fiches à relire", "waiting": waiting, "late": late})
        found = list(entries[:2])
        if len(found) == 1:
            return redirect("entries:entry", pk=found[0].pk)
        return render(request, "partners/own_entries.html", {"title": "Ma fiche", "entries": entries})


class EntryView(View):
    """A page about one entry, for those who see it."""

    entry: DirectoryEntry
    http_method_names: ClassVar = ["get", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_write_entries(request.user):
            raise Http404
        seen = DirectoryEntry.objects.visible_to(request.user).select_related("organisation", "logo").defer("logo__content")
        self.entry = get_object_or_404(seen, pk=kwargs["pk"])
        self.draft: EntryDraft | None = (
            self.entry.drafts.under_way().select_related("logo", "updated_by", "submitted_by").defer("logo__content").first()
        )
        if self.draft:
            self.draft.entry = self.entry
        return super().dispatch(request, *args, **kwargs)

    def show(self, template: str, title: str, **context: Any) -> HttpResponse:
        shared = {"entry": self.entry, "draft": self.draft, "title": title, "is_staff": is_staff(self.request.user)}
        return render(self.request, f"partners/{template}.html", {**shared, **context})

    def allowed(self, action: DraftAction) -> bool:
        return self.draft is not None and may(self.request.user, action, self.draft)

    def back(self) -> HttpResponse:
        return redirect("entries:entry", pk=self.entry.pk)

    def do(self, write: Callable[[], Any], told: str) -> HttpResponse:
        """Carry a write out and say so, or say what stood against it."""
        try:
            write()
        except ValidationError as refusal:
            messages.error(self.request, " ".join(refusal.messages))
        except actions.Overtaken:
            messages.error(self.request, "La fiche a changé pendant que vous la relisiez : rien n'est fait. Relisez-la, puis recommencez.")
        except PermissionDenied as refusal:
            raise Http404 from refusal
        else:
            messages.success(self.request, told)
        return self.back()


class StateView(EntryView):
    """Where the entry stands, and what can be done."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        today = timezone.localdate()
        own = Membership.objects.in_force(on=today).filter(user=request.user, organisation=self.entry.organisation).first()
        return self.show(
            "entry",
            "Fiche d'annuaire" if is_staff(request.user) else "Ma fiche",
            can={action.value: self.allowed(action) for action in DraftAction},
            may_confirm=may_confirm(request.user) and self.entry.is_published,
            is_late=DirectoryEntry.objects.to_verify(on=today).filter(pk=self.entry.pk).exists(),
            membership=own,
            shown=Membership.objects.shown(on=today).filter(organisation=self.entry.organisation).select_related("user"),
            moves=self.draft.moves.select_related("by") if self.draft else [],
            page=DirectoryPage.objects.live().first(),
        )


class WriteView(EntryView):
    """The form. Two people at once lose nothing: the second one sees what the first wrote beside what was typed."""

    def form(self, data: Any = None) -> EntryForm:
        source = self.draft or self.entry
        revision = {"revision": self.draft.revision if self.draft else 0}
        return EntryForm(data, organisation=self.entry.organisation, source=source, initial=revision)

    def writable(self) -> bool:
        return self.draft is None or self.allowed(saving(self.draft))

    def page(self, form: EntryForm, **context: Any) -> HttpResponse:
        logo_id = form["logo"].value()
        logo = EntryFile.objects.light().filter(pk=logo_id, organisation=self.entry.organisation).first() if str(logo_id or "").isdecimal() else None
        return self.show("entry_form", "Modifier la fiche", form=form, logo=logo, **context)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.writable():
            messages.info(request, "Cette version est chez le GIE : reprenez-la d'abord pour la modifier.")
            return self.back()
        return self.page(self.form())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        data, refused = keep_files(request.POST, request.FILES, organisation=self.entry.organisation, by=request.user)
        form = self.form(data)
        valid = form.is_valid()
        for name, message in refused.items():
            form.add_error(name, message)
        if not valid or refused:
            return self.page(form)
        try:
            draft = actions.save_draft(entry=self.entry, values=form.values(), revision=form.cleaned_data["revision"], by=request.user)
        except actions.Overtaken as overtaken:
            return self._overtaken(form, data, overtaken.draft)
        except ValidationError as refusal:
            show_refusal(form, refusal)
            return self.page(form)
        except PermissionDenied:
            self.draft = self.entry.drafts.under_way().first()
            return self.page(form, blocked=True)
        if "submit" in request.POST and may(request.user, DraftAction.SUBMIT, draft):
            return self.do(
                lambda: actions.submit_draft(draft=draft, by=request.user),
                "Votre fiche est envoyée. Le GIE la relit ; la fiche publiée ne change pas d'ici là.",
            )
        messages.success(request, "C'est enregistré. La fiche publiée n'a pas changé.")
        return redirect("entries:preview" if "preview" in request.POST else "entries:entry", pk=self.entry.pk)

    def _overtaken(self, form: EntryForm, data: Any, current: EntryDraft) -> HttpResponse:
        """The same form with what was typed, and what a colleague saved in between."""
        theirs, mine = actions.content_of(current if current.pk else self.entry), form.values()
        lines = [line for line in compare(theirs, {**theirs, **mine}) if line.is_changed]
        data["revision"] = str(current.revision)
        self.draft = current if current.pk else None
        again = self.form(data)
        again.is_valid()
        return self.page(again, lines=lines, colleague=current.updated_by)


class PreviewView(EntryView):
    """The public page as it would be, for those who may see it already."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        page = DirectoryPage.objects.live().first()
        if page is None:
            raise Http404
        content = self.draft or self.entry
        if self.draft:
            self.draft.slug, self.draft.verified_on = self.entry.slug, self.entry.verified_on
        context = entry_context(content, self.entry, files=f"/gestion/fiches/{self.entry.pk}/fichiers/", on=timezone.localdate())
        return render(request, "pages/directory_entry.html", {"page": page, "self": page, "is_preview": True, **context})


class FileView(EntryView):
    """A logo or a document of the organisation, published or not."""

    def get(self, request: HttpRequest, pk: int, file: int) -> HttpResponse:
        found = get_object_or_404(EntryFile.objects.visible_to(request.user), pk=file, organisation=self.entry.organisation)
        return file_answer(found)


class ReviewView(EntryView):
    """Old and new side by side, for the GIE."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_staff(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.allowed(DraftAction.APPROVE):
            messages.info(request, "Cette fiche n'attend pas de relecture.")
            return self.back()
        return self.page(ReturnForm())

    def page(self, form: ReturnForm) -> HttpResponse:
        published = actions.content_of(self.entry) if self.entry.mission else {}
        proposed = actions.content_of(self.draft or self.entry)
        context = {"lines": compare(published, proposed), "is_first": not published, "can_discard": self.allowed(DraftAction.DISCARD)}
        return self.show("review", "Relire la fiche", form=form, **context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        draft = self.draft
        if draft is None:
            messages.error(request, "Cette fiche n'attend plus de relecture.")
            return self.back()
        if "return" in request.POST:
            form = ReturnForm(request.POST)
            if not form.is_valid():
                return self.page(form)
            message = form.cleaned_data["message"]
            return self.do(lambda: actions.return_draft(draft=draft, message=message, by=request.user), "La fiche est renvoyée à son organisme.")
        revision = request.POST.get("revision", "")
        if not revision.isdecimal():
            raise Http404
        return self.do(
            lambda: actions.approve_draft(draft=draft, revision=int(revision), by=request.user), "La fiche est publiée. L'organisme en est prévenu."
        )


class ActView(EntryView):
    """One button: send, take back, give up, confirm, agree to be named."""

    http_method_names: ClassVar = ["post"]

    def post(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        today, user = timezone.localdate(), request.user
        if action == "confirmer":
            return self.do(lambda: actions.confirm_entry(entry=self.entry, on=today, by=user), "Merci : la fiche est notée comme juste à ce jour.")
        if action == "accord":
            own = get_object_or_404(Membership.objects.in_force(on=today), user=user, organisation=self.entry.organisation)
            agrees = "agree" in request.POST
            told = "Votre nom et votre fonction apparaissent sur la fiche." if agrees else "Votre nom n'apparaît plus sur la fiche."
            return self.do(lambda: actions.agree_to_be_shown(membership=own, agrees=agrees, on=today, by=user), told)
        writes = {
            "envoyer": (actions.submit_draft, "Votre fiche est envoyée. Le GIE la relit ; la fiche publiée ne change pas d'ici là."),
            "reprendre": (actions.take_back_draft, "Vous pouvez de nouveau modifier votre fiche."),
            "abandonner": (actions.discard_draft, "Cette version est abandonnée. La fiche publiée reste telle quelle."),
        }
        draft = self.draft
        if action not in writes or draft is None:
            raise Http404
        write, told = writes[action]
        return self.do(lambda: write(draft=draft, by=user), told)
