"""Refuses files and functions that have grown too long; what is long is named."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FILE, TEST_FILE, FUNCTION = 300, 400, 40


def main() -> int:
    """Answers how many findings there are, at most 1."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    findings = [finding for name in listed.stdout.splitlines() if Path(name).exists() for finding in _check(Path(name))]
    sys.stdout.writelines(f"{finding}\n" for finding in findings)
    sys.stdout.write(f"{len(findings)} too long\n" if findings else "no file and no function is too long\n")
    return min(len(findings), 1)


def _check(path: Path) -> Iterator[str]:
    if "migrations" in path.parts:
        return
    source = path.read_text()
    lines, is_test = source.count("\n"), "tests" in path.parts
    limit = TEST_FILE if is_test else FILE
    if lines > limit:
        yield f"{path}: {lines} lines, at most {limit}"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not is_test:
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION:
                yield f"{path}:{node.lineno}: {node.name} has {length} lines, at most {FUNCTION}"


if __name__ == "__main__":
    sys.exit(main())
