"""The coding sheet of a user's own validation: an Excel workbook that is filled in by hand and read back.

Sheet "predictions" has a row a prediction, with a verdict to choose; sheet "missed" has a row a sentence, in
which missed entities are written; sheet "design" says how the sample was drawn and must be left alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from govner.errors import UserError
from govner.evaluation.sampling import Cell

VERDICTS = ("right", "wrong edge", "wrong label", "wrong")
_PREDICTIONS = ("sentence id", "sentence", "entity", "label", "verdict", "note")
_MISSED = ("sentence id", "sentence", "read", "missed", "note")
_HOW = (
    "Sheet predictions: for each row choose a verdict. right: edges and label are right. wrong edge: the "
    "label is right, the text too long or too short. wrong label: the text is right. "
    "wrong: no entity at all.",
    "Sheet missed: write an x under read once you have read the sentence; under missed write every entity "
    "that no prediction touches as LABEL: text, one a line.",
    "Leave the sheet design and the sentence ids alone. Then run: govner validate-score FILE.xlsx",
)
#: Characters that a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Coded:
    """A sentence as coded: its stratum and weight, and by label how many predictions had which verdict, and
    missed."""

    stratum: str
    predicted: bool
    weight: float
    verdicts: tuple[tuple[str, str], ...]
    missed: tuple[str, ...]


def write_sheet(path: Path, cells: Sequence[Cell], design: Mapping[str, Any], labels: Sequence[str]) -> int:
    """Write the sheet; returns how many sentences it holds.

    Args:
        design: what is to be remembered of how the sample was drawn.
        labels: labels that a coder may use.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    how = book.active
    how.title = "read me"
    for line in _HOW:
        how.append([line])
    sheets = {"predictions": book.create_sheet("predictions"), "missed": book.create_sheet("missed")}
    sheets["predictions"].append(_PREDICTIONS)
    sheets["missed"].append(_MISSED)
    drawn = [one for cell in cells for one in cell.drawn]
    for one in drawn:
        for entity in one.entities:
            shown = (
                f"{one.text[: entity.start]}【{one.text[entity.start : entity.end]}】{one.text[entity.end :]}"
            )
            surface = one.text[entity.start : entity.end]
            sheets["predictions"].append([one.key, _safe(shown), _safe(surface), entity.label, None, None])
        marked = one.text
        for entity in reversed(one.entities):
            marked = f"{marked[: entity.start]}【{marked[entity.start : entity.end]}】{marked[entity.end :]}"
        sheets["missed"].append([one.key, _safe(marked), None, None, None])
    verdict = DataValidation(type="list", formula1='"' + ",".join(VERDICTS) + '"', allow_blank=True)
    sheets["predictions"].add_data_validation(verdict)
    verdict.add(f"E2:E{max(2, sheets['predictions'].max_row)}")
    for sheet in sheets.values():
        sheet.freeze_panes = "A2"
        for number, width in enumerate((22, 90, 28, 14, 14, 20), 1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    hidden = book.create_sheet("design")
    hidden.append([json.dumps({**design, "labels": list(labels)}, ensure_ascii=False)])
    for cell in cells:
        for one in cell.drawn:
            hidden.append([one.key, cell.stratum, int(cell.predicted), cell.population / len(cell.drawn)])
    hidden.sheet_state = "hidden"
    book.save(path)
    return len(drawn)


def _safe(text: str) -> str:
    """Text that a spreadsheet shows as it is: no control characters, and no formula."""
    clean = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text).strip()
    return "'" + clean if clean.startswith(_FORMULA) else clean


def read_sheet(path: Path) -> tuple[dict[str, Any], list[Coded], int]:
    """Read a coded sheet.

    Returns:
        The design, the sentences that are wholly coded, and how many are not.

    Raises:
        UserError: it is no coding sheet, or a cell holds something that cannot be understood; the message
        names it.
    """
    from openpyxl import load_workbook

    if path.suffix != ".xlsx":
        raise UserError(f"{path}: not a coding sheet; want the .xlsx that `govner validate` wrote")
    try:
        book = load_workbook(path, read_only=True)
        design, *places = [list(row) for row in book["design"].iter_rows(values_only=True)]
        predictions, missed = (
            [list(row) for row in book[name].iter_rows(min_row=2, values_only=True)]
            for name in ("predictions", "missed")
        )
        known = json.loads(str(design[0]))
    except (OSError, LookupError, ValueError, BadZipFile) as error:
        raise UserError(f"{path}: not a coding sheet of `govner validate` ({error})") from None
    verdicts: dict[str, list[tuple[str, str]]] = {}
    unread = set()
    for number, row in enumerate(predictions, 2):
        filled = [*row, *[None] * 6]
        key, label, verdict = filled[0], filled[3], filled[4]
        if not key:
            continue
        if not verdict:
            unread.add(str(key))
        elif str(verdict).strip() not in VERDICTS:
            raise UserError(
                f"{path}, sheet predictions, row {number}: {verdict!r} is no verdict; "
                f"want {', '.join(VERDICTS)}"
            )
        else:
            verdicts.setdefault(str(key), []).append((str(label), str(verdict).strip()))
    gone: dict[str, tuple[str, ...]] = {}
    for number, row in enumerate(missed, 2):
        filled = [*row, *[None] * 5]
        key, read, text = filled[0], filled[2], filled[3]
        if key and not (read or text):
            unread.add(str(key))
        elif key:
            gone[str(key)] = _missed(str(text or ""), known["labels"], f"{path}, sheet missed, row {number}")
    coded = [
        Coded(str(stratum), bool(predicted), float(weight), tuple(verdicts.get(str(key), ())), gone[str(key)])
        for key, stratum, predicted, weight, *_ in places
        if str(key) not in unread and str(key) in gone
    ]
    return known, coded, len(places) - len(coded)


def _missed(text: str, labels: Sequence[str], where: str) -> tuple[str, ...]:
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        label = re.split(r"[:：]", line, maxsplit=1)[0].strip().upper()
        if label not in labels:
            known = ", ".join(labels)
            raise UserError(f"{where}: want LABEL: text with a label of {known}, got {line.strip()!r}")
        found.append(label)
    return tuple(found)
