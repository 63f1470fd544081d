"""A session: its lease, its turn-taking, its handles and its event stream. Everything here runs under the gateway's one lock."""
import collections
import contextlib
import queue
import threading
import uuid

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from gateway_calls import Refused
from wire import gateway as mx

GOOD, BAD_CONFIGURATION = 192, 4
INVALID_ARGUMENT = 0x80070057 - (1 << 32)
QUEUE_LIMIT, RING, RING_SECONDS = 10_000, 1024, 300
LEASE, DETACHED_LEASE, COMMAND_TIMEOUT = 1800, 30, 30
MOST_PENDING = 128
UPDATE_INTERVAL = 1
BODIES = {"ON_DATA_CHANGE": "on_data_change", "ON_WRITE_COMPLETE": "on_write_complete", "ON_BUFFERED_DATA_CHANGE": "on_buffered_data_change"}


def status(category, detail=0, text=""):
    """An MXSTATUS_PROXY; success is -1 where it is one."""
    return mx.MxStatusProxy(
        success=-1 if category == "OK" else 0, category="MX_STATUS_CATEGORY_" + category,
        detected_by="MX_STATUS_SOURCE_RESPONDING_AUTOMATION_OBJECT", detail=detail, diagnostic_text=text)


class MxFailure(Exception):
    """MXAccess says no."""

    def __init__(self, text, hresult=INVALID_ARGUMENT):
        super().__init__(text)
        self.hresult = hresult


class TimedOut(Exception):
    """The worker did not get to the command, or did not finish it, within the session's command time-out."""


class Item:
    def __init__(self, server, handle, reference, context, place):
        self.server, self.handle, self.reference, self.context, self.place = server, handle, reference, context, place
        self.advised = self.supervisory = self.has_value = self.buffered = self.suspended = False
        self.collected = []


class Stream:
    """What waits for an attached subscriber. None ends it."""

    def __init__(self):
        self.queue = queue.SimpleQueue()
        self.overflowed = False

    def put(self, event):
        self.overflowed = self.overflowed or self.queue.qsize() >= QUEUE_LIMIT
        self.queue.put(None if self.overflowed else event)

    def end(self):
        self.queue.put(None)


class Session:
    def __init__(self, house, command_timeout=0):
        self.id = "session-" + uuid.uuid4().hex
        self.house = house
        self.command_timeout = command_timeout or COMMAND_TIMEOUT
        self.servers, self.users, self.intervals, self.stream = {}, {}, {}, None
        self.sequence, self.last_handle = 0, 1000
        self.ring = collections.deque(maxlen=RING)
        self.pending = collections.deque()
        self.closed = False
        self.renew()

    # ---- the lease

    def renew(self):
        self.lease_ends = self.house.clock() + LEASE

    @property
    def expired(self):
        return self.stream is None and self.house.clock() >= self.lease_ends

    def close(self):
        self.closed = True
        if self.stream:
            self.stream.end()
        self.house.changed.notify_all()

    # ---- one command after the other

    @contextlib.contextmanager
    def turn(self):
        """The time in which one command has the worker for itself. The gateway's lock is free while it waits."""
        if len(self.pending) >= MOST_PENDING:
            raise Refused(grpc.StatusCode.RESOURCE_EXHAUSTED, f"{MOST_PENDING} commands of {self.id} are pending")
        command = object()
        self.pending.append(command)
        ends = self.house.clock() + self.command_timeout
        try:
            while self.pending[0] is not command:
                self.wait(ends, ends)
            yield ends
        finally:
            self.pending.remove(command)
            self.house.changed.notify_all()

    def wait(self, until, ends):
        """Waits for something to change in the gateway; a command that must have ended by now has timed out."""
        now = self.house.clock()
        if now >= ends:
            raise TimedOut(f"no end within {self.command_timeout:g} s")
        self.house.changed.wait(max(0, min(until, ends) - now))
        if self.closed:
            raise Refused(grpc.StatusCode.NOT_FOUND, f"{self.id} was closed")

    # ---- events

    def emit(self, family, item, **fields):
        self.sequence += 1
        now = Timestamp()
        now.GetCurrentTime()
        event = mx.MxEvent(
            family="MX_EVENT_FAMILY_" + family, session_id=self.id, server_handle=item.server, item_handle=item.handle,
            worker_sequence=self.sequence, worker_timestamp=now, gateway_receive_timestamp=now, **fields)
        getattr(event, BODIES[family]).SetInParent()
        self.ring.append((self.house.clock(), event))
        if self.stream:
            self.stream.put(event)

    def emit_value(self, item):
        if item.suspended:
            return
        if item.place is None:
            self.emit("ON_DATA_CHANGE", item, value=mx.MxValue(is_null=True), quality=BAD_CONFIGURATION,
                      statuses=[status("CONFIGURATION_ERROR", text=f"nothing is named {item.reference}")])
        elif item.place.tag.on_scan:
            item.has_value = True
            if item.buffered:
                self._collect(item)
                return
            self.emit("ON_DATA_CHANGE", item, value=item.place.value(), quality=GOOD, source_timestamp=item.place.tag.time, statuses=[status("OK")])

    # ---- buffered items

    def _collect(self, item):
        """Keeps a change for the end of the interval, which begins with the first one."""
        item.collected.append((item.place.value(), item.place.tag.time))
        if len(item.collected) == 1:
            timer = threading.Timer(self.intervals.get(item.server, UPDATE_INTERVAL), self._tell_collected, [item])
            timer.daemon = True
            timer.start()

    def _tell_collected(self, item):
        with self.house.changed:
            collected, item.collected = item.collected, []
            if self.closed or not item.advised or not collected:
                return
            value, body = mx.MxValue(), mx.OnBufferedDataChangeEvent()
            for one, time in collected:
                kind = one.WhichOneof("kind")
                value.data_type = value.array_value.element_data_type = body.data_type = one.data_type
                getattr(value.array_value, kind.replace("_value", "_values")).values.append(getattr(one, kind))
                body.qualities.append(GOOD)
                body.timestamps.append(time)
            value.array_value.dimensions.append(len(collected))
            self.emit("ON_BUFFERED_DATA_CHANGE", item, value=value, quality=GOOD, statuses=[status("OK")], on_buffered_data_change=body)

    def attach(self, after):
        """Opens the stream behind the given sequence; 0 is from now on."""
        if self.stream:
            raise Refused(grpc.StatusCode.ALREADY_EXISTS, "the session's events are already streamed")
        if after > self.sequence:
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, f"sequence {after} is not reached yet")
        self.stream = Stream()
        if after:
            while self.ring and self.ring[0][0] <= self.house.clock() - RING_SECONDS:
                self.ring.popleft()
            kept = [event for _, event in self.ring]
            oldest = kept[0].worker_sequence if kept else self.sequence + 1
            if after + 1 < oldest:
                self.stream.put(mx.MxEvent(session_id=self.id, replay_gap=mx.ReplayGap(requested_after_sequence=after, oldest_available_sequence=oldest)))
            for event in kept:
                if event.worker_sequence > after:
                    self.stream.put(event)
        return self.stream

    def detach(self, stream):
        if self.stream is stream:
            self.stream = None
            self.lease_ends = self.house.clock() + DETACHED_LEASE
        stream.end()

    def items_of(self, tag):
        return [i for i in self.items() if i.advised and i.place and i.place.tag is tag]

    # ---- handles

    def items(self):
        return [item for items in self.servers.values() for item in items.values()]

    def server_items(self, server):
        items = self.servers.get(server)
        if items is None:
            raise MxFailure(f"server handle {server} is not of this session")
        return items

    def item(self, server, handle):
        item = self.server_items(server).get(handle)
        if item is None:
            raise MxFailure(f"item handle {handle} is not of server handle {server}")
        return item

    def add(self, server, reference, context=""):
        items = self.server_items(server)
        self.last_handle += 1
        item = items[self.last_handle] = Item(server, self.last_handle, reference, context, self.house.plant.find(reference, context))
        return item

    def remove(self, item):
        del self.servers[item.server][item.handle]

    def start(self, item, supervisory=False):
        item.advised, item.supervisory = True, supervisory
        self.emit_value(item)

    def stop(self, item):
        if not item.advised:
            raise MxFailure(f"item handle {item.handle} is not advised")
        item.advised = item.supervisory = False
