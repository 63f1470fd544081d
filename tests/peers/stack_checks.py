"""The checks of what differs between gRPC stacks: sizes, compression, cancelling, metadata, status messages, many calls at once."""
import grpc

import wire
from client_checks import check
from client_item_checks import category
from client_session import expect, expect_refusal, require
from http2 import Connection, grpc_status
from wire import galaxy, gateway as mx

STRING = 5
LIMIT = wire.MESSAGE_LIMIT


@check
def a_status_message_of_any_letters_arrives_as_it_was_said(target):
    request = galaxy.DiscoverHierarchyRequest(root_tag_name="Pümpe 水 100 % %41")
    error = expect_refusal(grpc.StatusCode.NOT_FOUND, lambda: target.gateway.call("DiscoverHierarchy", request), "a root that there is not")
    require("Pümpe 水 100 % %41" in error.details(), f"the refusal does not name the root: {error.details()!r}")


@check
def an_answer_of_nearly_16_mib_arrives_and_a_larger_one_is_resource_exhausted(target):
    reference = target.references(1, types=[STRING])[0]
    with target.gateway.session("large answer") as session:
        stream = session.stream()
        server = session.do("register", client_name="large answer").server_handle
        user = target.user_id(session, server)
        item = session.do("subscribe_bulk", server_handle=server, tag_addresses=[reference]).results[0].item_handle
        stream.data_change(item)
        # Without an advise the large value comes by the read alone, not as an event, too.
        session.do("un_advise", server_handle=server, item_handle=item)

        def write(length):
            stream.seen.clear()
            value = mx.MxValue(data_type=mx.MX_DATA_TYPE_STRING, string_value="x" * length)
            session.do("write", server_handle=server, item_handle=item, value=value, user_id=user)
            expect(category(stream.write_complete(item).statuses), "MX_STATUS_CATEGORY_OK", "the write's status")

        def size_of_read(times):
            reply = session.invoke("read_bulk", server_handle=server, tag_addresses=[reference] * times, timeout_ms=5000)
            expect([len(row.value.string_value) for row in reply.read_bulk.results], [length] * times, "the strings' lengths")
            return reply.ByteSize()

        # Twice half of it; a time stamp takes a byte more or less, so the aim is just below the limit.
        length = LIMIT // 2 - 1000
        write(length)
        length += (LIMIT - 16 - size_of_read(2)) // 2
        write(length)
        size = size_of_read(2)
        require(LIMIT - 32 < size <= LIMIT, f"the answer has {size} bytes")
        expect_refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: size_of_read(3), "an answer above 16 MiB")
        session.do("ping")


def registration(session, name):
    command = mx.MxCommand(kind=mx.MX_COMMAND_KIND_REGISTER, register=mx.RegisterCommand(client_name=name))
    return mx.MxCommandRequest(session_id=session.id, command=command)


@check
def compressed_requests_are_taken(target):
    with target.gateway.session("compressed") as session:
        request = registration(session, "gzip " * 1000)
        for compression in (grpc.Compression.Gzip, grpc.Compression.NoCompression):
            reply = target.gateway.sessions.Invoke(request, metadata=target.gateway.metadata, timeout=30, compression=compression)
            require(reply.register.server_handle, f"{compression}: no server handle")


@check
def a_compressed_request_above_16_mib_is_resource_exhausted(target):
    with target.gateway.session("large and compressed") as session:
        request = registration(session, "x" * (4 * LIMIT))

        def call():
            return target.gateway.sessions.Invoke(request, metadata=target.gateway.metadata, timeout=30, compression=grpc.Compression.Gzip)
        expect_refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, call, "64 MiB in a small frame")
        session.do("ping")


@check
def a_deadline_that_races_the_answer_ends_with_one_of_both(target):
    request = galaxy.DiscoverHierarchyRequest(page_size=5).SerializeToString()
    ends = set()
    for n in range(50):
        # Without a timer at this end the race is the server's alone: a grpcio that gives up before it has sent the call can upset its connection by itself.
        headers = {"authorization": f"Bearer {target.key_of('full')}", "grpc-timeout": f"{n * 100 + 1}u"}
        with Connection(target.endpoint) as connection:
            answer = connection.call("/galaxy_repository.v1.GalaxyRepository/DiscoverHierarchy", request, headers)
        ends.add("reset" if answer.was_reset else grpc_status(answer.headers[-1]))
    either = {"reset", grpc.StatusCode.OK.value[0], grpc.StatusCode.DEADLINE_EXCEEDED.value[0]}
    require(ends <= either, f"the calls ended with {ends}")
    target.gateway.call("TestConnection", galaxy.TestConnectionRequest())


@check
def calls_that_are_cancelled_at_once_hurt_nothing(target):
    # They have a connection of their own, which a grpcio that cancels before it has sent can upset by itself.
    hasty = target.with_key(target.key_of("full"))
    with target.gateway.session("cancelled at once") as session:
        ping = mx.MxCommandRequest(session_id=session.id, command=mx.MxCommand(kind=mx.MX_COMMAND_KIND_PING, ping=mx.PingCommand()))
        for _ in range(20):
            hasty.sessions.Invoke.future(ping, metadata=hasty.metadata, timeout=30).cancel()
            hasty.call("StreamEvents", mx.StreamEventsRequest(session_id=session.id)).cancel()
            # A server may cut off a caller who cancels hundreds of calls before it gets to them.
            session.do("ping")
        _attach(session)


def _attach(session):
    """Waits until the gateway has let the cancelled streams go: then one is accepted, and brings events."""
    server = session.do("register", client_name="attach").server_handle
    while True:
        stream = session.stream()
        while stream.events.empty():
            session.do("subscribe_bulk", server_handle=server, tag_addresses=["No_Such_Object.PV"])
        first = stream.events.get()
        if not isinstance(first, grpc.RpcError):
            return
        expect(first.code(), grpc.StatusCode.ALREADY_EXISTS, "opening the stream again")


@check
def metadata_that_the_gateway_does_not_know_changes_nothing(target):
    metadata = (*target.gateway.metadata, ("x-plant", "north"), ("x-plant", "south"), ("x-trace-bin", bytes(range(256))), ("x-long", "y" * 4000))
    reply, call = target.gateway.repository.TestConnection.with_call(galaxy.TestConnectionRequest(), metadata=metadata, timeout=30)
    expect(reply.ok, True, "ok")
    expect(call.code(), grpc.StatusCode.OK, "the status")


@check
def two_hundred_calls_over_ten_connections_are_all_answered(target):
    # Each with connections of its own: channels of the same kind would share one.
    channels = [grpc.insecure_channel(target.endpoint, options=[("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]) for _ in range(10)]
    try:
        stubs = [wire.galaxy_grpc.GalaxyRepositoryStub(channel) for channel in channels]
        pages = [galaxy.DiscoverHierarchyRequest(page_size=n % 7 + 1) for n in range(200)]
        calls = [stubs[n % 10].DiscoverHierarchy.future(page, metadata=target.gateway.metadata, timeout=30) for n, page in enumerate(pages)]
        expect([len(call.result().objects) for call in calls], [n % 7 + 1 for n in range(200)], "the pages' sizes")
    finally:
        for channel in channels:
            channel.close()
