"""The checks of calls, sessions and the repository. Those of items and values are in client_item_checks.py."""
import re

import grpc

from client_session import Gateway, expect, expect_refusal, require
from control import Control
from wire import galaxy, gateway as mx

CHECKS = {}
FREE_ACCESS, OPERATE, SECURED, VERIFIED, VIEW_ONLY = 0, 1, 2, 3, 6
INTEGER, FLOAT, DOUBLE = 2, 3, 4
WRITABLE_CATEGORIES = (4, 6, 7, 8, 9, 10)
UNKNOWN_SESSION = "session-" + "0" * 32


def check(function=None, *, control=False, users=None):
    """Registers a check.

    control: it moves the clock or asks for faults, so it needs the simulator's control endpoint.
    users: True where it needs Galaxy security on, False where it needs it off.
    """
    def register(function):
        function.control, function.users = control, users
        CHECKS[function.__name__] = function
        return function
    return register if function is None else register(function)


class LeftOut(Exception):
    """Why a check says nothing about this gateway: what it needs was not given."""


class Target:
    """The gateway under test, and the tags of its plant that the checks use."""

    def __init__(self, endpoint, keys, users=None, control=None, headers_late=False):
        self.endpoint, self.headers_late = endpoint, headers_late
        self.users = users  # name -> {"password": ..., "guid": ...}; None where Galaxy security is off
        self.control = Control(control) if control else None
        self._keys, self._objects = keys, None
        self.gateway = self.with_key(self.key_of("full"))

    def key_of(self, name):
        """A key by what is special about it: full, no-open, no-read, no-write, no-secure, no-events, no-metadata, some-tags."""
        if name not in self._keys:
            raise LeftOut(f"there is no key {name}")
        return self._keys[name]

    def with_key(self, key):
        return Gateway(self.endpoint, key, self.headers_late)

    def run(self, check):
        """Runs a check, or says why it is left out."""
        if check.control and self.control is None:
            raise LeftOut("there is no control endpoint")
        if check.users is not None and check.users != (self.users is not None):
            raise LeftOut(f"Galaxy security is {'off' if check.users else 'on'}")
        check(self)

    @property
    def objects(self):
        self._objects = self._objects or self.gateway.pages(500)
        return self._objects

    def references(self, number, types=range(-1, 99), security=(FREE_ACCESS, OPERATE), is_array=False, writable=True):
        """So many full tag references of attributes of one of the types and security classifications."""
        found = [
            a.full_tag_reference for o in self.objects for a in o.attributes
            if a.mx_data_type in types and a.security_classification in security and a.is_array == is_array
            and (a.mx_attribute_category in WRITABLE_CATEGORIES or not writable)]
        require(len(found) >= number, f"the plant has {len(found)} attributes of types {types} and security {security}, {number} are needed")
        return found[:number]

    def user(self):
        """Credentials that are good here: those of a user, or any where Galaxy security is off."""
        name = next(iter(self.users)) if self.users else "operator"
        return {"user_name": name, "password": self.users[name]["password"] if self.users else "any"}

    def user_id(self, session, server):
        """The user id that a plain write needs: with Galaxy security off, none."""
        return session.do("authenticate_user", server_handle=server, **self.user()).user_id if self.users else 0

    def writable_float(self):
        return self.references(1, types=[FLOAT])[0]


# ---- keys, methods, statuses


@check
def a_wrong_key_is_unauthenticated(target):
    _expect_unauthenticated(target.with_key("mxgw_nobody_0000"))


@check
def a_missing_key_is_unauthenticated(target):
    _expect_unauthenticated(target.with_key(None))


def _expect_unauthenticated(gateway):
    code = grpc.StatusCode.UNAUTHENTICATED
    expect_refusal(code, lambda: gateway.call("OpenSession", mx.OpenSessionRequest()), "OpenSession")
    expect_refusal(code, lambda: gateway.call("Invoke", mx.MxCommandRequest(session_id=UNKNOWN_SESSION)), "Invoke")
    expect_refusal(code, lambda: gateway.call("CloseSession", mx.CloseSessionRequest(session_id=UNKNOWN_SESSION)), "CloseSession")
    expect_refusal(code, lambda: next(gateway.call("StreamEvents", mx.StreamEventsRequest(session_id=UNKNOWN_SESSION))), "StreamEvents")
    expect_refusal(code, lambda: gateway.call("TestConnection", galaxy.TestConnectionRequest()), "TestConnection")
    expect_refusal(code, lambda: gateway.call("DiscoverHierarchy", galaxy.DiscoverHierarchyRequest()), "DiscoverHierarchy")


@check
def a_missing_scope_is_permission_denied(target):
    gateway = target.with_key(target.key_of("no-write"))
    with gateway.session("reader") as session:
        command = mx.MxCommand(kind=mx.MX_COMMAND_KIND_WRITE, write=mx.WriteCommand(server_handle=1, item_handle=1))
        error = expect_refusal(
            grpc.StatusCode.PERMISSION_DENIED, lambda: gateway.call("Invoke", mx.MxCommandRequest(session_id=session.id, command=command)), "Write")
        require("invoke:write" in error.details(), f"the refusal does not name the scope: {error.details()}")


@check
def an_unknown_method_is_unimplemented(target):
    for path in ("/mxaccess_gateway.v1.MxAccessGateway/NoSuchCall", "/mxaccess_gateway.v1.NoSuchService/OpenSession"):
        call = target.gateway.channel.unary_unary(path, request_serializer=mx.OpenSessionRequest.SerializeToString, response_deserializer=mx.OpenSessionReply.FromString)
        expect_refusal(grpc.StatusCode.UNIMPLEMENTED, lambda: call(mx.OpenSessionRequest(), metadata=target.gateway.metadata, timeout=30), path)


@check
def a_request_above_16_mib_is_resource_exhausted(target):
    with target.gateway.session("large") as session:
        server = session.do("register", client_name="large").server_handle
        expect_refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: session.invoke("add_item", server_handle=server, item_definition="x" * (16 * 1024 * 1024)), "a large request")
        session.do("ping")


@check
def a_request_below_16_mib_is_taken(target):
    with target.gateway.session("not too large") as session:
        server = session.do("register", client_name="not too large").server_handle
        session.refused("write", server_handle=server, item_handle=server + 1000, value=mx.MxValue(string_value="x" * (15 * 1024 * 1024)))


@check
def two_hundred_calls_in_parallel_are_all_answered(target):
    sessions = [target.gateway.session(f"parallel {n}") for n in range(5)]
    opened = [session.__enter__() for session in sessions]
    try:
        ping = mx.MxCommand(kind=mx.MX_COMMAND_KIND_PING, ping=mx.PingCommand())
        calls = []
        for n in range(200):
            session = opened[n % 5]
            if n % 4 == 3:
                calls.append(target.gateway.repository.GetLastDeployTime.future(galaxy.GetLastDeployTimeRequest(), metadata=target.gateway.metadata, timeout=30))
            else:
                request = mx.MxCommandRequest(session_id=session.id, command=ping)
                calls.append(target.gateway.sessions.Invoke.future(request, metadata=target.gateway.metadata, timeout=30))
        for call in calls:
            call.result()
    finally:
        for session in sessions:
            session.__exit__(None, None, None)


# ---- sessions and their streams


@check
def an_unknown_session_is_not_found(target):
    code, gateway = grpc.StatusCode.NOT_FOUND, target.gateway
    ping = mx.MxCommand(kind=mx.MX_COMMAND_KIND_PING, ping=mx.PingCommand())
    expect_refusal(code, lambda: gateway.call("Invoke", mx.MxCommandRequest(session_id=UNKNOWN_SESSION, command=ping)), "Invoke")
    expect_refusal(code, lambda: gateway.call("CloseSession", mx.CloseSessionRequest(session_id=UNKNOWN_SESSION)), "CloseSession")
    expect_refusal(code, lambda: next(gateway.call("StreamEvents", mx.StreamEventsRequest(session_id=UNKNOWN_SESSION))), "StreamEvents")


@check
def a_session_says_its_state_until_it_is_closed(target):
    with target.gateway.session("state") as session:
        require(re.fullmatch("session-[0-9a-f]{32}", session.id), f"the session is named {session.id}")
        expect(session.do("get_session_state").state, mx.SESSION_STATE_READY, "the session's state")
        session.do("ping")
        session.close()
        expect_refusal(grpc.StatusCode.NOT_FOUND, lambda: session.invoke("ping"), "Ping after CloseSession")
        expect_refusal(grpc.StatusCode.NOT_FOUND, lambda: target.gateway.call("CloseSession", mx.CloseSessionRequest(session_id=session.id)), "a second CloseSession")


@check
def closing_the_session_ends_its_stream_with_ok(target):
    with target.gateway.session("closing") as session:
        stream = session.stream()
        server = session.do("register", client_name="closing").server_handle
        row = session.do("subscribe_bulk", server_handle=server, tag_addresses=[target.writable_float()]).results[0]
        stream.data_change(row.item_handle)
        session.close()
        expect(stream.end(), None, "the stream's end")
        expect(stream.call.code(), grpc.StatusCode.OK, "the stream's status")


@check
def a_stream_without_events_has_its_headers_at_once(target):
    if target.headers_late:
        return
    with target.gateway.session("headers") as session:
        session.stream()
        session.do("ping")


@check
def a_second_stream_already_exists(target):
    with target.gateway.session("second stream") as session:
        first = session.stream()
        second = target.gateway.call("StreamEvents", mx.StreamEventsRequest(session_id=session.id))
        expect_refusal(grpc.StatusCode.ALREADY_EXISTS, lambda: next(second), "a second stream")
        session.do("ping")
        session.close()
        expect(first.end(), None, "the first stream's end")


@check
def a_deadline_ends_a_stream_and_leaves_the_session(target):
    with target.gateway.session("deadline") as session:
        stream = session.stream(timeout=0.3)
        error = stream.end()
        require(error is not None, "the stream ended with OK")
        expect(error.code(), grpc.StatusCode.DEADLINE_EXCEEDED, "the stream's status")
        session.do("ping")


@check
def a_cancelled_stream_leaves_the_session_and_can_be_opened_again(target):
    with target.gateway.session("cancelled") as session:
        stream = session.stream()
        server = session.do("register", client_name="cancelled").server_handle
        reference = target.writable_float()
        first = session.do("subscribe_bulk", server_handle=server, tag_addresses=[reference]).results[0]
        stream.data_change(first.item_handle)
        stream.call.cancel()
        session.do("ping")
        event = _first_event_of_a_new_stream(session, server, reference)
        require(event.worker_sequence > stream.last, "a sequence was used twice")


def _first_event_of_a_new_stream(session, server, reference):
    """Opens a stream as soon as the gateway knows that the one before is gone, and makes an event for it."""
    while True:
        stream = session.gateway.call("StreamEvents", mx.StreamEventsRequest(session_id=session.id))
        if not session.gateway.headers_late:
            stream.initial_metadata()
        item = session.do("subscribe_bulk", server_handle=server, tag_addresses=[reference]).results[0].item_handle
        try:
            return next(event for event in stream if event.item_handle == item)
        except grpc.RpcError as error:
            expect(error.code(), grpc.StatusCode.ALREADY_EXISTS, "opening the stream again")


# ---- the repository


@check
def the_repository_is_connected_and_deployed(target):
    expect(target.gateway.call("TestConnection", galaxy.TestConnectionRequest()).ok, True, "ok")
    reply = target.gateway.call("GetLastDeployTime", galaxy.GetLastDeployTimeRequest())
    expect(reply.present, reply.HasField("time_of_last_deploy"), "present")


@check
def pages_of_any_size_give_the_same_objects(target):
    def canonical(objects):
        return sorted(o.SerializeToString(deterministic=True) for o in objects)
    whole = canonical(target.objects)
    expect(len(set(o.tag_name for o in target.objects)), len(whole), "different tagnames")
    for size in (0, 1, 7, 5000, 100_000):
        require(canonical(target.gateway.pages(size)) == whole, f"pages of {size} give other objects than pages of 500")


@check
def objects_come_without_attributes_on_demand(target):
    page = target.gateway.call("DiscoverHierarchy", galaxy.DiscoverHierarchyRequest(page_size=5, include_attributes=False))
    expect([len(o.attributes) for o in page.objects], [0] * len(page.objects), "attributes")


@check
def a_negative_page_size_is_an_invalid_argument(target):
    expect_refusal(grpc.StatusCode.INVALID_ARGUMENT, lambda: target.gateway.call("DiscoverHierarchy", galaxy.DiscoverHierarchyRequest(page_size=-1)), "page_size -1")


@check
def a_foreign_page_token_is_an_invalid_argument(target):
    first = target.gateway.call("DiscoverHierarchy", galaxy.DiscoverHierarchyRequest(page_size=1))
    for token in ("no such token", first.next_page_token + "x", first.next_page_token[:-1]):
        expect_refusal(
            grpc.StatusCode.INVALID_ARGUMENT, lambda: target.gateway.call("DiscoverHierarchy", galaxy.DiscoverHierarchyRequest(page_size=1, page_token=token)), f"token {token!r}")
    other = galaxy.DiscoverHierarchyRequest(page_size=1, page_token=first.next_page_token, include_attributes=False)
    expect_refusal(grpc.StatusCode.INVALID_ARGUMENT, lambda: target.gateway.call("DiscoverHierarchy", other), "a token of another filter")
    again = galaxy.DiscoverHierarchyRequest(page_size=1, page_token=first.next_page_token)
    expect(target.gateway.call("DiscoverHierarchy", again), target.gateway.call("DiscoverHierarchy", again), "a token used again")
