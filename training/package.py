"""A trained model as a pip-installable wheel, found by ``govner.load(NAME)`` once installed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from govner.errors import UserError

SETUP = """[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "{distribution}"
version = "{version}"
description = "{description}"
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["govner>={govner}"]

[project.entry-points."govner.models"]
{name} = "{module}"

[tool.setuptools]
packages = ["{module}"]

[tool.setuptools.package-data]
"{module}" = ["{name}/**/*"]
"""


def package(model: Path, out: Path, name: str, version: str) -> Path:
    """Build a wheel of a model.

    Args:
        model: a pipeline folder.
        out: folder for the wheel.
        name: the name under which ``govner.load`` shall find it: letters, digits and hyphens.

    Returns:
        The wheel's path.

    Raises:
        UserError: the name cannot be a package's, or the build failed.
    """
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise UserError(f"--name {name}: use small letters, digits and hyphens, a letter first")
    meta = json.loads((model / "meta.json").read_text(encoding="utf-8"))
    module = "govner_model_" + name.replace("-", "_")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / module).mkdir()
        (root / module / "__init__.py").write_text(f'"""The govner model {name}."""\n', encoding="utf-8")
        shutil.copytree(model, root / module / name)
        card = model / "README.md"
        (root / "README.md").write_text(
            card.read_text(encoding="utf-8") if card.is_file() else name, encoding="utf-8"
        )
        (root / "pyproject.toml").write_text(
            SETUP.format(
                distribution=module.replace("_", "-"),
                version=version,
                description=meta.get("description", "").replace('"', "'"),
                govner=meta.get("govner_version", "0.1"),
                name=name,
                module=module,
            ),
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "-w", str(out), str(root)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise UserError(f"{model}: the wheel could not be built: {done.stderr.strip().splitlines()[-1]}")
    return max(out.glob(f"{module}-*.whl"), key=lambda p: p.stat().st_mtime)
