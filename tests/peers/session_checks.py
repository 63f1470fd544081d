"""The checks of sessions: their limits, their leases, their commands."""
import contextlib
import time

import grpc
from google.protobuf.duration_pb2 import Duration

import client_session
from client_checks import check
from client_session import expect, expect_refusal, require
from wire import gateway as mx

NOT_FOUND, EXHAUSTED = grpc.StatusCode.NOT_FOUND, grpc.StatusCode.RESOURCE_EXHAUSTED
MOST_SESSIONS, MOST_PENDING = 64, 128


@check
def session_ids_are_random(target):
    with contextlib.ExitStack() as stack:
        ids = [stack.enter_context(target.gateway.session("random")).id for _ in range(4)]
    for one, other in zip(ids, ids[1:]):
        require(len(one) == 40 and one.startswith("session-") and set(one[8:]) <= set("0123456789abcdef"), f"the session is named {one}")
        alike = sum(a == b for a, b in zip(one[8:], other[8:]))
        require(alike < 24, f"{one} and {other} have {alike} of 32 digits in common")


@check
def a_session_is_bound_to_no_key_and_no_connection(target):
    with target.gateway.session("unbound") as session:
        other = session.called_by(target.with_key(target.key_of("no-write")))
        other.do("ping")
        events = other.stream()
        server = session.do("register", client_name="unbound").server_handle
        item = other.do("add_item", server_handle=server, item_definition=target.writable_float()).item_handle
        session.do("advise", server_handle=server, item_handle=item)
        events.data_change(item)


@check
def the_session_after_the_64th_is_refused(target):
    with contextlib.ExitStack() as stack:
        for number in range(MOST_SESSIONS + 1):
            try:
                last = stack.enter_context(target.gateway.session(f"session {number}"))
            except grpc.RpcError as error:
                expect(error.code(), EXHAUSTED, f"opening session {number + 1}")
                break
        else:
            raise client_session.Failed(f"{MOST_SESSIONS + 1} sessions are open")
        last.close()
        stack.enter_context(target.gateway.session("room"))


# ---- commands that wait for their turn


def pending(target, number, call=None):
    """Waits until so many commands have come to the workers and are not done."""
    end = time.monotonic() + client_session.PATIENCE
    while (now := target.control.get("/counts")["pendingCommands"]) != number:
        require(call is None or not call.done(), "the command did not wait for its turn")
        require(time.monotonic() < end, f"{now} commands are pending, not {number}")


def begin(session, kind, timeout=600, **fields):
    """Gives a command without waiting for its reply. Its deadline is on the clock that checks move, so it is long."""
    gateway = session.gateway
    return gateway.sessions.Invoke.future(session.request(kind, **fields), metadata=gateway.metadata, timeout=timeout)


def advance_until(target, call, seconds):
    """Moves the clock until the call is done: a worker may not have begun to wait at the first move. Not more often than that: leases end on the way."""
    end = time.monotonic() + client_session.PATIENCE
    while not call.done():
        require(time.monotonic() < end, "the call is not answered, whatever the clock says")
        target.control.post("advance-clock", seconds=seconds)
        with contextlib.suppress(grpc.FutureTimeoutError, grpc.RpcError):
            call.result(timeout=1)
    return call


@contextlib.contextmanager
def slow(target, kind, seconds=3600):
    """Workers take so long for a command of that kind."""
    target.control.post("delay", milliseconds=1000 * seconds, command=kind)
    try:
        yield
    finally:
        target.control.post("clear")


@check(control=True)
def the_command_after_128_pending_ones_is_refused_at_once(target):
    # A connection carries 100 calls at a time.
    with target.gateway.session("pending") as session, slow(target, "Ping"):
        callers = [session.called_by(target.with_key(target.key_of("full"))) for _ in range(2)]
        calls = [begin(callers[n % 2], "ping") for n in range(MOST_PENDING)]
        pending(target, MOST_PENDING)
        require(not any(call.done() for call in calls), "a command was answered before its time")
        error = expect_refusal(EXHAUSTED, lambda: session.invoke("ping"), "command 129")
        require(error is not None, "command 129 was taken")
        target.control.post("clear")
        for call in calls:
            expect(call.result(client_session.PATIENCE).protocol_status.code, mx.PROTOCOL_STATUS_CODE_OK, "a pending command")
        session.do("ping")


@check(control=True)
def commands_run_one_after_the_other(target):
    patient = Duration(seconds=3600)
    with target.gateway.session("serial", patient) as session, target.gateway.session("another") as another, slow(target, "Ping", seconds=100):
        first = begin(session, "ping")
        pending(target, 1)
        second = begin(session, "get_session_state")
        pending(target, 2, second)
        another.do("get_session_state")
        require(not second.done(), "a command ran while the one before it was running")
        advance_until(target, second, seconds=100)
        # Both are answered now; which answer is seen first is not the gateway's doing. The record is in the order in which they were carried out.
        expect(first.result(client_session.PATIENCE).protocol_status.code, mx.PROTOCOL_STATUS_CODE_OK, "the first command")
        kinds = [call["command"] for call in target.control.get("/calls")["calls"] if call["session"] == session.id and call["command"]]
        expect(kinds, ["Ping", "GetSessionState"], "the commands, as they were carried out")


@check(control=True)
def a_slow_worker_is_a_reply_with_timeout(target):
    for wish, limit in ((None, 30), (Duration(), 30), (Duration(seconds=20), 20)):
        with target.gateway.session("timeout", wish) as session, target.gateway.session("another") as another, slow(target, "Ping"):
            call = begin(session, "ping")
            pending(target, 1)
            target.control.post("advance-clock", seconds=limit - 10)
            another.do("get_session_state")
            require(not call.done(), f"the time-out came before {limit} s")
            reply = advance_until(target, call, seconds=11).result()
            expect(reply.protocol_status.code, mx.PROTOCOL_STATUS_CODE_TIMEOUT, f"the reply after {limit} s")


@check(control=True, users=False)
def a_caller_who_leaves_stops_waiting_only(target):
    reference = target.writable_float()
    with target.gateway.session("leaving") as session:
        events = session.stream(timeout=None)
        server = session.do("register", client_name="leaving").server_handle
        item = session.do("subscribe_bulk", server_handle=server, tag_addresses=[reference]).results[0].item_handle
        events.data_change(item)

        def cancel(call):
            call.cancel()

        def let_the_deadline_pass(call):
            # On the gateway's clock: the caller's own has not moved.
            target.control.post("advance-clock", seconds=21)
            expect_refusal(grpc.StatusCode.DEADLINE_EXCEEDED, call.result, "a write whose deadline passed")

        for written, leave in ((-1.5, cancel), (-2.5, let_the_deadline_pass)):
            with slow(target, "Ping"):
                before = begin(session, "ping")
                pending(target, 1)
                value = mx.MxValue(data_type=mx.MX_DATA_TYPE_FLOAT, float_value=written)
                call = begin(session, "write", timeout=20, server_handle=server, item_handle=item, value=value)
                pending(target, 2)
                leave(call)
            before.result()
            events.data_change(item, lambda event: event.value.float_value == written)


# ---- how sessions end


@check
def a_second_close_session_is_not_found(target):
    with target.gateway.session("twice") as session:
        session.close()
        expect_refusal(NOT_FOUND, lambda: target.gateway.call("CloseSession", mx.CloseSessionRequest(session_id=session.id)), "a second CloseSession")


@check(control=True)
def a_session_that_is_not_ready_is_a_failed_precondition(target):
    target.control.post("sessions-starting", on=True)
    try:
        session = client_session.Session(target.gateway, "starting")
        expect_refusal(grpc.StatusCode.FAILED_PRECONDITION, lambda: session.invoke("ping"), "Ping")
        expect_refusal(grpc.StatusCode.FAILED_PRECONDITION, lambda: session.invoke("register", client_name="starting"), "Register")
        stream = target.gateway.call("StreamEvents", mx.StreamEventsRequest(session_id=session.id))
        expect_refusal(grpc.StatusCode.FAILED_PRECONDITION, lambda: next(stream), "StreamEvents")
    finally:
        target.control.post("sessions-starting", on=False)
    session.do("ping")
    session.close()


@check(control=True)
def a_lost_worker_ends_its_stream_with_unavailable(target):
    with target.gateway.session("lives on") as other:
        session = client_session.Session(target.gateway, "lost")
        events = session.stream()
        target.control.post("drop-session", session=session.id)
        error = events.end()
        require(error is not None, "the stream ended with OK")
        expect(error.code(), grpc.StatusCode.UNAVAILABLE, "the stream's status")
        expect_refusal(NOT_FOUND, lambda: session.invoke("ping"), "Ping")
        expect_refusal(NOT_FOUND, lambda: target.gateway.call("CloseSession", mx.CloseSessionRequest(session_id=session.id)), "CloseSession")
        other.do("ping")


@check(control=True)
def a_restart_loses_every_session(target):
    sessions = [client_session.Session(target.gateway, f"restart {n}") for n in range(2)]
    target.control.post("restart")
    again = target.with_key(target.key_of("full"))
    for session in sessions:
        expect_refusal(NOT_FOUND, lambda: session.called_by(again).invoke("ping"), "Ping after the restart")
    with again.session("after the restart") as session:
        session.do("ping")


@check(control=True)
def a_lease_of_1800_s_is_extended_by_every_call(target):
    session = client_session.Session(target.gateway, "lease")
    for kind in ("ping", "get_session_state"):
        target.control.post("advance-clock", seconds=1790)
        session.do(kind)
    target.control.post("advance-clock", seconds=1790)
    server = session.do("register", client_name="lease").server_handle
    target.control.post("advance-clock", seconds=1790)
    session.do("unregister", server_handle=server)


@check(control=True)
def a_session_without_calls_ends_after_1800_s(target):
    session = client_session.Session(target.gateway, "lease")
    target.control.post("advance-clock", seconds=1790)
    session.do("ping")
    target.control.post("advance-clock", seconds=1801)
    expect_refusal(NOT_FOUND, lambda: session.invoke("ping"), "Ping after 1,801 s")


@check(control=True)
def an_attached_stream_holds_the_session(target):
    with target.gateway.session("held") as session:
        # Without a deadline: that is on the clock which is moved.
        events = session.stream(timeout=None)
        for _ in range(3):
            target.control.post("advance-clock", seconds=3600)
        server = session.do("register", client_name="held").server_handle
        item = session.do("subscribe_bulk", server_handle=server, tag_addresses=[target.writable_float()]).results[0].item_handle
        events.data_change(item)


def detached(target, name):
    """A session whose stream has gone away."""
    session = client_session.Session(target.gateway, name)
    events = session.stream(timeout=None)
    streams = target.control.get("/counts")["streams"]
    events.call.cancel()
    end = time.monotonic() + client_session.PATIENCE
    while target.control.get("/counts")["streams"] >= streams:
        require(time.monotonic() < end, "the gateway does not see that a stream is gone")
    return session


@check(control=True)
def a_session_lives_on_for_30_s_after_its_stream(target):
    called, silent = detached(target, "called"), detached(target, "silent")
    target.control.post("advance-clock", seconds=20)
    called.do("ping")
    target.control.post("advance-clock", seconds=11)
    expect_refusal(NOT_FOUND, lambda: silent.invoke("ping"), "Ping 31 s after the stream")
    called.close()


@check(control=True)
def a_call_after_a_stream_restores_the_lease(target):
    session = detached(target, "restored")
    session.do("ping")
    target.control.post("advance-clock", seconds=1790)
    session.do("ping")
    session.close()
