"""Tables that are the same for every report: the list of statistics and how they follow and differ from each other."""

from __future__ import annotations

from govner.names.indicators import indicator_forms, indicator_links, indicator_list, series_id
from govner.tables.columns import Column, Row, Table

INDICATORS = Table(
    "indicators",
    "a statistic of govner's list",
    "What `indicator_id` can be, whether or not these reports name it. Two names share a row only if they are one statistic; "
    "predecessors and other scopes have rows of their own, and `indicator_links` says how they are related.",
    (
        Column("indicator_id", "string", "The statistic"),
        Column(
            "term", "string", "Official term",
            measured="Of the National Bureau of Statistics or the department in charge.",
        ),
        Column("english", "string", "English name", measured="govner's own translation."),
        Column(
            "family", "string", "Family of its unit",
            measured="money, percent, count, people … as in `quantities`; of its level, as growth of anything is in percent.",
        ),
        Column(
            "kind", "string", "Whose statistic it is",
            measured="nbs: of the National Bureau of Statistics; dept: of a department or of the administration; bare: words "
            "whose scope the report leaves open (投资, 财政收入), never merged with a statistic that says its scope.",
        ),
        Column(
            "series_id", "string", "The statistic whose series its figures belong to",
            measured="Itself, or where it was renamed and nothing else changed, the newest name. Where method or scope changed "
            "too, the series breaks: see `indicator_links`.",
            refers="indicators.indicator_id",
        ),
        Column(
            "forms", "string", "Other forms that count as this statistic",
            measured="Joined by ' | '; growth words, territory and time around them are left off.",
        ),
    ),
)  # fmt: skip

INDICATOR_LINKS = Table(
    "indicator_links",
    "a relation of two statistics",
    "Statistics whose figures must not be joined or compared without looking at `reason` and `year`.",
    (
        Column("link_id", "string", "The relation", measured="Both ids and the relation."),
        Column("indicator_id", "string", "The statistic", refers="indicators.indicator_id"),
        Column(
            "relation", "string", "How the other stands to it",
            measured="successor: the other took its place; other_scope: the other covers more or less; other_method: the other "
            "is measured otherwise; ratio_of: the other is a ratio made with it; unspecified: it is words that may mean the "
            "other.",
        ),
        Column("other_id", "string", "The other statistic", refers="indicators.indicator_id"),
        Column("year", "integer", "Year from which it holds", "year", "Absent where it always does or is not known."),
        Column(
            "renamed_only", "boolean", "Whether nothing but the name changed",
            measured="Then both have one `series_id`.",
        ),
        Column(
            "reason", "string", "Why, in Chinese",
            bias="Written for govner without a source for each: check before you cite.",
        ),
    ),
)  # fmt: skip

#: The lists by name, in the order in which they are written and explained.
LISTS: dict[str, Table] = {table.name: table for table in (INDICATORS, INDICATOR_LINKS)}


def list_rows() -> dict[str, list[Row]]:
    """The rows of every list, checked against what is declared."""
    found: dict[str, list[Row]] = {
        "indicators": [
            {
                "indicator_id": name.id,
                "term": name.term,
                "english": name.english,
                "family": name.family,
                "kind": name.kind,
                "series_id": series_id(name.id),
                "forms": " | ".join(indicator_forms(name.id)),
            }
            for name in indicator_list().values()
        ],
        "indicator_links": [
            {
                "link_id": f"{one}:{link.relation}:{link.id}",
                "indicator_id": one,
                "relation": link.relation,
                "other_id": link.id,
                "year": link.year,
                "renamed_only": link.renamed_only,
                "reason": link.reason,
            }
            for one, link in indicator_links()
        ],
    }
    return {name: [table.row(row) for row in found[name]] for name, table in LISTS.items()}
