"""The checks of the event stream: its numbers, its queue, what a stream that comes back gets."""
import grpc

import client_session
from client_checks import check
from client_session import expect, expect_refusal, require
from wire import gateway as mx

RING, QUEUE = 1024, 10_000


def subscribe(session, references):
    """Subscribes; the handles. Each brings a first data change."""
    server = session.do("register", client_name="events").server_handle
    return server, [row.item_handle for row in session.do("subscribe_bulk", server_handle=server, tag_addresses=references).results]


def many(target):
    """Some hundred references, whatever their types."""
    return [a.full_tag_reference for o in target.objects for a in o.attributes][:500]


def made(session, references, number):
    """Makes so many events at least, and then none: their items are gone."""
    count = 0
    while count < number:
        server, handles = subscribe(session, references[:number - count])
        count += len(handles)
        session.do("unsubscribe_bulk", server_handle=server, item_handles=handles)


def resume(session, after):
    """A stream that comes back, as it is: a replay_gap has no place in the sequence."""
    gateway = session.gateway
    request = mx.StreamEventsRequest(session_id=session.id, after_worker_sequence=after)
    return gateway.sessions.StreamEvents(request, metadata=gateway.metadata, timeout=client_session.PATIENCE)


def first_of(session, after):
    """The first event of a stream that comes back, as soon as the gateway knows that the one before is gone."""
    while True:
        events = resume(session, after)
        try:
            return next(events)
        except grpc.RpcError as error:
            expect(error.code(), grpc.StatusCode.ALREADY_EXISTS, "opening the stream again")
        finally:
            events.cancel()


def last_of_ring(session, events, reference):
    """The sequences of the events that the ring had, the event that was made after that left out."""
    _, [marker] = subscribe(session, [reference])
    sequences = []
    for event in events:
        if event.item_handle == marker:
            expect(event.worker_sequence, sequences[-1] + 1 if sequences else event.worker_sequence, "the sequence of the first event after the ring's")
            return sequences
        sequences.append(event.worker_sequence)
    raise client_session.Failed("the stream ended")


@check
def a_stream_has_its_headers_before_its_first_event(target):
    if target.headers_late:
        return
    with target.gateway.session("headers") as session:
        gateway = session.gateway
        call = gateway.sessions.StreamEvents(mx.StreamEventsRequest(session_id=session.id), metadata=gateway.metadata, timeout=client_session.PATIENCE)
        call.initial_metadata()
        # They came before there was an event, if the stream lives on to bring the first one.
        subscribe(session, target.references(1))
        try:
            next(call)
        except grpc.RpcError as error:
            raise client_session.Failed(f"the headers came when the stream ended, with {error.code()}") from None


@check
def worker_sequences_are_contiguous_from_1(target):
    references = target.references(25)
    with target.gateway.session("sequences") as session:
        events = session.stream()
        server, handles = subscribe(session, references)
        values = {handle: events.data_change(handle).value for handle in handles}
        for handle, value in values.items():
            session.do("write", server_handle=server, item_handle=handle, value=value)
        for handle in handles:
            events.write_complete(handle)
        expect([event.worker_sequence for event in events.seen], list(range(1, len(events.seen) + 1)), "the sequences")


@check
def a_stream_that_comes_back_gets_each_event_once(target):
    references = target.references(5)
    with target.gateway.session("resume") as session:
        made(session, references, 5)
        events = resume(session, after=2)
        expect(last_of_ring(session, events, references[0])[:3], [3, 4, 5], "the sequences after 2")
        events.cancel()


@check
def the_ring_keeps_1024_events_and_tells_of_a_gap(target):
    references = many(target)
    with target.gateway.session("ring") as session:
        made(session, references, RING + 10)
        events = resume(session, after=1)
        gap = next(events)
        require(gap.HasField("replay_gap"), f"the first event is no replay_gap: {gap}")
        expect((gap.family, gap.worker_sequence, gap.WhichOneof("body")), (mx.MX_EVENT_FAMILY_UNSPECIFIED, 0, None), "the gap's family, sequence and body")
        expect(gap.replay_gap.requested_after_sequence, 1, "requested_after_sequence")
        oldest = gap.replay_gap.oldest_available_sequence
        sequences = last_of_ring(session, events, references[0])
        expect(sequences, list(range(oldest, oldest + RING)), "what the ring had")
        events.cancel()


@check
def resuming_from_the_oldest_event_brings_no_gap(target):
    # In one session, whose ring holds still: how many events another one has, a plant that moves decides.
    with target.gateway.session("no gap") as session:
        made(session, many(target), RING + 10)
        gap = first_of(session, after=1)
        oldest = gap.replay_gap.oldest_available_sequence
        first = first_of(session, after=oldest - 1)
        expect((first.HasField("replay_gap"), first.worker_sequence), (False, oldest), "the first event")


@check
def resuming_from_the_future_is_an_invalid_argument(target):
    with target.gateway.session("future") as session:
        made(session, target.references(3), 3)
        events = resume(session, after=1_000_000)
        expect_refusal(grpc.StatusCode.INVALID_ARGUMENT, lambda: next(events), "a sequence that is not reached")


@check(control=True)
def the_ring_keeps_events_for_300_s(target):
    references = target.references(3)
    with target.gateway.session("kept") as kept, target.gateway.session("gone") as gone:
        for session in (kept, gone):
            made(session, references, 3)
        target.control.post("advance-clock", seconds=280)
        events = resume(kept, after=1)
        first = next(events)
        expect((first.HasField("replay_gap"), first.worker_sequence), (False, 2), "the first event after 280 s")
        events.cancel()
        target.control.post("advance-clock", seconds=21)
        events = resume(gone, after=1)
        first = next(events)
        require(first.HasField("replay_gap") and first.replay_gap.oldest_available_sequence > 3, f"after 301 s, events came that are older than 300 s: {first}")
        events.cancel()


@check
def a_subscriber_that_does_not_read_is_cut_off(target):
    references = many(target)
    with target.gateway.session("unread") as session, target.gateway.session("another") as another:
        # What does not fit into these windows waits at the gateway.
        windows = (("grpc.http2.bdp_probe", 0), ("grpc.http2.lookahead_bytes", 65536))
        slow = client_session.Gateway(target.endpoint, target.key_of("full"), target.headers_late, windows)
        events = session.called_by(slow).attach(timeout=2 * client_session.PATIENCE)
        # The queue, and what the connection holds on its way.
        made(session, references, QUEUE + 3000)
        session.do("ping")
        another.do("ping")

        last = 0
        try:
            for event in events:
                expect(event.worker_sequence, last + 1, "worker_sequence")
                last = event.worker_sequence
            raise client_session.Failed("the stream ended with OK")
        except grpc.RpcError as error:
            expect(error.code(), grpc.StatusCode.RESOURCE_EXHAUSTED, f"the stream's end after {last} events ({error.details()})")
            require("EventQueueOverflow" in error.details(), f"the stream's end does not name EventQueueOverflow: {error.details()}")
