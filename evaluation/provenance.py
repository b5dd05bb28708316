"""What a number was made with: date, command, versions and hardware."""

from __future__ import annotations

import datetime
import os
import platform
import shlex
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("spacy", "onnxruntime", "numpy", "scipy", "torch", "transformers", "jieba")


def hardware() -> str:
    """Processor, cores that may be used, and accelerator if torch is loaded and sees one."""
    name = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    torch = sys.modules.get("torch")
    gpu = f", {torch.cuda.get_device_name()}" if torch is not None and torch.cuda.is_available() else ""
    return f"{name}, {cores} cores{gpu}"


def provenance() -> dict[str, object]:
    """Date (UTC), command line, versions, hardware."""
    from govner import __version__

    versions = {"govner": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    words = [Path(sys.argv[0]).name, *sys.argv[1:]]
    return {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "command": shlex.join(words),
        "versions": versions,
        "hardware": hardware(),
    }
