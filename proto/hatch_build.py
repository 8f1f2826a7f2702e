"""Generates the contracts' Python when the package is built or installed for development."""

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GenerateContracts(BuildHookInterface[Any]):
    """Runs `generate.py` before hatchling collects the files of the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Writes `gen/`; a contract that protoc refuses fails the build."""
        sys.path.insert(0, self.root)
        from generate import generate

        generate()
