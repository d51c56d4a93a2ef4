"""Small ODS documents, written by hand."""

import io
import zipfile
from xml.sax.saxutils import escape

NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
KIND = "application/vnd.oasis.opendocument.spreadsheet"


def _cell(value: str | float) -> str:
    if isinstance(value, float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'


def document(rows: list[list[str | float]], repeated: int = 1) -> bytes:
    """An ODS file of ``rows``; ``repeated`` repeats each of them."""
    body = "".join(
        f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(map(_cell, row)) or "<table:table-cell/>"}</table:table-row>'
        for row in rows
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMES} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Patrimoine">{body}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", KIND, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="{KIND}"/></manifest:manifest>',
        )
    return target.getvalue()


def replaced(content: bytes, old: str, new: str) -> bytes:
    """The same file, where ``new`` stands for ``old`` in its document."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            data = source.read(name)
            archive.writestr(name, data.replace(old.encode(), new.encode()) if name == "content.xml" else data)
    return target.getvalue()


def merged_down(content: bytes, text: str, *, over: int, beneath: str) -> bytes:
    """The same file, where the cell that says ``text`` is merged over that many rows, and those that say ``beneath`` are covered."""
    start = f'<table:table-cell office:value-type="string"><text:p>{text}<'
    content = replaced(
        content, start, start.replace("table-cell ", f'table-cell table:number-rows-spanned="{over}" table:number-columns-spanned="1" ')
    )
    return replaced(content, _cell(beneath), "<table:covered-table-cell/>")
