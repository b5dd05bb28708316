"""A small real model, trained once in the test run, and the command line as a user calls it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from support import ROOT, TINY, small_corpus

# A busy machine is slow now and then; that is no mistake of what is tested.
settings.register_profile("govner", deadline=None)
settings.load_profile("govner")


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a training run."""
    from govner.training.train import train

    folder = tmp_path_factory.mktemp("tiny")
    overrides = {**TINY, "data.train": [str(small_corpus(folder, 40))], "training.epochs": 6}
    train(ROOT / "configs" / "cnn.cfg", folder / "out", overrides, say=lambda line: None)
    return folder / "out"


@pytest.fixture(scope="session")
def govner() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs ``govner …`` in a process of its own."""

    def run(
        *arguments: object, stdin: bytes | None = None, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("govner")), *map(str, arguments)]
        done = subprocess.run(
            command, input=stdin, capture_output=True, cwd=ROOT, env={**os.environ, **(env or {})}
        )
        return subprocess.CompletedProcess(
            command, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "replace")
        )

    return run


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium; tests that want it skip where there is none."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    binary = shutil.which("chromium") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not binary or not driver:
        pytest.skip("no Chromium and chromedriver here (apt-get install chromium chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    options.add_argument("--force-prefers-reduced-motion")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    made = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield made
    made.quit()
