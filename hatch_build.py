"""When a wheel is built, the program in it compiles the policies and lists that come along, and writes their rules."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Compiled(BuildHookInterface[Any]):
    """Puts the files beside the policies. A checkout has none: what is compiled there may change at any time."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "linter"))
        from mnlint import catalogue, compiled, ready

        policies = root / "policies"
        kept = catalogue.compile_all(policies)
        self.made = tempfile.TemporaryDirectory()
        for name, text in ((compiled.FILE, kept), (ready.FILE, ready.text(compiled.read(policies, kept)))):
            file = Path(self.made.name) / name
            file.write_bytes(text.encode())
            build_data["force_include"][str(file)] = f"mnlint/_policies/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self.made.cleanup()
