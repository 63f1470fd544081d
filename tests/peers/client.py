#!/usr/bin/python3
"""Checks a gateway against the contract, with grpcio.

One line per check: `ok NAME`, `FAILED NAME: reason`, or `left out NAME: reason`; exit code 1 when any failed. With --jobs it checks several gateways at once:
standard input is a JSON array of jobs, each {"name", "endpoint", "control"?, "users"?, "only"?}, and each line of the output starts with the job's name.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import sys
import traceback

import grpc

import client_checks
import client_item_checks  # noqa: F401 - its checks add themselves
import deploy_checks  # noqa: F401
import event_checks  # noqa: F401
import galaxy_checks  # noqa: F401
import item_checks  # noqa: F401
import key_checks  # noqa: F401
import session_checks  # noqa: F401
import stack_checks  # noqa: F401
import transport_checks  # noqa: F401
import write_checks  # noqa: F401
from client_checks import LeftOut
from client_session import Failed


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
    here = pathlib.Path(__file__).parent
    # The line of the check: below the two that run it.
    frames = [f for f in traceback.extract_tb(error.__traceback__) if pathlib.Path(f.filename).parent == here and f.name != "run"]
    frame = frames[0]
    # What a gateway answered can be long.
    return f"{' '.join(text.split())[:1000]} ({pathlib.Path(frame.filename).name}:{frame.lineno})"


def run(target, only=None, leave_out=(), prefix=""):
    """Runs the checks and says how each went. Whether none failed."""
    failed = 0
    for name, check in client_checks.CHECKS.items():
        if name in leave_out or (only and name not in only):
            continue
        try:
            target.run(check)
            line = f"ok {name}"
        except LeftOut as why:
            line = f"left out {name}: {why}"
        except Exception as error:
            failed += 1
            line = f"FAILED {name}: {reason(error)}"
        # One write, so that lines of jobs that run at once do not mix.
        sys.stdout.write(f"{prefix}{line}\n")
        sys.stdout.flush()
    return not failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoint", metavar="HOST:PORT")
    parser.add_argument("--key-env", default="MXGATEWAY_API_KEY", metavar="NAME", help="the variable that holds a key with all scopes")
    parser.add_argument("--read-key-env", metavar="NAME", help="the variable of a key that cannot write")
    parser.add_argument("--keys-env", metavar="NAME", help="the variable of more keys by name, as JSON")
    parser.add_argument("--users-env", metavar="NAME", help="the variable of the Galaxy's users, as JSON; without it, Galaxy security is off")
    parser.add_argument("--control", metavar="URL", help="the simulator's control endpoint")
    parser.add_argument("--headers-late", action="store_true", help="do not wait for a stream's headers before its first event")
    parser.add_argument("--only", action="append", metavar="NAME", help="run this check; may be given more than once")
    parser.add_argument("--leave-out", action="append", default=[], metavar="NAME", help="do not run this check")
    parser.add_argument("--list", action="store_true", help="name the checks, and end")
    parser.add_argument("--jobs", type=int, metavar="N", help="check the gateways that standard input names, so many at once")
    asked = parser.parse_args()
    if asked.list:
        print(json.dumps({name: {"control": check.control, "users": check.users} for name, check in client_checks.CHECKS.items()}))
        return
    unknown = [name for name in [*(asked.only or []), *asked.leave_out] if name not in client_checks.CHECKS]
    if unknown:
        parser.error(f"no check is named {', '.join(unknown)}; --list names them")

    keys = json.loads(secret(asked.keys_env)) if asked.keys_env else {}
    keys["full"] = secret(asked.key_env)
    if asked.read_key_env:
        keys["no-write"] = secret(asked.read_key_env)
    users = json.loads(secret(asked.users_env)) if asked.users_env else None

    if asked.jobs:
        def work(job):
            target = client_checks.Target(job["endpoint"], keys, users if job.get("users") else None, job.get("control"), asked.headers_late)
            return run(target, job.get("only"), asked.leave_out, f"{job['name']}: ")
        with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
            good = all(list(pool.map(work, json.load(sys.stdin))))
    elif asked.endpoint:
        target = client_checks.Target(asked.endpoint, keys, users, asked.control, asked.headers_late)
        good = run(target, asked.only, asked.leave_out)
    else:
        parser.error("name the gateway with --endpoint, or several with --jobs")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
