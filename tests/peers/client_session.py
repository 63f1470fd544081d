"""What the checks share: a channel, a session with its event stream, and what a check says when it fails."""
import contextlib
import copy
import os
import queue
import threading

import grpc

import wire
from wire import galaxy, gateway as mx

# How many seconds an answer or an event may take.
PATIENCE = float(os.environ.get("MXGATEWAY_PATIENCE", 30))
INVALID_ARGUMENT = 0x80070057 - (1 << 32)


class Failed(Exception):
    """What a check found wrong."""


def expect(actual, expected, what):
    if actual != expected:
        raise Failed(f"{what}: expected {expected!r}, got {actual!r}")


def require(condition, what):
    if not condition:
        raise Failed(what)


def expect_refusal(code, call, what):
    """The call must end with this gRPC status."""
    try:
        answer = call()
    except grpc.RpcError as error:
        expect(error.code(), code, f"{what} ({error.details()})")
        return error
    raise Failed(f"{what}: expected {code}, got the answer {answer!r}")


class Gateway:
    """The gateway under test, seen with one key."""

    def __init__(self, endpoint, key, headers_late, more_options=()):
        options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1), ("grpc.enable_retries", 0)]
        # A connection of its own, not one that gateways of other keys share.
        options.append(("grpc.use_local_subchannel_pool", 1))
        options.extend(more_options)
        self.channel = grpc.insecure_channel(endpoint, options=options)
        self.metadata = None if key is None else (("authorization", f"Bearer {key}"),)
        self.sessions = wire.gateway_grpc.MxAccessGatewayStub(self.channel)
        self.repository = wire.galaxy_grpc.GalaxyRepositoryStub(self.channel)
        self.headers_late = headers_late

    def call(self, method, request, timeout=PATIENCE):
        stub = self.repository if hasattr(self.repository, method) else self.sessions
        return getattr(stub, method)(request, metadata=self.metadata, timeout=timeout)

    def pages(self, size):
        """The hierarchy, page by page."""
        objects, token = [], ""
        while True:
            page = self.call("DiscoverHierarchy", galaxy.DiscoverHierarchyRequest(page_size=size, page_token=token))
            if size:
                require(len(page.objects) <= size, f"a page of {len(page.objects)} objects where {size} were asked for")
            objects.extend(page.objects)
            expect(page.total_object_count > 0, True, "total_object_count")
            token = page.next_page_token
            if not token:
                expect(len(objects), page.total_object_count, f"objects in pages of {size}")
                return objects

    @contextlib.contextmanager
    def session(self, name, command_timeout=None):
        session = Session(self, name, command_timeout)
        try:
            yield session
        finally:
            session.close()


class Session:
    def __init__(self, gateway, name, command_timeout=None):
        self.gateway = gateway
        reply = gateway.call("OpenSession", mx.OpenSessionRequest(client_session_name=name, command_timeout=command_timeout))
        expect(reply.protocol_status.code, mx.PROTOCOL_STATUS_CODE_OK, "OpenSession")
        self.id, self.open = reply.session_id, True

    def close(self):
        if self.open:
            self.open = False
            reply = self.gateway.call("CloseSession", mx.CloseSessionRequest(session_id=self.id))
            expect(reply.final_state, mx.SESSION_STATE_CLOSED, "final_state")

    def called_by(self, gateway):
        """The same session, used with another key."""
        other = copy.copy(self)
        other.gateway = gateway
        return other

    def request(self, kind, **fields):
        """The request of one command. kind is the payload's name, such as add_item."""
        command = mx.MxCommand(kind="MX_COMMAND_KIND_" + kind.upper())
        payload = getattr(command, kind)
        payload.SetInParent()
        payload.MergeFrom(type(payload)(**fields))
        return mx.MxCommandRequest(session_id=self.id, command=command)

    def invoke(self, kind, **fields):
        """One command; the reply as it is."""
        request = self.request(kind, **fields)
        reply = self.gateway.call("Invoke", request)
        expect(reply.kind, request.command.kind, "the reply's kind")
        return reply

    def do(self, kind, **fields):
        """One command that must work; the reply's payload of that name."""
        reply = self.invoke(kind, **fields)
        expect(reply.protocol_status.code, mx.PROTOCOL_STATUS_CODE_OK, f"{kind} ({reply.protocol_status.message})")
        return getattr(reply, kind, None)

    def refused(self, kind, **fields):
        """One command that MXAccess must reject as an argument error."""
        reply = self.invoke(kind, **fields)
        expect(reply.protocol_status.code, mx.PROTOCOL_STATUS_CODE_MXACCESS_FAILURE, kind)
        expect(reply.hresult, INVALID_ARGUMENT, f"hresult of {kind}")

    def stream(self, after=0, timeout=PATIENCE):
        return Stream(self, after, timeout)

    def attach(self, after=0, timeout=PATIENCE):
        """The call of an event stream that is attached: what happens from now on is not missed. The session must have no other stream."""
        one = self._stream_events(after, timeout)
        if not self.gateway.headers_late:
            one.initial_metadata()
            return one

        # Headers that come with the first event say nothing. But of two streams one is refused, and then the other one is attached.
        other, ended = self._stream_events(after, timeout), queue.SimpleQueue()
        for call in (one, other):
            call.add_done_callback(ended.put)
        return other if ended.get() is one else one

    def _stream_events(self, after, timeout):
        request = mx.StreamEventsRequest(session_id=self.id, after_worker_sequence=after)
        return self.gateway.sessions.StreamEvents(request, metadata=self.gateway.metadata, timeout=timeout)


class Stream:
    """The session's events, read in the background; sequences are checked as they come."""

    def __init__(self, session, after, timeout):
        self.call = session.attach(after, timeout)
        self.events, self.seen, self.last = queue.SimpleQueue(), [], after
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        try:
            for event in self.call:
                self.events.put(event)
            self.events.put(None)
        except grpc.RpcError as error:
            self.events.put(error)

    def wait_for(self, what, matches):
        """The first event, seen already or still to come, that matches."""
        for event in self.seen:
            if matches(event):
                return event
        while True:
            event = self._next(what)
            if event is None or isinstance(event, grpc.RpcError):
                raise Failed(f"the stream ended with {self.call.code()} while waiting for {what}")
            expect(event.worker_sequence, self.last + 1, "worker_sequence")
            self.last = event.worker_sequence
            self.seen.append(event)
            if matches(event):
                return event

    def data_change(self, item, matches=lambda event: True):
        return self.wait_for(f"a data change of item {item}", lambda e: e.WhichOneof("body") == "on_data_change" and e.item_handle == item and matches(e))

    def write_complete(self, item):
        return self.wait_for(f"OnWriteComplete of item {item}", lambda e: e.WhichOneof("body") == "on_write_complete" and e.item_handle == item)

    def end(self):
        """How the stream ended: None for OK, else the error."""
        while True:
            event = self._next("the stream's end")
            if event is None or isinstance(event, grpc.RpcError):
                return event

    def _next(self, what):
        try:
            return self.events.get(timeout=PATIENCE)
        except queue.Empty:
            raise Failed(f"nothing came for {PATIENCE:g} s while waiting for {what}") from None
