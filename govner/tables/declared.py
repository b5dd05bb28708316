"""All tables, in the order in which they are written and explained."""

from __future__ import annotations

from govner.tables.columns import Table
from govner.tables.declared_facts import QUANTITIES, RECORDS
from govner.tables.declared_names import ORGANIZATIONS, PROJECTS
from govner.tables.declared_text import MENTIONS, REPORTS, SENTENCES

TABLES: dict[str, Table] = {
    table.name: table
    for table in (REPORTS, SENTENCES, MENTIONS, QUANTITIES, RECORDS, ORGANIZATIONS, PROJECTS)
}
