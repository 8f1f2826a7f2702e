"""Writes the Python of every contract: `python proto/generate.py`, and the build hook calls the same.

Nothing that another package carries is copied here: the validation rules come from the descriptor inside the
installed protovalidate, the well-known types from grpcio-tools.
"""

import filecmp
import shutil
import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory

import grpc_tools
from google.protobuf import descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2
from grpc_tools import protoc
from protovalidate._gen.buf.validate import validate_pb

ROOT = Path(__file__).resolve().parent
GENERATED = ROOT / "gen"
PLUGINS = {"python": "", "grpc_python": "", "mypy": "quiet:", "mypy_grpc": "quiet:"}
RULES = "buf/validate/validate.proto"
WELL_KNOWN = (descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2)


def generate(destination: Path = GENERATED) -> None:
    """Makes `destination` hold exactly the Python of all contracts; files that stay equal are not touched."""
    with TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "gen"
        fresh.mkdir()
        outputs = [f"--{plugin}_out={option}{fresh}" for plugin, option in PLUGINS.items()]
        _protoc(Path(scratch), [*_plugins(), *outputs, *contracts(), RULES])
        for package in ("tandem", "buf"):
            (fresh / package / "py.typed").touch()
        _mirror(fresh, destination)


def build_image(path: Path, root: Path = ROOT) -> None:
    """Writes all contracts under `root`, with comments and what they import, as one descriptor set that buf reads."""
    with TemporaryDirectory() as scratch:
        flags = ["--include_imports", "--include_source_info", f"--descriptor_set_out={path}"]
        _protoc(Path(scratch), [*flags, *contracts(root)], root)


def contracts(root: Path = ROOT) -> list[str]:
    """The contract files as import paths, sorted."""
    return sorted(path.relative_to(root).as_posix() for path in (root / "tandem").rglob("*.proto"))


def _protoc(scratch: Path, arguments: list[str], root: Path = ROOT) -> None:
    rules = scratch / "rules.binpb"
    rules.write_bytes(_rules().SerializeToString())
    well_known = Path(grpc_tools.__file__).parent / "_proto"
    if protoc.main(["protoc", f"-I{root}", f"-I{well_known}", f"--descriptor_set_in={rules}", *arguments]):
        raise SystemExit("protoc refused the contracts; its messages are above")


def _rules() -> descriptor_pb2.FileDescriptorSet:
    files = descriptor_pb2.FileDescriptorSet()
    for module in WELL_KNOWN:
        module.DESCRIPTOR.CopyToProto(files.file.add())
    files.file.add().MergeFromString(validate_pb._DESC.proto.to_binary())
    return files


def _plugins() -> list[str]:
    scripts = Path(sysconfig.get_path("scripts"))
    return [f"--plugin=protoc-gen-{name}={scripts / f'protoc-gen-{name}'}" for name in ("mypy", "mypy_grpc")]


def _mirror(source: Path, destination: Path) -> None:
    wanted = {path.relative_to(source) for path in source.rglob("*") if path.is_file()}
    for path in list(destination.rglob("*")) if destination.exists() else []:
        if path.is_file() and "__pycache__" not in path.parts and path.relative_to(destination) not in wanted:
            path.unlink()
    for relative in wanted:
        target = destination / relative
        if not target.exists() or not filecmp.cmp(source / relative, target, shallow=False):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / relative, target)


if __name__ == "__main__":
    generate()
    sys.stdout.write(f"{len(contracts())} contracts generated into {GENERATED.relative_to(ROOT.parent)}\n")
