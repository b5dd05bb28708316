"""PDF files with a text layer."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2

from govner.reading.formats.base import Document, FormatError, Options

PAGE_BREAK = "\f"


def read_pdf(data: bytes, options: Options) -> Iterator[Document]:
    """The source text is the text layer, lines as printed, with a form feed between pages.

    Pages keep their printed numbers and running heads, which cleaning drops by their place next to the form
    feed.
    """
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise FormatError(
            "the PDF needs a password: save a copy without one"
            if locked
            else "a damaged PDF: open it in a PDF viewer and print it to a new PDF"
        ) from error
    try:
        pages = [page.get_textpage().get_text_bounded() for page in pdf]
    finally:
        pdf.close()
    # A scan with a stamp or a page number has a few characters a page, not a text layer.
    if sum(len(page.strip()) for page in pages) < 20 * max(1, len(pages)):
        raise FormatError(
            f"the PDF has no text layer on its {len(pages)} page(s), it is scanned: OCR is needed,"
            " for example `ocrmypdf -l chi_sim IN.pdf OUT.pdf`"
        )
    yield Document(PAGE_BREAK.join(pages), meta={"pages": len(pages)})
