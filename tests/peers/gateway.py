#!/usr/bin/python3
"""A small MXAccess Gateway on grpcio, written from the contract alone: what the project's own client is tested against.

It serves the hierarchy of a file, holds values, and keeps a record of the calls it got. It stops on SIGINT, SIGTERM, or when its standard input closes;
a line `deploy FILE TIME` there deploys another hierarchy. It leaves out buffered items, suspending, and alarms.
"""
import argparse
import json
import os
import signal
import sys
import threading
from concurrent import futures

import grpc
from google.protobuf import json_format

import wire
from gateway_calls import Calls
from gateway_galaxy import GalaxyRepository
from gateway_house import MOST_SESSIONS, House
from gateway_service import MxAccessGateway

SCOPES = ["session:open", "invoke:read", "invoke:write", "invoke:secure", "events:read", "metadata:read"]
READ_SCOPES = ["session:open", "invoke:read", "events:read", "metadata:read"]
# An attached stream holds a thread, and so does a pending command; threads are made as they are needed.
MOST_THREADS = 2 * MOST_SESSIONS + 512


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hierarchy", required=True, metavar="FILE", help="a DiscoverHierarchyReply in protobuf JSON")
    parser.add_argument("--port", type=int, default=0, help="0: any free one; the first line of output names it")
    parser.add_argument("--record", metavar="FILE", help="takes one JSON line per call")
    parser.add_argument("--key-env", default="MXGATEWAY_API_KEY", metavar="NAME", help="the variable that holds the key")
    parser.add_argument("--scopes", default=",".join(SCOPES), help="that key's scopes; default all")
    parser.add_argument("--read-key-env", metavar="NAME", help="the variable of a second key, which cannot write")
    parser.add_argument("--users-env", metavar="NAME", help='turns Galaxy security on; the variable holds {"user": {"password": "...", "guid": "..."}}')
    parser.add_argument("--deploy-time", default="2026-11-02T06:15:00Z", help="RFC 3339, or none")
    parser.add_argument("--shuffle", type=int, metavar="SEED", help="serve the objects in another order")
    parser.add_argument("--tick", type=float, metavar="SECONDS", help="advised values move this often; else only writes move them")
    parser.add_argument("--headers-late", action="store_true", help="send a stream's headers with its first event, not at once")
    parser.add_argument("--gzip", action="store_true", help="compress answers for callers that take it")
    order = parser.add_mutually_exclusive_group()
    order.add_argument("--complete-first", action="store_true", help="OnWriteComplete, then the data change (the default)")
    order.add_argument("--change-first", action="store_true", help="the data change, then OnWriteComplete")
    for name, what in {
            "--reject-writes-to": "writes to it are completed as an error", "--never-complete": "writes to it are taken, and never answered",
            "--off-scan": "it exists and never has a value"}.items():
        parser.add_argument(name, action="append", default=[], metavar="REF", help=f"{what}; may be given more than once")
    parser.add_argument("--without", action="append", default=[], metavar="COMMAND", help="such as READ_BULK: it does not know it; may be given more than once")
    return parser.parse_args()


def secret(name):
    value = os.environ.get(name)
    if not value:
        sys.exit(f"gateway.py: the environment variable {name} is not set")
    return value


def hierarchy(file):
    with open(file, encoding="utf-8") as text:
        return json_format.Parse(text.read(), wire.galaxy.DiscoverHierarchyReply()).objects


def take_orders(calls, house, stop):
    """Standard input, until it ends."""
    for line in iter(sys.stdin.readline, ""):
        order, file, time = line.split()
        if order == "deploy":
            with calls.lock:
                house.deploy(hierarchy(file), time)
            print(f"deployed {time}", flush=True)
    stop.set()


def main():
    asked = options()
    keys = [(secret(asked.key_env), asked.scopes.split(","))]
    if asked.read_key_env:
        keys.append((secret(asked.read_key_env), READ_SCOPES))
    users = json.loads(secret(asked.users_env)) if asked.users_env else {}

    record = open(asked.record, "w", encoding="utf-8") if asked.record else None
    calls = Calls(keys, record)
    house = House(calls.lock, hierarchy(asked.hierarchy), users, asked)
    limits = [("grpc.max_receive_message_length", wire.MESSAGE_LIMIT), ("grpc.max_send_message_length", wire.MESSAGE_LIMIT), ("grpc.so_reuseport", 0)]
    server = grpc.server(futures.ThreadPoolExecutor(MOST_THREADS), options=limits, compression=grpc.Compression.Gzip if asked.gzip else None)
    wire.gateway_grpc.add_MxAccessGatewayServicer_to_server(MxAccessGateway(calls, house), server)
    wire.galaxy_grpc.add_GalaxyRepositoryServicer_to_server(GalaxyRepository(calls, house, asked.shuffle), server)
    port = server.add_insecure_port(f"127.0.0.1:{asked.port}")
    if port == 0:
        sys.exit(f"gateway.py: port {asked.port} is taken")

    stop = threading.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, lambda *_: stop.set())
    server.start()
    print(f"listening on {port}", flush=True)
    threading.Thread(target=take_orders, args=[calls, house, stop], daemon=True).start()
    while not stop.wait(asked.tick):
        with calls.lock:
            house.tick()
    server.stop(grace=0.5).wait()
    # No command waits on, and holds up the end.
    with calls.lock:
        for session in list(house.sessions.values()):
            house.close(session)


if __name__ == "__main__":
    main()
