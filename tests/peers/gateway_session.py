"""A session: its handles and its event stream. Everything here runs under the gateway's one lock."""
import collections
import queue
import uuid

from google.protobuf.timestamp_pb2 import Timestamp

from wire import gateway as mx

GOOD, BAD_CONFIGURATION = 192, 4
INVALID_ARGUMENT = 0x80070057 - (1 << 32)
QUEUE_LIMIT, RING = 10_000, 1024


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


class Item:
    def __init__(self, server, handle, reference, place):
        self.server, self.handle, self.reference, self.place = server, handle, reference, place
        self.advised = self.supervisory = self.has_value = False


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
    def __init__(self, house):
        self.id = "session-" + uuid.uuid4().hex
        self.house = house
        self.servers, self.users, self.stream = {}, {}, None
        self.sequence, self.last_handle = 0, 1000
        self.ring = collections.deque(maxlen=RING)

    # ---- events

    def emit(self, family, item, **fields):
        self.sequence += 1
        now = Timestamp()
        now.GetCurrentTime()
        body = {"ON_DATA_CHANGE": "on_data_change", "ON_WRITE_COMPLETE": "on_write_complete"}[family]
        event = mx.MxEvent(
            family="MX_EVENT_FAMILY_" + family, session_id=self.id, server_handle=item.server, item_handle=item.handle,
            worker_sequence=self.sequence, worker_timestamp=now, gateway_receive_timestamp=now, **fields)
        getattr(event, body).SetInParent()
        self.ring.append(event)
        if self.stream:
            self.stream.put(event)

    def emit_value(self, item):
        if item.place is None:
            self.emit("ON_DATA_CHANGE", item, value=mx.MxValue(is_null=True), quality=BAD_CONFIGURATION,
                      statuses=[status("CONFIGURATION_ERROR", text=f"nothing is named {item.reference}")])
            return
        item.has_value = True
        self.emit("ON_DATA_CHANGE", item, value=item.place.value(), quality=GOOD, source_timestamp=item.place.tag.time, statuses=[status("OK")])

    def attach(self, after):
        """Opens the stream behind the given sequence; 0 is from now on."""
        self.stream = Stream()
        if after:
            oldest = self.ring[0].worker_sequence if self.ring else self.sequence + 1
            if after + 1 < oldest:
                self.stream.put(mx.MxEvent(session_id=self.id, replay_gap=mx.ReplayGap(requested_after_sequence=after, oldest_available_sequence=oldest)))
            for event in self.ring:
                if event.worker_sequence > after:
                    self.stream.put(event)
        return self.stream

    def items_of(self, tag):
        return [i for s in self.servers.values() for i in s.values() if i.advised and i.place and i.place.tag is tag]

    # ---- handles

    def server_items(self, command):
        items = self.servers.get(command.server_handle)
        if items is None:
            raise MxFailure(f"server handle {command.server_handle} is not of this session")
        return items

    def item(self, command, handle=None):
        handle = command.item_handle if handle is None else handle
        item = self.server_items(command).get(handle)
        if item is None:
            raise MxFailure(f"item handle {handle} is not of server handle {command.server_handle}")
        return item

    def add(self, server, reference):
        if server not in self.servers:
            raise MxFailure(f"server handle {server} is not of this session")
        self.last_handle += 1
        item = self.servers[server][self.last_handle] = Item(server, self.last_handle, reference, self.house.plant.find(reference))
        return item

    def start(self, item):
        item.advised = True
        self.emit_value(item)

    def stop(self, item):
        if not item.advised:
            raise MxFailure(f"item handle {item.handle} is not advised")
        item.advised = item.supervisory = False
