"""The MXAccess commands of a session."""
import wire
from gateway_bulk import Bulk
from gateway_session import MxFailure, status
from wire import gateway as mx


class BadRequest(Exception):
    """A command that the gateway cannot make sense of."""


class Worker(Bulk):
    """A command takes its payload, its reply, its row in the call record to say what it is about, and when it must have ended."""

    def run(self, command, reply, row, ends):
        kind = wire.enum_name(mx.MxCommandKind, command.kind, "MX_COMMAND_KIND_")
        payload = command.WhichOneof("payload")
        run = getattr(self, "_" + kind.lower(), None) if kind not in {"UNSPECIFIED", *self.house.unknown_commands} else None
        if run is None or payload != kind.lower():
            raise BadRequest(f"kind {kind} with payload {payload}")
        body = getattr(command, payload)
        if "server_handle" in body.DESCRIPTOR.fields_by_name:
            row["server"] = body.server_handle
        if "item_handle" in body.DESCRIPTOR.fields_by_name:
            row["handles"] = [body.item_handle]
        run(body, reply, row, ends)

    def _register(self, command, reply, row, ends):
        self.last_handle += 1
        self.servers[self.last_handle] = {}
        self.users[self.last_handle] = {}
        row.update(server=self.last_handle, items=[command.client_name])
        reply.register.server_handle = self.last_handle

    def _unregister(self, command, reply, row, ends):
        self.server_items(command.server_handle)
        del self.servers[command.server_handle], self.users[command.server_handle]

    def _add_item(self, command, reply, row, ends):
        reply.add_item.item_handle = self._added(command, row, "")

    def _add_item2(self, command, reply, row, ends):
        reply.add_item2.item_handle = self._added(command, row, command.item_context)

    def _add_buffered_item(self, command, reply, row, ends):
        reply.add_buffered_item.item_handle = self._added(command, row, command.item_context)
        self.item(command.server_handle, reply.add_buffered_item.item_handle).buffered = True

    def _set_buffered_update_interval(self, command, reply, row, ends):
        self.server_items(command.server_handle)
        if command.update_interval_ms <= 0:
            raise MxFailure("an update interval is more than nothing")
        self.intervals[command.server_handle] = command.update_interval_ms / 1000

    def _added(self, command, row, context):
        row["items"] = [command.item_definition]
        item = self.add(command.server_handle, command.item_definition, context)
        row["handles"] = [item.handle]
        return item.handle

    def _remove_item(self, command, reply, row, ends):
        self.remove(self.item(command.server_handle, command.item_handle))

    def _advise(self, command, reply, row, ends):
        self.start(self.item(command.server_handle, command.item_handle))

    def _advise_supervisory(self, command, reply, row, ends):
        self.start(self.item(command.server_handle, command.item_handle), supervisory=True)

    def _un_advise(self, command, reply, row, ends):
        self.stop(self.item(command.server_handle, command.item_handle))

    def _suspend(self, command, reply, row, ends):
        self.item(command.server_handle, command.item_handle).suspended = True
        reply.statuses.append(status("OK"))

    def _activate(self, command, reply, row, ends):
        item = self.item(command.server_handle, command.item_handle)
        was_suspended, item.suspended = item.suspended, False
        reply.statuses.append(status("OK"))
        if was_suspended and item.advised:
            self.emit_value(item)

    def _write(self, command, reply, row, ends):
        self.write(command.server_handle, command)

    def _write2(self, command, reply, row, ends):
        self.write(command.server_handle, command)

    def _write_secured(self, command, reply, row, ends):
        self.write_secured(command.server_handle, command)

    def _write_secured2(self, command, reply, row, ends):
        self.write_secured(command.server_handle, command)

    def _authenticate_user(self, command, reply, row, ends):
        row["items"] = [command.user_name]
        reply.authenticate_user.user_id = self.user_named(command.server_handle, command.user_name, command.password)

    def _archestra_user_to_id(self, command, reply, row, ends):
        row["items"] = [command.user_guid]
        reply.archestra_user_to_id.user_id = self.user_of_guid(command.server_handle, command.user_guid)

    def _ping(self, command, reply, row, ends):
        pass

    def _get_session_state(self, command, reply, row, ends):
        reply.get_session_state.state = mx.SESSION_STATE_READY
