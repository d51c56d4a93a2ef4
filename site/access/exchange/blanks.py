"""What the parser of workbooks leaves blank though the cell is not: errors of the spreadsheet, and formulas saved without their result.

A blank cell clears a field. These cells are written over as text in a copy of the workbook, so that they are read and told.
"""

import io
import re
import zipfile
from typing import Final

_V: Final = rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?"
_ERROR = re.compile(rb'(<(?:\w+:)?c\s[^>]*\bt=)"e"')
_NO_RESULT_END = re.compile(rb"</(?:\w+:)?f>\s*" + _V + rb"\s*</(?:\w+:)?c>")
_NO_RESULT = re.compile(rb"<((?:\w+:)?)c(\s[^>]*)?>\s*<(?:\w+:)?f\b[^>]*>([^<]*)</(?:\w+:)?f>\s*" + _V + rb"\s*</(?:\w+:)?c>")
_TYPE = re.compile(rb'\s+t="[^"]*"')
_ODS_ERROR = re.compile(rb'(<table:table-cell\b[^>]*?)\s+office:string-value=""([^>]*calcext:value-type="error")')


def may_hide(block: bytes) -> bool:
    """Whether a part of a sheet holds such a cell. Bytes as they stand in the file, of an XLSX sheet or an ODS document."""
    return any(pattern.search(block) for pattern in (_ERROR, _NO_RESULT_END, _ODS_ERROR))


def shown(content: bytes) -> bytes:
    """The workbook with these cells as text: ``#REF!``, or the formula itself. Raises BadZipFile when it is damaged."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as copy:
        for name in dict.fromkeys(source.namelist()):
            data = source.read(name)
            if is_sheet(name):
                data = _ODS_ERROR.sub(rb"\1\2", _NO_RESULT.sub(_as_text, _ERROR.sub(rb'\1"str"', data)))
            copy.writestr(name, data)
    return target.getvalue()


def is_sheet(name: str) -> bool:
    """Whether an entry of a workbook holds cells."""
    return name.startswith("xl/worksheets/") or name == "content.xml"


def _as_text(cell: re.Match[bytes]) -> bytes:
    """The cell with its formula for text; a formula whose result is a text may well be empty, and stays so."""
    prefix, attributes, formula = cell[1], cell[2] or b"", cell[3]
    if b't="str"' in attributes:
        return cell[0]
    return b'<%bc%b t="str"><%bv>=%b</%bv></%bc>' % (prefix, _TYPE.sub(b"", attributes), prefix, formula, prefix, prefix)
