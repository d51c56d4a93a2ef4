"""The form of a directory entry: all of it on one page."""

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from catalogue.models import Commune
from pages.places import Gazetteer, place_key
from partners.actions import CONTENT_FIELDS, MOST_DOCUMENTS, store_document, store_logo
from partners.enums import Audience, FileKind
from partners.models import EntryContent, EntryDraft, EntryFile, KnowHow, Organisation

PHONE = re.compile(r"(?:\+33|0)[1-9]\d{8}|\d{3,4}")
IMAGES: Final = "image/png,image/jpeg,image/webp"


def capital(label: str) -> str:
    return label[:1].upper() + label[1:]


def french_phone(typed: str) -> str:
    """A French number, written in pairs; a short number as it is. Raises ValidationError, in French."""
    number = re.sub(r"[\s.\-()]", "", typed)
    if not number:
        return ""
    if not PHONE.fullmatch(number):
        raise ValidationError("Ce numéro n'est pas complet : écrivez ses 10 chiffres, par exemple 02 99 00 00 00.")
    if len(number) < 5:
        return number
    digits = number.replace("+33", "0")
    return " ".join(digits[start : start + 2] for start in range(0, 10, 2))


class EntryForm(forms.ModelForm):
    """What an organisation says of itself. Files are kept as soon as they come, so that a form sent again does not lose them."""

    website = forms.URLField(label="Site", required=False, assume_scheme="https", help_text="Par exemple https://www.exemple.fr")
    know_hows = forms.MultipleChoiceField(
        label="Savoir-faire",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="C'est par eux que l'on vous trouve : cochez ce qui est juste.",
    )
    audiences = forms.MultipleChoiceField(label="Publics", required=False, choices=Audience, widget=forms.CheckboxSelectMultiple)
    territories = forms.MultipleChoiceField(
        label="Intercommunalités",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Là où vous intervenez. Inutile si vous avez coché tout le département.",
    )
    logo_file = forms.FileField(
        label="Logo ou photo",
        required=False,
        widget=forms.FileInput(attrs={"accept": IMAGES}),
        help_text="PNG, JPEG ou WebP, 5 Mo au plus. L'image est réduite et ses données cachées sont effacées.",
    )
    logo_shows = forms.CharField(
        label="Ce que montre la photo",
        required=False,
        max_length=120,
        help_text="Pour qui ne la voit pas, par exemple « La façade de l'accueil de jour, à Fougères ». Laissez vide pour un logo.",
    )
    without_logo = forms.BooleanField(label="Retirer le logo", required=False)
    document_file = forms.FileField(
        label="Ajouter un document",
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        help_text=f"Un PDF de 2 Mo au plus. Une fiche porte {MOST_DOCUMENTS} documents au plus.",
    )
    document_title = forms.CharField(label="Titre du document", required=False, max_length=120, help_text="Par exemple « Plaquette 2015 ».")
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = EntryDraft
        fields: Final = [*(name for name in CONTENT_FIELDS if name not in ("insee_code", "latitude", "longitude")), "documents"]
        widgets: Final = {
            "mission": forms.Textarea(attrs={"rows": 4}),
            "services": forms.Textarea(attrs={"rows": 5}),
            "opening_hours": forms.Textarea(attrs={"rows": 3}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
            "documents": forms.CheckboxSelectMultiple,
            "logo": forms.HiddenInput,
        }
        error_messages: Final = {"mission": {"required": "Dites en une ou deux phrases ce que fait votre organisation, et pour qui."}}
        labels: Final = {"documents": "Documents de la fiche", "services": "Ce que vous proposez", "area": "Précision sur le territoire"}
        help_texts: Final = {
            "mission": "Deux phrases simples : ce que fait votre organisation, et pour qui. 600 caractères au plus.",
            "documents": "Décochez un document pour le retirer de la fiche.",
        }

    def __init__(self, *args: Any, organisation: Organisation, source: EntryContent, **kwargs: Any) -> None:
        initial = {name: getattr(source, name) for name in CONTENT_FIELDS} | {"documents": list(source.documents.light())}
        super().__init__(*args, label_suffix="", initial={**initial, "logo": source.logo_id, **(kwargs.pop("initial", None) or {})}, **kwargs)
        self.organisation = organisation
        own = EntryFile.objects.light().filter(organisation=organisation)
        self.fields["logo"].queryset = own.filter(kind=FileKind.LOGO)
        documents = self._document_ids(source)
        self.fields["documents"].queryset = own.filter(kind=FileKind.DOCUMENT, pk__in=documents)
        self.fields["know_hows"].choices = [
            (know_how.code, know_how.name) for know_how in KnowHow.objects.all() if know_how.is_in_use or know_how.code in source.know_hows
        ]
        self.fields["territories"].choices = list(Gazetteer().epcis.items())
        self.fields["audiences"].choices = [(value, capital(str(label))) for value, label in Audience.choices]
        for field in self.fields.values():
            field.label = capital(str(field.label))

    def _document_ids(self, source: EntryContent) -> set[int]:
        """The documents to offer: those of the source, and those that came with this very form."""
        sent = self.data.getlist("documents") if isinstance(self.data, QueryDict) else []
        return {document.pk for document in source.documents.light()} | {int(pk) for pk in sent if pk.isdecimal() and len(pk) < 18}

    def clean_phone(self) -> str:
        return french_phone(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        """Find the commune's code from its name and postcode; a place outside the département keeps no code."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("mission", "services", "opening_hours"):
            cleaned[name] = cleaned.get(name, "").replace("\r\n", "\n")
        town, postcode = cleaned.get("town", ""), cleaned.get("postcode", "")
        here = Commune.objects.filter(postcodes__contains=[postcode]) if postcode else Commune.objects.none()
        cleaned["insee_code"] = next((commune.insee_code for commune in here if place_key(commune.name) == place_key(town)), "")
        if not (cleaned.get("is_departmental") or cleaned.get("territories") or self.errors.get("territories")):
            self.add_error("territories", "Cochez au moins une intercommunalité, ou tout le département : c'est ainsi que l'on vous trouve.")
        return cleaned

    def _post_clean(self) -> None:
        """The action validates the record itself, once merged with what the form does not show."""

    def values(self) -> dict[str, Any]:
        """What the action is to write, by field of the content."""
        kept = {name: self.cleaned_data[name] for name in (*CONTENT_FIELDS, "documents") if name in self.cleaned_data}
        if self.cleaned_data.get("without_logo"):
            kept["logo"] = None
        return {**kept, "documents": list(kept.get("documents", []))}


def keep_files(data: QueryDict, files: Any, *, organisation: Organisation, by: Any) -> tuple[QueryDict, dict[str, str]]:
    """Keep the files of a form; return its data, which now names them, and what was refused, by field."""
    kept, refused = data.copy(), {}
    shows = kept.get("logo_shows", "").replace("\x00", "")
    if logo := files.get("logo_file"):
        try:
            kept["logo"] = str(store_logo(organisation=organisation, content=logo.read(), by=by, shows=shows).pk)
            kept.pop("without_logo", None)
        except ValidationError as refusal:
            refused["logo_file"] = refusal.messages[0]
    if document := files.get("document_file"):
        title = kept.get("document_title", "").strip()
        if not title:
            refused["document_title"] = "Donnez un titre au document, puis choisissez-le de nouveau."
        else:
            try:
                kept.appendlist("documents", str(store_document(organisation=organisation, title=title, content=document.read(), by=by).pk))
                kept["document_title"] = ""
            except ValidationError as refusal:
                refused["document_file"] = refusal.messages[0]
    return kept, refused


class ReturnForm(forms.Form):
    """What the GIE asks an organisation to change."""

    message = forms.CharField(
        label="Votre message à l'organisme",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Dites ce qu'il faut changer, et pourquoi. Ce message part par courriel.",
    )
