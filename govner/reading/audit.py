"""placeholder"""
from govner.schema import Report
def kind_of(report: Report) -> str:
    return "report"
