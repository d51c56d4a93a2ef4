"""Operators' statements: prepared by them, compared with what is expected, judged line by line, settled."""

from collections.abc import Callable
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from access.backoffice import HeaderButton, ScopedModelAdmin
from access.backoffice.filters import choice_filter, related_filter
from access.enums import Role
from access.exchange.findings import FileRefused
from access.forms import written
from households.actions import statements as actions
from households.enums import LineStatus, StatementStatus
from households.forms.statements import JudgeForm, SettleForm, StatementForm, StatementLineForm
from households.models import Statement, StatementLine
from households.statement_files import FileRead, read_statement
from households.statements import compare, expectations, shut_to
from households.templatetags.money import euros
from partners.models import Organisation

READERS: Final = frozenset({Role.GIE_STAFF, Role.SUPPORT_WORKER})
PROBLEMS_SHOWN: Final = 30


class StatementAdmin(ScopedModelAdmin):
    model = Statement
    menu_icon = "list-ul"
    menu_label = "Relevés des opérateurs"
    base_url_path = "couts/releves"
    readers = READERS
    intro = "Ce que les opérateurs déclarent avoir fait, mois par mois, à côté de ce que Solive attend."
    empty_message = "Aucun relevé pour l'instant. Préparez le premier : Solive le remplit avec ce qu'il attend."
    inspect_view_fields: ClassVar = ["operator", "year", "first_month", "last_month", "reference", "status"]
    list_display = ("record_link", "status", "total", "sent_at", "settled_on")
    list_filter = (choice_filter("status", "État", StatementStatus), related_filter("operator", "Opérateur", Organisation, kind="operator"))
    list_select_related = ("operator",)
    header_buttons = (HeaderButton("Préparer un relevé", "statements:start", READERS),)

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).with_total()

    def total(self, statement: Any) -> str:
        return euros(statement.stated)

    total.short_description = "Montant déclaré"

    def get_record_url(self, instance: Any) -> str:
        return reverse("statements:page", args=[instance.pk])


def statement_or_404(request: HttpRequest, pk: int, *, staff_only: bool = False) -> Statement:
    """The statement, among those the user sees. Raises Http404, also for who may not check one when ``staff_only``."""
    role = getattr(request.user, "role", None)
    found = Statement.objects.visible_to(request.user).select_related("operator").filter(pk=pk).first() if role in READERS else None
    if found is None or (staff_only and role != Role.GIE_STAFF):
        raise Http404
    return found


def line_or_404(request: HttpRequest, pk: int, line_pk: int, *, staff_only: bool = False) -> StatementLine:
    """A line of the statement, unless it is of a confidential case on which the user is not named."""
    statement = statement_or_404(request, pk, staff_only=staff_only)
    line = StatementLine.objects.filter(statement=statement, pk=line_pk).select_related("statement__operator", "kind").first()
    if line is None or shut_to(request.user, {line.household_reference} & {reference for reference, _kind in expectations(statement)}):
        raise Http404
    return line


def _form_page(request: HttpRequest, form: Any, title: str, intro: str, back: str, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "intro": intro, "back": back, "button": title, "problems": [], **more}
    return render(request, "households/statements/form.html", context)


def start(request: HttpRequest) -> HttpResponse:
    """Choose the months; the lines come from a file or from what is expected."""
    user: Any = request.user
    if getattr(user, "role", None) not in READERS:
        raise Http404
    form = StatementForm(request.POST or None, request.FILES or None, user=user)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        read = _read(form.cleaned_data["file"], form)
        problems = read.problems if read else []
        if read and not problems and written(form, lambda: _start(form.instance, read, has_file=bool(form.cleaned_data["file"]), by=user)):
            messages.success(request, "Le relevé est prêt : relisez ses lignes, puis envoyez-le.")
            return redirect("statements:page", form.instance.pk)
    intro = "Un relevé couvre des mois entiers d'une année. Ses lignes viennent de votre fichier ou, sans fichier, de ce que Solive attend."
    back = reverse("couts_releves_modeladmin_index")
    return _form_page(
        request, form, "Préparer un relevé", intro, back, problems=problems[:PROBLEMS_SHOWN], more=max(len(problems) - PROBLEMS_SHOWN, 0)
    )


def _read(upload: Any, form: Any) -> FileRead | None:
    """What the file says, an empty one without a file; None when it cannot be read, which the form then says."""
    if not upload:
        return FileRead([], [])
    try:
        return read_statement(upload.read())
    except FileRefused as refused:
        form.add_error("file", f"{refused.finding.message} {refused.finding.hint}")
        return None


def _start(statement: Statement, read: FileRead, *, has_file: bool, by: Any) -> None:
    actions.start_statement(statement=statement, lines=read.lines, by=by)
    if not has_file:
        actions.prefill(statement=statement, by=by)


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement beside what is expected, with what may be done now."""
    statement = statement_or_404(request, pk)
    is_staff = getattr(request.user, "role", None) == Role.GIE_STAFF
    context = {
        "title": f"Relevé de {statement}",
        "statement": statement,
        "comparison": compare(statement, request.user),
        "may_write": statement.is_writable,
        "may_judge": is_staff and statement.status == StatementStatus.SENT,
        "may_settle": is_staff and statement.status == StatementStatus.ACCEPTED,
        "to_check": statement.lines.filter(status=LineStatus.TO_CHECK).exists(),
        "disputed": LineStatus.DISPUTED,
    }
    return render(request, "households/statements/page.html", context)


def line(request: HttpRequest, pk: int, line_pk: int | None = None) -> HttpResponse:
    """Add a line, or correct one."""
    user: Any = request.user
    if line_pk is None:
        statement = statement_or_404(request, pk)
        found = StatementLine(statement=statement)
    else:
        found = line_or_404(request, pk, line_pk)
        statement = found.statement
    back = reverse("statements:page", args=[pk])
    if not statement.is_writable:
        messages.error(request, actions.WRITTEN)
        return redirect(back)
    form = StatementLineForm(request.POST or None, instance=found, user=user)
    if request.method == "POST" and form.is_valid() and written(form, lambda: _replace(form.instance, statement, user)):
        messages.success(request, "La ligne est enregistrée.")
        return redirect(back)
    return _form_page(request, form, "Enregistrer la ligne", f"Relevé de {statement}.", back)


def _replace(line: StatementLine, statement: Statement, by: Any) -> None:
    """Write the line in place of the one it corrects, whose judgement starts again."""
    line.status, line.note, line.expected_amount = LineStatus.TO_CHECK, "", None
    actions.put_lines(statement=statement, lines=[line], by=by)


def judge(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """Accept or dispute one line."""
    found = line_or_404(request, pk, line_pk, staff_only=True)
    back = reverse("statements:page", args=[pk])
    form = JudgeForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if written(form, lambda: actions.judge_line(line=found, accepts=data["accepts"] == "oui", note=data["note"], by=request.user)):
            messages.success(request, "La décision est notée avec la ligne.")
            return redirect(back)
    row = next(row for row in compare(found.statement, request.user).rows if row.stated and row.stated.pk == found.pk)
    said = f"{row.reference}, {row.kind} : {euros(found.amount)} déclarés, {euros(row.expected.amount if row.expected else None)} attendus. "
    return _form_page(request, form, "Noter la décision", said + " ".join(row.causes), back)


def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Note the day the accepted amount was paid."""
    statement = statement_or_404(request, pk, staff_only=True)
    back = reverse("statements:page", args=[pk])
    form = SettleForm(request.POST or None, label_suffix="")
    if (
        request.method == "POST"
        and form.is_valid()
        and written(form, lambda: actions.settle_statement(statement=statement, on=form.cleaned_data["on"], by=request.user))
    ):
        messages.success(request, "Le règlement est noté.")
        return redirect(back)
    return _form_page(request, form, "Noter le règlement", f"Relevé de {statement}.", back)


def _at_once(request: HttpRequest, pk: int, form_action: Callable[[], Any], said: str) -> HttpResponse:
    form = forms.Form(request.POST)
    if form.is_valid() and written(form, form_action):
        messages.success(request, said)
    else:
        messages.error(request, " ".join(str(said) for said in form.non_field_errors()))
    return redirect("statements:page", pk)


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    statement = statement_or_404(request, pk)
    said = "Le relevé est envoyé. Le GIE le vérifie ; s'il a une question, le relevé vous revient avec le motif."
    return _at_once(request, pk, lambda: actions.send_statement(statement=statement, by=request.user), said)


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    statement = statement_or_404(request, pk, staff_only=True)
    said = "Les lignes qui concordent sont acceptées."
    return _at_once(request, pk, lambda: actions.accept_agreeing(statement=statement, by=request.user), said)


@require_POST
def remove(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    found = line_or_404(request, pk, line_pk)
    return _at_once(request, pk, lambda: actions.remove_line(line=found, by=request.user), "La ligne est retirée.")


@require_POST
def prefill(request: HttpRequest, pk: int) -> HttpResponse:
    statement = statement_or_404(request, pk)
    return _at_once(request, pk, lambda: actions.prefill(statement=statement, by=request.user), "Les lignes attendues sont ajoutées.")
