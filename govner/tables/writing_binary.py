"""Parquet and Stata files. Rows are kept in part files until the end, so that memory holds one table at most."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from govner.tables.columns import Column, Row, Table, Type

#: Rows in memory before they go to a part file.
_BATCH = 20_000
#: Bytes of UTF-8 that a str# variable of Stata holds. Every row of one takes the bytes of the longest, so where that is much
#: more than the mean, or too much, strings become strL, which holds 2 GB and takes what it needs.
_STR_BYTES, _SHORT_BYTES, _WASTE = 2045, 256, 4


class ParquetWriter:
    """A typed Parquet file (polars, zstd). Numbers are doubles."""

    def __init__(self, path: Path, table: Table) -> None:
        import polars

        self.notes: list[str] = []
        self._path, self._table, self._polars = path, table, polars
        kinds: dict[Type, Any] = {
            "string": polars.String,
            "integer": polars.Int64,
            "number": polars.Float64,
            "boolean": polars.Boolean,
            "date": polars.Date,
        }
        self._schema = {column.name: kinds[column.type] for column in table.columns}
        self._rows: list[Row] = []
        self._parts = Path(tempfile.mkdtemp(prefix=f".{table.name}-", dir=path.parent))

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows."""
        self._rows += rows
        if len(self._rows) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        columns = {name: [_plain(row[name]) for row in self._rows] for name in self._table.names}
        self._rows = []
        part = self._parts / f"{len(list(self._parts.iterdir())):06d}.parquet"
        self._polars.DataFrame(columns, schema=self._schema).write_parquet(part)

    def close(self) -> None:
        """Join the parts to the file."""
        self._flush()
        self._join()
        self.discard()

    def _join(self) -> None:
        self._polars.scan_parquet(self._parts / "*.parquet").sink_parquet(self._path)

    def discard(self) -> None:
        """Take the parts away."""
        shutil.rmtree(self._parts, ignore_errors=True)


class DtaWriter(ParquetWriter):
    """A Stata file of version 118 (Stata 14 and later, UTF-8), with labels. Absent strings are "", as Stata has it."""

    def __init__(self, path: Path, table: Table) -> None:
        import pandas  # noqa: F401  (asked for before a model runs, not after)

        super().__init__(path, table)

    def _join(self) -> None:
        import pandas

        rows = self._polars.read_parquet(self._parts / "*.parquet")
        frame = pandas.DataFrame({c.name: _series(c, rows[c.name].to_list()) for c in self._table.columns})
        long = [c.name for c in self._table.columns if c.type == "string" and _is_long(rows[c.name])]
        frame.to_stata(
            self._path,
            version=118,
            write_index=False,
            convert_strl=long,
            convert_dates={column.name: "td" for column in self._table.columns if column.type == "date"},
            data_label=f"govner {self._table.name}: one row {self._table.thing}"[:80],
            variable_labels={column.name: column.meaning for column in self._table.columns},
        )


def _is_long(strings: Any) -> bool:
    """Should these strings be strL?"""
    sizes = strings.str.len_bytes().fill_null(0)
    longest = sizes.max() or 0
    return bool(longest > _STR_BYTES or (longest > _SHORT_BYTES and longest > _WASTE * sizes.mean()))


def _series(column: Column, values: list[Any]) -> Any:
    """A pandas column of the type that Stata has for it."""
    import pandas

    if column.type == "string":
        return pandas.Series(["" if value is None else value for value in values], dtype=object)
    if column.type == "date":
        return pandas.Series(pandas.to_datetime(values), dtype="datetime64[ns]")
    if column.type == "number":
        return pandas.Series(values, dtype="float64")
    # Stata's largest whole number type is a long; offsets, years and counts fit it.
    return pandas.Series(values, dtype="Int8" if column.type == "boolean" else "Int32")


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
