"""Documents: tagged PDF files made of a template and data, in a process that reads nothing and does not last."""

import io

import pytest
from django.template import TemplateDoesNotExist
from pypdf import PdfReader

from access import documents

HEAD = '#let data = json(bytes(sys.inputs.data))\n#set document(title: data.title)\n#set text(lang: "fr")\n'


@pytest.fixture
def template(tmp_path, settings):
    """Writes a template and returns its name."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]

    def write(text, name="essai.typ"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return write


def test_a_document_is_tagged_titled_and_in_french(template):
    name = template(HEAD + "= #data.title\n#data.words")
    pdf = PdfReader(io.BytesIO(documents.render(name, {"title": "Procès-verbal", "words": '#read("x") *étoile* $a$ é'})))
    root = pdf.trailer["/Root"]
    assert (pdf.metadata.title, root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == ("Procès-verbal", "fr", True)
    assert '#read("x") *étoile* $a$ é' in pdf.pages[0].extract_text()


def test_a_template_reads_no_file(template, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    for path in ("secret.txt", "/etc/passwd", "../secret.txt", str(tmp_path / "secret.txt")):
        with pytest.raises(documents.DocumentFailed):
            documents.render(template(HEAD + f'= #data.title\n#read("{path}")'), {"title": "Essai"})


def test_a_document_that_takes_too_long_is_given_up(template):
    name = template(
        HEAD + "= #data.title\n#let n = 0\n#let f(x) = { let i = 0; while i < 9999 { i += 1 }; i }\n" + "#{ for a in range(100000) { let _ = f(a) } }"
    )
    with pytest.raises(documents.DocumentFailed, match="secondes"):
        documents.render(name, {"title": "Essai"}, seconds=1)


@pytest.mark.parametrize("name", ["../secret.typ", "households/case.html", "inconnu.typ"])
def test_only_the_site_s_own_templates_are_laid_out(name):
    with pytest.raises(TemplateDoesNotExist):
        documents.render(name, {})
