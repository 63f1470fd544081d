#!/usr/bin/python3
"""The gateway's rules about time and numbers, on a clock that the tests move. What a client can see of the rest, client.py checks over the wire."""
import threading
import types
import unittest

import grpc

from gateway_calls import Refused
from gateway_commands import BadRequest, Worker
from gateway_house import MOST_SESSIONS, House
from gateway_session import MOST_PENDING, QUEUE_LIMIT, RING, TimedOut
from wire import galaxy, gateway as mx

OPTIONS = types.SimpleNamespace(
    change_first=False, headers_late=False, reject_writes_to=[], never_complete=[], off_scan=["Pump.Hidden"], without=["GET_SESSION_STATE"], deploy_time="2026-11-02T06:15:00Z")


def pump(*names, data_type=3):
    attributes = [galaxy.GalaxyAttribute(attribute_name=n, full_tag_reference=f"Pump.{n}", mx_data_type=data_type, mx_attribute_category=10) for n in names]
    return [galaxy.GalaxyObject(gobject_id=1, tag_name="Pump", browse_name="Pump", attributes=attributes)]


class GatewayTests(unittest.TestCase):
    def setUp(self):
        self.now = 1000.0
        self.lock = threading.RLock()
        self.house = House(self.lock, pump("Speed", "Hidden"), {}, OPTIONS, clock=lambda: self.now)
        self.lock.acquire()
        self.addCleanup(self.lock.release)

    def open(self, command_timeout=0):
        session = Worker(self.house, command_timeout)
        self.house.open(session)
        return session

    def run_command(self, session, kind, **fields):
        command = mx.MxCommand(kind="MX_COMMAND_KIND_" + kind.upper())
        getattr(command, kind).SetInParent()
        getattr(command, kind).MergeFrom(type(getattr(command, kind))(**fields))
        reply = mx.MxCommandReply()
        with session.turn() as ends:
            session.run(command, reply, {}, ends)
        return getattr(reply, kind, None)

    def advised(self, session, reference="Pump.Speed"):
        server = self.run_command(session, "register").server_handle
        return server, self.run_command(session, "subscribe_bulk", server_handle=server, tag_addresses=[reference]).results[0].item_handle

    def refused(self, code, call):
        with self.assertRaises(Refused) as refusal:
            call()
        self.assertEqual(code, refusal.exception.code)

    def gone(self, session):
        self.refused(grpc.StatusCode.NOT_FOUND, lambda: self.house.session(session.id))

    def events(self, stream):
        return [stream.queue.get() for _ in range(stream.queue.qsize())]

    # ---- leases and limits

    def test_a_unary_call_extends_the_lease(self):
        session = self.open()
        for _ in range(3):
            self.now += 1799
            self.house.session(session.id)
        self.now += 1800
        self.gone(session)

    def test_a_stream_holds_the_session_open_and_leaves_it_30_seconds(self):
        session = self.open()
        stream = session.attach(0)
        self.now += 10_000
        self.assertIs(session, self.house.find(session.id))
        session.detach(stream)
        self.now += 29
        self.assertIs(session, self.house.find(session.id))
        self.now += 1
        self.gone(session)

    def test_a_unary_call_after_the_stream_restores_the_lease(self):
        session = self.open()
        session.detach(session.attach(0))
        self.now += 29
        self.house.session(session.id)
        self.now += 1799
        self.assertIs(session, self.house.session(session.id))

    def test_the_sessions_are_counted_and_an_expired_one_makes_room(self):
        for _ in range(MOST_SESSIONS):
            self.open()
        self.refused(grpc.StatusCode.RESOURCE_EXHAUSTED, self.open)
        self.now += 1800
        self.open()

    def test_the_command_after_128_pending_ones_is_refused_at_once(self):
        session = self.open()
        session.pending.extend(object() for _ in range(MOST_PENDING))
        self.refused(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: session.turn().__enter__())

    def test_a_command_that_gets_no_turn_in_time_has_timed_out(self):
        session = self.open(command_timeout=2)
        session.pending.append(object())
        # Waiting is what moves this clock.
        self.house.changed.wait = lambda seconds: setattr(self, "now", self.now + seconds)
        with self.assertRaises(TimedOut):
            session.turn().__enter__()
        self.assertEqual(1002, self.now)

    def test_a_read_of_a_tag_that_is_off_scan_waits_and_fails_in_its_row(self):
        session = self.open()
        server, _ = self.advised(session)
        self.house.changed.wait = lambda seconds: setattr(self, "now", self.now + seconds)
        rows = self.run_command(session, "read_bulk", server_handle=server, tag_addresses=["Pump.Hidden", "Pump.Speed"], timeout_ms=700).results
        self.assertEqual([False, True], [row.was_successful for row in rows])
        self.assertEqual(1000.7, self.now)

    # ---- the replay ring

    def test_a_resumed_stream_goes_on_where_it_was(self):
        session = self.open()
        server, item = self.advised(session)
        for _ in range(4):
            self.run_command(session, "advise", server_handle=server, item_handle=item)
        self.assertEqual([3, 4, 5], [e.worker_sequence for e in self.events(session.attach(2))])

    def test_events_that_left_the_ring_are_a_gap(self):
        session = self.open()
        server, item = self.advised(session)
        for _ in range(RING + 9):
            self.run_command(session, "advise", server_handle=server, item_handle=item)
        gap, *kept = self.events(session.attach(3))
        self.assertEqual((3, 11, 0), (gap.replay_gap.requested_after_sequence, gap.replay_gap.oldest_available_sequence, gap.worker_sequence))
        self.assertEqual(list(range(11, RING + 11)), [e.worker_sequence for e in kept])
        session.detach(session.stream)
        self.assertFalse(any(e.HasField("replay_gap") for e in self.events(session.attach(gap.replay_gap.oldest_available_sequence - 1))))

    def test_events_leave_the_ring_after_300_seconds(self):
        session = self.open()
        server, item = self.advised(session)
        self.now += 299
        self.run_command(session, "advise", server_handle=server, item_handle=item)
        self.now += 1
        event, = self.events(session.attach(1))
        self.assertEqual(2, event.worker_sequence)
        session.detach(session.stream)
        self.now += 299
        gap, = self.events(session.attach(1))
        self.assertEqual(3, gap.replay_gap.oldest_available_sequence)

    def test_a_subscriber_who_does_not_read_is_cut_off(self):
        session = self.open()
        server, item = self.advised(session)
        stream = session.attach(0)
        for _ in range(QUEUE_LIMIT):
            self.run_command(session, "advise", server_handle=server, item_handle=item)
        self.assertFalse(stream.overflowed)
        self.run_command(session, "advise", server_handle=server, item_handle=item)
        self.assertTrue(stream.overflowed)

    # ---- deploys

    def test_a_deploy_reaches_the_watchers_and_advised_tags_that_went_away(self):
        session = self.open()
        server, item = self.advised(session)
        _, other = self.advised(session, "Pump.New")
        stream, watcher = session.attach(0), self.house.watch(None)
        self.house.deploy(pump("New"), "2026-11-03T06:15:00Z")
        self.assertEqual([(item, 4), (other, 192)], [(e.item_handle, e.quality) for e in self.events(stream)])
        self.assertEqual([(1, 2), (2, 1)], [(e.sequence, e.attribute_count) for e in (watcher.get(), watcher.get())])
        self.assertTrue(self.house.watch(self.house.deploy_time).empty())

    def test_values_outlive_a_deploy(self):
        session = self.open()
        server, item = self.advised(session)
        self.run_command(session, "write", server_handle=server, item_handle=item, value=mx.MxValue(float_value=7.5))
        stream = session.attach(0)
        self.house.deploy(pump("Speed"), "2026-11-03T06:15:00Z")
        self.assertEqual([], self.events(stream))
        self.run_command(session, "write", server_handle=server, item_handle=item, value=mx.MxValue(float_value=8))
        complete, change = self.events(stream)
        self.assertEqual(8, change.value.float_value)

    def test_a_command_that_it_is_told_not_to_know_is_a_bad_request(self):
        session = self.open()
        with self.assertRaises(BadRequest):
            self.run_command(session, "get_session_state")


if __name__ == "__main__":
    unittest.main()
