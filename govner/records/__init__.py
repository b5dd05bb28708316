"""Records: what a report says of each measured thing, linked by rules over clauses."""

from govner.records.extract import extract
from govner.records.output import quantities_json, records_json
from govner.records.schema import MeasuredQuantity, Record, ReportRecords

__all__ = ["MeasuredQuantity", "Record", "ReportRecords", "extract", "quantities_json", "records_json"]
