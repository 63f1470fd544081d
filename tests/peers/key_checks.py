"""The checks of keys, scopes and the order in which a call is judged."""
import grpc

from client_checks import UNKNOWN_SESSION, LeftOut, check
from client_session import expect, expect_refusal
from wire import galaxy, gateway as mx

READS = (
    "register", "unregister", "add_item", "add_item2", "remove_item", "advise", "un_advise", "advise_supervisory", "add_buffered_item",
    "set_buffered_update_interval", "suspend", "activate", "add_item_bulk", "advise_item_bulk", "remove_item_bulk", "un_advise_item_bulk",
    "subscribe_bulk", "unsubscribe_bulk", "read_bulk")
WRITES = ("write", "write2", "write_bulk", "write2_bulk")
SECURES = ("write_secured", "write_secured2", "write_secured_bulk", "write_secured2_bulk", "authenticate_user", "archestra_user_to_id")
UNAUTHENTICATED, DENIED = grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED


def repository_calls(gateway):
    """Each call of the repository, by name."""
    return {
        "TestConnection": lambda: gateway.call("TestConnection", galaxy.TestConnectionRequest()),
        "GetLastDeployTime": lambda: gateway.call("GetLastDeployTime", galaxy.GetLastDeployTimeRequest()),
        "DiscoverHierarchy": lambda: gateway.call("DiscoverHierarchy", galaxy.DiscoverHierarchyRequest(page_size=1)),
        "BrowseChildren": lambda: gateway.call("BrowseChildren", galaxy.BrowseChildrenRequest(page_size=1)),
        "WatchDeployEvents": lambda: next(gateway.call("WatchDeployEvents", galaxy.WatchDeployEventsRequest())),
    }


def stream(gateway, session_id, after=0):
    return next(gateway.call("StreamEvents", mx.StreamEventsRequest(session_id=session_id, after_worker_sequence=after)))


@check
def every_call_needs_a_key(target):
    with target.gateway.session("keys") as session:
        for key in (None, "mxgw_nobody_0000", target.key_of("full") + "0"):
            gateway = target.with_key(key)
            nobody = session.called_by(gateway)
            calls = {
                "OpenSession": lambda: gateway.call("OpenSession", mx.OpenSessionRequest()),
                "CloseSession": lambda: gateway.call("CloseSession", mx.CloseSessionRequest(session_id=session.id)),
                "Invoke": lambda: nobody.invoke("ping"),
                "StreamEvents": lambda: stream(gateway, session.id),
                **repository_calls(gateway),
            }
            for name, call in calls.items():
                expect_refusal(UNAUTHENTICATED, call, name)
        session.do("ping")


def _refuses(target, key, refused, allowed):
    """The key, which lacks a scope, cannot give these commands; those of another scope it can."""
    with target.gateway.session(key) as session:
        lacking = session.called_by(target.with_key(target.key_of(key)))
        for kind in refused:
            expect_refusal(DENIED, lambda: lacking.invoke(kind), kind)
        for kind in allowed:
            lacking.invoke(kind)


@check
def sessions_need_their_scope(target):
    _refuses(target, "no-open", ("ping", "get_session_state"), ("register",))
    gateway = target.with_key(target.key_of("no-open"))
    expect_refusal(DENIED, lambda: gateway.call("OpenSession", mx.OpenSessionRequest()), "OpenSession")
    with target.gateway.session("not open") as session:
        expect_refusal(DENIED, lambda: gateway.call("CloseSession", mx.CloseSessionRequest(session_id=session.id)), "CloseSession")
        session.do("ping")


@check
def items_and_reads_need_their_scope(target):
    _refuses(target, "no-read", READS, ("ping", "write"))


@check
def writes_need_their_scope(target):
    _refuses(target, "no-write", WRITES, ("ping", "register"))


@check
def secured_writes_and_users_need_their_scope(target):
    _refuses(target, "no-secure", SECURES, ("ping", "write"))


@check
def events_need_their_scope(target):
    _refuses(target, "no-events", (), ("ping", "register"))
    gateway = target.with_key(target.key_of("no-events"))
    with target.gateway.session("no events") as session:
        expect_refusal(DENIED, lambda: stream(gateway, session.id), "StreamEvents")


@check
def the_repository_needs_its_scope(target):
    for name, call in repository_calls(target.with_key(target.key_of("no-metadata"))).items():
        expect_refusal(DENIED, call, name)
    _refuses(target, "no-metadata", (), ("ping",))


@check
def a_tag_that_the_key_may_not_use_fails_its_row_alone(target):
    kept_gateway = target.with_key(target.key_of("some-tags"))
    references = target.references(2 * 16, types=range(1, 17))
    mine = [r for r in references if r.startswith("Pump_001.")]
    others = [r for r in references if not r.startswith("Pump_001.")]
    if not mine or not others:
        raise LeftOut("the plant has no Pump_001 and other objects")
    with target.gateway.session("some tags") as session:
        events = session.stream()
        kept = session.called_by(kept_gateway)
        server = session.do("register", client_name="some tags").server_handle
        other = session.do("subscribe_bulk", server_handle=server, tag_addresses=others[:1]).results[0].item_handle
        expect_refusal(DENIED, lambda: kept.invoke("add_item", server_handle=server, item_definition=others[0]), "AddItem")
        expect_refusal(DENIED, lambda: kept.invoke("add_item", server_handle=server, item_definition=others[0].upper()), "AddItem in capitals")
        expect_refusal(DENIED, lambda: kept.invoke("advise", server_handle=server, item_handle=other), "Advise of another's item")

        asked = [mine[0], others[0], mine[1]]
        rows = kept.do("subscribe_bulk", server_handle=server, tag_addresses=asked).results
        expect([(row.tag_address, row.was_successful) for row in rows], list(zip(asked, (True, False, True))), "the rows of SubscribeBulk")
        value = events.data_change(rows[0].item_handle).value
        events.data_change(rows[2].item_handle)
        events.data_change(other)
        read = kept.do("read_bulk", server_handle=server, tag_addresses=asked).results
        expect([row.was_successful for row in read], [True, False, True], "the rows of ReadBulk")
        entries = [mx.WriteBulkEntry(item_handle=handle, value=value) for handle in (other, rows[0].item_handle)]
        written = kept.do("write_bulk", server_handle=server, entries=entries).results
        expect([row.was_successful for row in written], [False, True], "the rows of WriteBulk")


@check
def scope_then_session_then_request(target):
    unwritable = mx.MxCommand(kind=mx.MX_COMMAND_KIND_WRITE)
    reader, full = target.with_key(target.key_of("no-write")), target.gateway
    request = mx.MxCommandRequest(session_id=UNKNOWN_SESSION, command=unwritable)
    expect_refusal(DENIED, lambda: reader.call("Invoke", request), "the scope, before the session")
    expect_refusal(grpc.StatusCode.NOT_FOUND, lambda: full.call("Invoke", request), "the session, before the request")
    with full.session("order") as session:
        expect_refusal(DENIED, lambda: reader.call("Invoke", mx.MxCommandRequest(session_id=session.id, command=unwritable)), "the scope, before the request")
    expect_refusal(grpc.StatusCode.NOT_FOUND, lambda: stream(full, UNKNOWN_SESSION, after=99), "the session of a stream, before its sequence")
