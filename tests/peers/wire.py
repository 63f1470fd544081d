"""The contract's messages and services, compiled by protoc when a peer starts: nothing generated is checked in.

The .proto files are the repository's, or those in the folder that MXGATEWAY_PROTO_ROOT names.
"""
import importlib
import os
import pathlib
import subprocess
import sys
import tempfile

PROTO_ROOT = pathlib.Path(os.environ.get("MXGATEWAY_PROTO_ROOT") or pathlib.Path(__file__).parents[2] / "protos")
PLUGIN = "/usr/bin/grpc_python_plugin"
MESSAGE_LIMIT = 16 * 1024 * 1024


def _compile():
    with tempfile.TemporaryDirectory(prefix="mxgateway-peer-") as folder:
        files = ["mxaccess_gateway.proto", "galaxy_repository.proto"]
        subprocess.run(
            ["protoc", f"--proto_path={PROTO_ROOT}", f"--python_out={folder}", f"--grpc_python_out={folder}",
             f"--plugin=protoc-gen-grpc_python={PLUGIN}", *files],
            check=True)
        sys.path.insert(0, folder)
        try:
            return [importlib.import_module(file.removesuffix(".proto") + suffix)
                    for suffix in ("_pb2", "_pb2_grpc") for file in files]
        finally:
            sys.path.remove(folder)


gateway, galaxy, gateway_grpc, galaxy_grpc = _compile()


def enum_name(enum, number, prefix):
    """A number's name without the enum's prefix; the number where the contract has no name for it."""
    return enum.Name(number).removeprefix(prefix) if number in enum.values() else str(number)
