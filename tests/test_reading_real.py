"""Reading the collected reports, where a checkout has them (they are not in the repository)."""

from pathlib import Path

import pytest

from govner.reading import read
from govner.schema import Report

REPORTS = Path(__file__).resolve().parents[2] / "shared" / "reports"


@pytest.mark.skipif(not REPORTS.is_dir(), reason="the collected reports are not here")
def test_every_collected_report_is_read() -> None:
    reports = list(read([REPORTS]))
    assert len(reports) == 130
    assert all(isinstance(report, Report) and len(report.text) > 2000 for report in reports)
