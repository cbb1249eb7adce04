"""Paper as a copier gives it: pages set in type, then rotated, greyed, noisy, at few dots an inch; files that are broken on purpose."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable, Sequence

import numpy
import pypdfium2
from PIL import Image

from grc.paper.model import Block, Letterhead, Mark, Paragraph, Party, Sheet
from grc.paper.render import render

TEXT = """Madame la Maire,

Je me permets de vous écrire au sujet de l’éclairage public de la rue des Genêts, qui est éteint depuis trois semaines. Les habitants du quartier, notamment les personnes âgées, n’osent plus sortir à la tombée de la nuit, et l’école toute proche reçoit des enfants dès huit heures moins le quart.

Nous avons déjà signalé cette panne par téléphone, sans obtenir de réponse. Pourriez-vous nous indiquer à quelle date une intervention est prévue, et à qui il faut s’adresser désormais ? Le coût des réparations semble modeste au regard du danger : une chute s’est produite dimanche devant la boulangerie, par chance sans gravité.

Dans l’attente de votre réponse, je vous prie d’agréer, Madame la Maire, l’expression de mes salutations distinguées."""  # noqa: E501  # paragraphs of a letter

SENDER = Letterhead("Jeanne Dupouy", ("14 rue des Genêts", "40100 Dax", "Téléphone : 05 58 00 11 22", "jeanne.dupouy@example.fr"))


def letter(
    *,
    subject: str = "éclairage public de la rue des Genêts",
    text: str = TEXT,
    sender: Letterhead = SENDER,
    written: str = "Dax, le 3 novembre 2026",
    mark: str = "",
) -> bytes:
    """A letter of a citizen, as a PDF; with `mark`, a page of ours that he joined to it."""
    blocks: tuple[Block, ...] = (Paragraph(text),)
    party = Party(("Mairie de Dax", "Rue Saint-Pierre", "40100 Dax"))
    return render(Sheet(f"Objet : {subject}", sender, party, written, "", blocks, code=mark))


def cover_sheet(code: str) -> bytes:
    """A cover sheet that says this."""
    return render(Sheet("Feuille intercalaire", Letterhead("Mairie", ()), None, "", "", (Mark(code, "À poser avant chaque lettre"),)))


def blank(width: float = 595, height: float = 842) -> bytes:
    """A page with nothing on it, of so many points."""
    document, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    document.new_page(width, height)
    document.save(out)
    return out.getvalue()


def joined(parts: Iterable[bytes]) -> bytes:
    """PDFs one after the other."""
    document, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for part in parts:
        document.import_pages(pypdfium2.PdfDocument(part))
    document.save(out)
    return out.getvalue()


def pictures(pdf: bytes, dpi: int = 300) -> list[Image.Image]:
    """The pages of a PDF in grey."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L") for page in document]


def worn(page: Image.Image, *, degrees: float = 3, seed: int = 1) -> Image.Image:
    """The page as a poor copier sees it: askew, on grey paper, with noise."""
    askew = page.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=255)
    points = numpy.asarray(askew).astype(float) * 0.75 + 40
    noise = numpy.random.default_rng(seed).normal(0, 14, points.shape)
    return Image.fromarray((points + noise).clip(0, 255).astype("uint8"))


def scanned(pages: Sequence[Image.Image], dpi: int, kind: str = "PDF") -> bytes:
    """The file of a copier: pictures alone, as PDF or TIFF."""
    out = io.BytesIO()
    first, *others = pages
    first.save(out, kind, save_all=True, append_images=others, **({"resolution": dpi} if kind == "PDF" else {"dpi": (dpi, dpi)}))
    return out.getvalue()


def degraded(pdf: bytes, dpi: int = 150, kind: str = "PDF") -> bytes:
    """A PDF printed and scanned badly."""
    return scanned([worn(page, seed=number) for number, page in enumerate(pictures(pdf, dpi), 1)], dpi, kind)


def encrypted() -> bytes:
    """A PDF that asks for a password: the standard security handler, with keys that no password opens."""
    keys = b"/O <" + b"00" * 32 + b"> /U <" + b"11" * 32 + b">"
    return _pdf(b"", extra=b"/Encrypt << /Filter /Standard /V 1 /R 2 " + keys + b" /P -4 >> /ID [<00><00>]")


def with_script() -> bytes:
    """A PDF that would run a script when opened."""
    return _pdf(b"/OpenAction << /S /JavaScript /JS (app.alert\\('perdu'\\); this.submitForm\\('http://127.0.0.1:9/'\\);) >>")


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is this large."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"")
    chunks = (struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in (head, data, b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def of_pages(count: int) -> bytes:
    """A PDF of so many empty pages."""
    document, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _ in range(count):
        document.new_page(595, 842)
    document.save(out)
    return out.getvalue()


def _pdf(catalog: bytes, extra: bytes = b"") -> bytes:
    said = b"BT /F1 24 Tf 72 720 Td (Bonjour, ceci est une lettre) Tj ET"
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(said), said),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer << /Size 6 /Root 1 0 R " + extra + b" >>\nstartxref\n%d\n%%%%EOF\n" % start)
