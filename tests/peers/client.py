#!/usr/bin/python3
"""Checks a gateway against the contract, with grpcio: one line per check, `ok NAME` or `FAILED NAME: reason`; exit code 1 when any failed."""
import argparse
import os
import pathlib
import sys
import traceback

import grpc

import client_checks
import client_item_checks  # noqa: F401 - its checks add themselves
import stack_checks  # noqa: F401
from client_session import Failed

CHECK_FILES = ("client_checks.py", "client_item_checks.py", "stack_checks.py")


def secret(name):
    value = os.environ.get(name)
    if not value:
        sys.exit(f"client.py: the environment variable {name} is not set")
    return value


def reason(error):
    if isinstance(error, grpc.RpcError):
        text = f"{error.code()} {error.details()}"
    else:
        # Anything else is an answer that the check did not know how to read.
        text = str(error) if isinstance(error, Failed) else repr(error)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if pathlib.Path(f.filename).name in CHECK_FILES]
    return f"{' '.join(text.split())} ({pathlib.Path(frames[0].filename).name}:{frames[0].lineno})"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint", required=True, metavar="HOST:PORT")
    parser.add_argument("--key-env", default="MXGATEWAY_API_KEY", metavar="NAME", help="the variable that holds a key with all scopes")
    parser.add_argument("--read-key-env", metavar="NAME", help="the variable of a key that cannot write")
    parser.add_argument("--headers-late", action="store_true", help="do not wait for a stream's headers before its first event")
    parser.add_argument("--only", action="append", metavar="NAME", help="run this check; may be given more than once")
    parser.add_argument("--leave-out", action="append", default=[], metavar="NAME", help="do not run this check")
    asked = parser.parse_args()
    checks = client_checks.CHECKS
    unknown = [name for name in [*(asked.only or []), *asked.leave_out] if name not in checks]
    if unknown:
        parser.error(f"no check is named {', '.join(unknown)}; there are {', '.join(checks)}")

    target = client_checks.Target(asked.endpoint, secret(asked.key_env), secret(asked.read_key_env) if asked.read_key_env else None, asked.headers_late)
    failed = 0
    for name, check in checks.items():
        if name in asked.leave_out or (asked.only and name not in asked.only):
            continue
        try:
            check(target)
            print(f"ok {name}", flush=True)
        except Exception as error:
            failed += 1
            print(f"FAILED {name}: {reason(error)}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
