#!/usr/bin/python3
"""A small MXAccess Gateway on grpcio, written from the contract alone: what the project's own client is tested against.

It serves the hierarchy of a file, holds values, and keeps a record of the calls it got. It stops on SIGINT, SIGTERM, or when its
standard input closes. It leaves out what the contract adds for endurance: leases, limits on pending commands, deploy events.
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
from gateway_calls import Calls, Refused
from gateway_commands import BadRequest, Worker
from gateway_galaxy import GalaxyRepository
from gateway_plant import Plant
from gateway_session import MxFailure
from wire import gateway as mx

SCOPES = ["session:open", "invoke:read", "invoke:write", "invoke:secure", "events:read", "metadata:read"]
READ_SCOPES = ["session:open", "invoke:read", "events:read", "metadata:read"]
SCOPE_OF_COMMAND = {
    "PING": "session:open", "GET_SESSION_STATE": "session:open", "WRITE": "invoke:write",
    "WRITE_SECURED": "invoke:secure", "AUTHENTICATE_USER": "invoke:secure",
}
MOST_SESSIONS = 64
OK = mx.ProtocolStatus(code=mx.PROTOCOL_STATUS_CODE_OK)


class House:
    """The plant, the sessions, and how this gateway was told to behave."""

    def __init__(self, objects, users, options):
        self.plant = Plant(objects)
        self.users = users
        self.sessions = {}
        self.change_first = options.change_first
        self.headers_late = options.headers_late
        self.rejected = {r.lower() for r in options.reject_writes_to}
        self.never_completed = {r.lower() for r in options.never_complete}

    def session(self, name):
        if name not in self.sessions:
            raise Refused(grpc.StatusCode.NOT_FOUND, f"no session is named {name!r}")
        return self.sessions[name]

    def changed(self, tag):
        for session in self.sessions.values():
            for item in session.items_of(tag):
                session.emit_value(item)

    def tick(self):
        advised = {i.place.tag for s in self.sessions.values() for h in s.servers.values() for i in h.values() if i.advised and i.place}
        for tag in advised:
            if tag.move():
                self.changed(tag)


class MxAccessGateway(wire.gateway_grpc.MxAccessGatewayServicer):
    def __init__(self, calls, house):
        self.calls, self.house = calls, house

    def OpenSession(self, request, context):
        with self.calls.enter(context, "OpenSession", "session:open") as row:
            if len(self.house.sessions) >= MOST_SESSIONS:
                raise Refused(grpc.StatusCode.RESOURCE_EXHAUSTED, f"all {MOST_SESSIONS} sessions are open")
            session = Worker(self.house)
            self.house.sessions[session.id] = session
            row.update(session=session.id, items=[request.client_session_name])
            return mx.OpenSessionReply(session_id=session.id, backend_name="python", gateway_protocol_version=1, worker_protocol_version=1, protocol_status=OK)

    def CloseSession(self, request, context):
        with self.calls.enter(context, "CloseSession", "session:open", request.session_id):
            session = self.house.session(request.session_id)
            del self.house.sessions[session.id]
            if session.stream:
                session.stream.end()
            return mx.CloseSessionReply(session_id=session.id, final_state=mx.SESSION_STATE_CLOSED, protocol_status=OK)

    def Invoke(self, request, context):
        command = request.command
        kind = wire.enum_name(mx.MxCommandKind, command.kind, "MX_COMMAND_KIND_")
        with self.calls.enter(context, "Invoke", SCOPE_OF_COMMAND.get(kind, "invoke:read"), request.session_id, kind) as row:
            session = self.house.session(request.session_id)
            reply = mx.MxCommandReply(session_id=session.id, correlation_id=request.client_correlation_id, kind=command.kind, protocol_status=OK)
            try:
                session.run(command, reply, row)
            except BadRequest as bad:
                reply.protocol_status.code, reply.protocol_status.message = mx.PROTOCOL_STATUS_CODE_INVALID_REQUEST, str(bad)
            except MxFailure as failure:
                reply.protocol_status.code, reply.protocol_status.message = mx.PROTOCOL_STATUS_CODE_MXACCESS_FAILURE, str(failure)
                reply.hresult = failure.hresult
            row["status"] = wire.enum_name(mx.ProtocolStatusCode, reply.protocol_status.code, "PROTOCOL_STATUS_CODE_")
            return reply

    def StreamEvents(self, request, context):
        # Not a generator itself: the stream is attached before this returns, so that no later call can overtake it.
        with self.calls.enter(context, "StreamEvents", "events:read", request.session_id):
            session = self.house.session(request.session_id)
            if session.stream:
                raise Refused(grpc.StatusCode.ALREADY_EXISTS, "the session's events are already streamed")
            if request.after_worker_sequence > session.sequence:
                raise Refused(grpc.StatusCode.INVALID_ARGUMENT, f"sequence {request.after_worker_sequence} is not reached yet")
            stream = session.attach(request.after_worker_sequence)
        if not context.add_callback(lambda: self._detach(session, stream)):
            self._detach(session, stream)
        if not self.house.headers_late:
            context.send_initial_metadata(())
        return self._events(stream, context)

    def _detach(self, session, stream):
        with self.calls.lock:
            if session.stream is stream:
                session.stream = None
        stream.end()

    @staticmethod
    def _events(stream, context):
        while (event := stream.queue.get()) is not None and not stream.overflowed:
            yield event
        if stream.overflowed:
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "EventQueueOverflow")


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hierarchy", required=True, metavar="FILE", help="a DiscoverHierarchyReply in protobuf JSON")
    parser.add_argument("--port", type=int, default=0, help="0: any free one; the first line of output names it")
    parser.add_argument("--record", metavar="FILE", help="takes one JSON line per call")
    parser.add_argument("--key-env", default="MXGATEWAY_API_KEY", metavar="NAME", help="the variable that holds the key")
    parser.add_argument("--scopes", default=",".join(SCOPES), help="that key's scopes; default all")
    parser.add_argument("--read-key-env", metavar="NAME", help="the variable of a second key, which cannot write")
    parser.add_argument("--users-env", metavar="NAME", help='turns Galaxy security on; the variable holds {"user": "password"}')
    parser.add_argument("--deploy-time", default="2026-11-02T06:15:00Z", help="RFC 3339, or none")
    parser.add_argument("--shuffle", type=int, metavar="SEED", help="serve the objects in another order")
    parser.add_argument("--tick", type=float, metavar="SECONDS", help="advised values move this often; else only writes move them")
    parser.add_argument("--headers-late", action="store_true", help="send a stream's headers with its first event, not at once")
    order = parser.add_mutually_exclusive_group()
    order.add_argument("--complete-first", action="store_true", help="OnWriteComplete, then the data change (the default)")
    order.add_argument("--change-first", action="store_true", help="the data change, then OnWriteComplete")
    parser.add_argument("--reject-writes-to", action="append", default=[], metavar="REF", help="may be given more than once")
    parser.add_argument("--never-complete", action="append", default=[], metavar="REF", help="writes to it are taken, and never answered")
    return parser.parse_args()


def secret(name):
    value = os.environ.get(name)
    if not value:
        sys.exit(f"gateway.py: the environment variable {name} is not set")
    return value


def wait_for_end_of_input(stop):
    while os.read(0, 4096):
        pass
    stop.set()


def main():
    asked = options()
    keys = [(secret(asked.key_env), asked.scopes.split(","))]
    if asked.read_key_env:
        keys.append((secret(asked.read_key_env), READ_SCOPES))
    users = json.loads(secret(asked.users_env)) if asked.users_env else {}
    with open(asked.hierarchy, encoding="utf-8") as file:
        objects = json_format.Parse(file.read(), wire.galaxy.DiscoverHierarchyReply()).objects

    record = open(asked.record, "w", encoding="utf-8") if asked.record else None
    calls, house = Calls(keys, record), House(objects, users, asked)
    limits = [("grpc.max_receive_message_length", wire.MESSAGE_LIMIT), ("grpc.max_send_message_length", wire.MESSAGE_LIMIT), ("grpc.so_reuseport", 0)]
    # An attached stream holds a thread, so there are more of them than sessions.
    server = grpc.server(futures.ThreadPoolExecutor(2 * MOST_SESSIONS), options=limits)
    wire.gateway_grpc.add_MxAccessGatewayServicer_to_server(MxAccessGateway(calls, house), server)
    wire.galaxy_grpc.add_GalaxyRepositoryServicer_to_server(GalaxyRepository(calls, objects, asked.deploy_time, asked.shuffle), server)
    port = server.add_insecure_port(f"127.0.0.1:{asked.port}")
    if port == 0:
        sys.exit(f"gateway.py: port {asked.port} is taken")

    stop = threading.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, lambda *_: stop.set())
    server.start()
    print(f"listening on {port}", flush=True)
    threading.Thread(target=wait_for_end_of_input, args=[stop], daemon=True).start()
    while not stop.wait(asked.tick):
        with calls.lock:
            house.tick()
    server.stop(grace=0.5).wait()


if __name__ == "__main__":
    main()
