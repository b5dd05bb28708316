"""What a table and a column are. Tables are declared in :mod:`govner.tables.declared`, once for writing and the codebook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

Type = Literal["string", "integer", "number", "boolean", "date"]
Row = dict[str, Any]

#: The Python types that a value of each column type may have; any column may hold None.
PYTHON_TYPES: dict[Type, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float, Decimal),
    "boolean": (bool,),
    "date": (date,),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column, as it is written and as the codebook explains it.

    Attributes:
        name: at most 32 characters of lower-case ASCII, which every format can take.
        type: how it is stored; strings are never empty but absent.
        meaning: at most 80 characters, so that it fits a Stata label.
        unit: of numbers: characters, CNY, …
        measured: where the value comes from.
        bias: what is known to be wrong with it.
        refers: ``table.column`` that every value of this column is found in.
    """

    name: str
    type: Type
    meaning: str
    unit: str = ""
    measured: str = ""
    bias: str = ""
    refers: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: one row a thing. The first column is its key."""

    name: str
    thing: str
    note: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> str:
        """The column that names a row."""
        return self.columns[0].name

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def row(self, values: Row) -> Row:
        """A row with the columns in order; empty strings become None, so that absence is written in one way only.

        Raises:
            ValueError: a column is missing, not declared, or holds a value of another type. That is a mistake in govner.
        """
        if values.keys() != set(self.names):
            odd = sorted(values.keys() ^ set(self.names))
            raise ValueError(f"{self.name}: columns {', '.join(odd)} are not those declared")
        row = {name: None if values[name] == "" else values[name] for name in self.names}
        for column in self.columns:
            value = row[column.name]
            if value is not None and not isinstance(value, PYTHON_TYPES[column.type]):
                raise ValueError(f"{self.name}.{column.name}: {value!r} is not a {column.type}")
        return row
