"""Compiles the policies and lists that come along when a wheel is built, by the program that is in it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Compiled(BuildHookInterface[Any]):
    """Puts the file beside the policies. A checkout has none: what is compiled there may change at any time."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "linter"))
        from mnlint import catalogue, compiled

        self.made = tempfile.TemporaryDirectory()
        file = Path(self.made.name) / compiled.FILE
        file.write_bytes(catalogue.compile_all(root / "policies").encode())
        build_data["force_include"][str(file)] = f"mnlint/_policies/{compiled.FILE}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self.made.cleanup()
