"""The tables of what a report's text is: reports, sentences, mentions."""

from __future__ import annotations

from govner.reading.roles import Role
from govner.tables.columns import Column, Table
from govner.tables.declared_names import mention_name_columns
from govner.tables.declared_shared import (
    ROLE_BIAS,
    report_column,
    role_columns,
    sentence_column,
    source_columns,
    span_columns,
)


def _denominators() -> tuple[Column, ...]:
    columns = [
        Column(
            "characters", "integer", "Length of the report", "characters", "Clean text without white space."
        ),
        Column(
            "sentences",
            "integer",
            "Sentences of the report, headings included",
            "sentences",
            "Rows of `sentences`: cut at 。！？； and line breaks.",
        ),
    ]
    for role in Role:
        name = role.replace("-", "_")
        columns += [
            Column(
                f"characters_{name}",
                "integer",
                f"Length of the stretches with the role {role}",
                "characters",
                "Characters of the sentences with this role; the roles sum to `characters`, but for sentences without a role.",
                ROLE_BIAS,
            ),
            Column(
                f"sentences_{name}",
                "integer",
                f"Sentences with the role {role}",
                "sentences",
                "Rows of `sentences` with this role.",
                ROLE_BIAS,
            ),
        ]
    return tuple(columns)


_PLACE_BIAS = "Where `place_evidence` is mentions it was guessed from the places named most often, and can be another place."

REPORTS = Table(
    "reports",
    "a report",
    "Denominators: divide counts by `characters` or `sentences` of the same role, as reports differ in length: 2,600 to "
    "34,000 characters in 130 real ones.",
    (
        Column(
            "report_id",
            "string",
            "The report",
            measured="Name of the file, or of the file and the row, or the table's own id; ~2, ~3 … where ids repeat in "
            "the inputs, in their order; `govner tables` says which.",
            bias="A report that is given twice is there twice.",
        ),
        Column("source", "string", "File the report was read from", measured="Path as given."),
        Column("title", "string", "Title", measured="From the head of the text, else from the page."),
        Column("government", "string", "Government whose report it is", measured="From the place.", bias=_PLACE_BIAS),
        Column(
            "place", "string", "Place, without what it lies in", measured="Read from the text, then looked up in tables of "
            "divisions; never from the file name.", bias=_PLACE_BIAS,
        ),
        Column("place_path", "string", "Place with what it lies in", measured="From the division code.", bias=_PLACE_BIAS),
        Column(
            "place_evidence", "string", "Where the place was read",
            measured="opening, speaker, meeting, title, page, plan named in the text, table column, or mentions (weakest).",
        ),
        Column(
            "division_code", "string", "Official code of the place", measured="Six digits (GB/T 2260), the code valid in the "
            "report's year; nine for a town, township or street, whose first six are its county's. A string: keep it one when "
            "reading CSV.", bias=f"{_PLACE_BIAS} A town may have its county's code: see "
            "`division_code_level`.",
        ),
        Column("division_code_level", "string", "Level of what the code names", measured="As `level`."),
        Column(
            "level", "string", "Administrative level", measured="nation, province, city, county, town, township or street, by "
            "rank: a county-level city is a county.", bias=_PLACE_BIAS,
        ),
        Column(
            "year_reviewed", "integer", "Year looked back on", "year", "From the text, not the file name.",
            "Absent for reports that review a whole term and name no year.",
        ),
        Column("year_planned", "integer", "Year planned for", "year", "From the text, not the file name."),
        Column("date", "date", "Day the report was given", "", "From the head of the text.", "Absent where no day is named."),
        Column("meeting", "string", "People's congress it was given to", measured="From the head of the text."),
        Column("speaker", "string", "Who gave it", measured="From the head of the text.", bias="Absent for unusual names."),
        Column("model", "string", "Model that marked the mentions"),
        Column("model_version", "string", "Its version"),
        *_denominators(),
    ),
)  # fmt: skip

SENTENCES = Table(
    "sentences",
    "a sentence (or heading)",
    "All of the text: every mention, quantity and record stands in one of these rows.",
    (
        Column("sentence_id", "string", "The sentence", measured="Report, s, start."),
        report_column(),
        *span_columns("the sentence"),
        *source_columns("the sentence"),
        *role_columns(),
        Column("heading", "string", "Headings over it, outermost first", measured="Joined by ' / '."),
        Column("is_heading", "boolean", "Whether it is a heading itself", bias="A heading that runs into prose is not one."),
        Column("characters", "integer", "Length", "characters", "Without white space."),
        Column(
            "text", "string", "The sentence", measured="Clean text; cut at 。！？； and line breaks, with closing quotes.",
            bias="A ； inside a quoted list cuts it in two.",
        ),
    ),
)  # fmt: skip

MENTIONS = Table(
    "mentions",
    "a marked stretch of text",
    "Found by a model: see its card for precision and recall by label before comparing counts. The notes at a report's end "
    "explain its terms and so repeat them: counts include those mentions unless you leave out rows with `role` glossary.",
    (
        Column("mention_id", "string", "The mention", measured="Report, m, start, end."),
        report_column(),
        sentence_column("the mention"),
        *span_columns("the mention"),
        *source_columns("the mention", known=True),
        Column(
            "label", "string", "SLOGAN, PROJECT, ORG or INDICATOR", measured="By the model named in `reports`.",
            bias="Precision and recall differ by label and by level: see the model's card.",
        ),
        Column("text", "string", "The words marked", measured="As they stand in the clean text."),
        Column(
            "score", "number", "Probability that exactly this span has this label", "probability",
            "Of the model's conditional random field, calibrated on development reports.",
            "How well it is calibrated differs by model (see its meta.json); check on yours with `govner validate`.",
        ),
        Column(
            "quoted", "boolean", "Whether it stands in quotation marks",
            measured="On its line, the nearest of “‘「『”’」』 before it opens and the nearest after it closes; or it begins "
            "with one itself.",
            bias="Some sources lose quotation marks or write straight ones, which do not count.",
        ),
        *role_columns(),
        *mention_name_columns(),
    ),
)  # fmt: skip
