"""The checks of gRPC on HTTP/2 itself: what grpcio hides is seen on a bare connection."""
import grpc

from client_checks import check
from client_session import expect, require
from http2 import Connection, grpc_status
from wire import gateway as mx

SERVICE = "/mxaccess_gateway.v1.MxAccessGateway/"


@check
def an_answer_without_messages_has_its_status_once(target):
    with Connection(target.endpoint) as connection:
        answer = connection.call(SERVICE + "OpenSession", mx.OpenSessionRequest().SerializeToString(), {"authorization": "Bearer mxgw_nobody_0000"})
    statuses = [grpc_status(block) for block in answer.headers]
    expect([status for status in statuses if status is not None], [grpc.StatusCode.UNAUTHENTICATED.value[0]], "the statuses of the answer")
    # A status in the headers that trailers follow is what some clients crash on.
    require(statuses[-1] is not None, "headers with a status are followed by trailers")


@check
def a_deadline_is_kept_by_the_server(target):
    with target.gateway.session("deadline") as session, Connection(target.endpoint) as connection:
        request = mx.StreamEventsRequest(session_id=session.id).SerializeToString()
        headers = {"authorization": f"Bearer {target.key_of('full')}", "grpc-timeout": "100m"}
        # This client has no timer: only the server can end the stream.
        answer = connection.call(SERVICE + "StreamEvents", request, headers)
        expect(answer.was_reset or grpc_status(answer.headers[-1]) == grpc.StatusCode.DEADLINE_EXCEEDED.value[0], True, "the stream ended by its deadline")
        session.do("ping")


@check
def a_status_message_is_percent_encoded_utf8(target):
    name = "Größe 100%"
    try:
        target.gateway.call("CloseSession", mx.CloseSessionRequest(session_id=name))
    except grpc.RpcError as error:
        # A gateway may keep the name to itself.
        require("100" not in error.details() or name in error.details(), f"\"{name}\" came back in {error.details()!r}")
        return
    raise AssertionError("a session of that name was closed")
