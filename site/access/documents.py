"""Documents as tagged PDF files, laid out by Typst from a template and data. Knows no domain.

The template and the data go to a process of its own, whose root is an empty folder: it reads no file, fetches nothing, and is ended when it
takes too long.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.template import TemplateDoesNotExist
from django.template.loader import get_template

SECONDS: Final = 20
SHELF: Final = Path(__file__).resolve().parents[1]


class DocumentFailed(Exception):
    """The document could not be laid out in time, or its template is wrong."""


def render(template: str, data: Mapping[str, Any], *, seconds: int = SECONDS) -> bytes:
    """The PDF (PDF/UA-1: tagged, titled, its language told) that ``template``, a name among the site's templates, makes of ``data``.

    ``data`` is what JSON can hold; the template reads it with ``json(bytes(sys.inputs.data))`` as text, never as markup. Raises DocumentFailed,
    and TemplateDoesNotExist for a name that is not a template's.
    """
    source = source_of(template)
    with tempfile.TemporaryDirectory() as root:
        work = json.dumps({"source": source, "data": json.dumps(data), "root": root})
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(SHELF)!r}); from access.documents import main; main()"],
                input=work.encode(),
                capture_output=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            raise DocumentFailed(f"{template} : plus de {seconds} secondes.") from late
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF"):
        raise DocumentFailed(f"{template} : {done.stderr.decode(errors='replace')[-500:]}")
    return done.stdout


def source_of(template: str) -> str:
    """The text of a Typst template, found as every template is, and never outside the templates' folders."""
    if not template.endswith(".typ"):
        raise TemplateDoesNotExist(template)
    found: Any = get_template(template)
    return Path(found.origin.name).read_text(encoding="utf-8")


def main() -> None:
    """The child: lay out what stands on the standard input, answer with the PDF."""
    import typst

    work = json.loads(sys.stdin.buffer.read())
    nowhere = str(Path(work["root"]) / "none")
    compiler = typst.Compiler(
        input=work["source"].encode(), root=work["root"], ignore_system_fonts=True, package_path=nowhere, package_cache_path=nowhere
    )
    made = compiler.compile(format="pdf", sys_inputs={"data": work["data"]}, pdf_standards="ua-1")
    sys.stdout.buffer.write(made if isinstance(made, bytes) else b"")
