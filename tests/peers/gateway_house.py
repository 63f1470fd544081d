"""The house: the plant, the sessions, the deploys, and how this gateway was told to behave."""
import queue
import threading
import time

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from gateway_calls import Refused
from gateway_plant import Plant
from wire import galaxy

MOST_SESSIONS = 64


class House:
    def __init__(self, lock, objects, users, options, clock=time.monotonic):
        """users: a name's password and GUID. options: gateway.py's."""
        self.clock = clock
        # Told whenever a command ends or a session is closed.
        self.changed = threading.Condition(lock)
        self.users = users
        self.sessions = {}
        self.change_first = options.change_first
        self.headers_late = options.headers_late
        self.rejected = {r.lower() for r in options.reject_writes_to}
        self.never_completed = {r.lower() for r in options.never_complete}
        self.off_scan = options.off_scan
        self.unknown_commands = set(options.without)
        self.watchers, self.deploys = [], 0
        self.plant = None
        self.deploy(objects, options.deploy_time)

    # ---- sessions

    def open(self, session):
        self._forget_expired()
        if len(self.sessions) >= MOST_SESSIONS:
            raise Refused(grpc.StatusCode.RESOURCE_EXHAUSTED, f"all {MOST_SESSIONS} sessions are open")
        self.sessions[session.id] = session

    def session(self, name):
        """For a unary call: it renews the lease."""
        session = self.find(name)
        session.renew()
        return session

    def find(self, name):
        self._forget_expired()
        if name not in self.sessions:
            raise Refused(grpc.StatusCode.NOT_FOUND, f"no session is named {name!r}")
        return self.sessions[name]

    def close(self, session):
        del self.sessions[session.id]
        session.close()

    def _forget_expired(self):
        # Looked at when it matters; nobody can tell that from a timer.
        for session in [s for s in self.sessions.values() if s.expired]:
            self.close(session)

    # ---- values

    def tag_changed(self, tag):
        for session in self.sessions.values():
            for item in session.items_of(tag):
                session.emit_value(item)

    def tick(self):
        advised = {i.place.tag for s in self.sessions.values() for i in s.items() if i.advised and i.place}
        for tag in advised:
            if tag.on_scan and tag.move():
                self.tag_changed(tag)

    # ---- deploys

    def deploy(self, objects, deploy_time):
        """Serves these objects from now on. Tags that stay keep their values; advised tags that went away get one bad value."""
        before = self.plant
        self.objects, self.plant = list(objects), Plant(objects, self.off_scan if before is None else ())
        if before:
            self.plant.keep_values_of(before)
            self._find_items_anew()
        self.deploys += 1
        self.deploy_time = None
        if deploy_time != "none":
            self.deploy_time = Timestamp()
            self.deploy_time.FromJsonString(deploy_time)
        observed = Timestamp()
        observed.GetCurrentTime()
        self.deploy_event = galaxy.DeployEvent(
            sequence=self.deploys, observed_at=observed, time_of_last_deploy_present=self.deploy_time is not None, time_of_last_deploy=self.deploy_time,
            object_count=len(self.objects), attribute_count=len(self.plant.tags))
        for watcher in self.watchers:
            watcher.put(self.deploy_event)

    def _find_items_anew(self):
        for session in self.sessions.values():
            for item in session.items():
                had = item.place
                item.place = self.plant.find(item.reference, item.context)
                if item.advised and (item.place is None) != (had is None):
                    session.emit_value(item)

    def watch(self, last_seen):
        """A queue of deploy events. It opens with the current state, unless that was seen."""
        watcher = queue.SimpleQueue()
        self.watchers.append(watcher)
        if last_seen is None or last_seen != self.deploy_time:
            watcher.put(self.deploy_event)
        return watcher

    def unwatch(self, watcher):
        if watcher in self.watchers:
            self.watchers.remove(watcher)
        watcher.put(None)
