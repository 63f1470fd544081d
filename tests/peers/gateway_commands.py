"""The MXAccess commands of a session. A session's commands run one after the other: the gateway holds its lock while one runs."""
import wire
from gateway_plant import FREE_ACCESS, SECURED, SUPERVISORY_CATEGORIES, VERIFIED, VIEW_ONLY, WRITABLE_CATEGORIES, TypeMismatch
from gateway_session import BAD_CONFIGURATION, GOOD, MxFailure, Session, status
from wire import gateway as mx

ACCESS_DENIED = 0x80070005 - (1 << 32)


class BadRequest(Exception):
    """A command that the gateway cannot make sense of."""


class Row:
    """One row of a bulk reply: a refusal is the row's, not the call's."""

    def __init__(self, result):
        self.result = result

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.result.was_successful = error is None
        if isinstance(error, MxFailure):
            self.result.error_message = str(error)
            return True
        return False


class Worker(Session):
    """Each command takes its payload and its reply, and notes in the call record what it is about."""

    def run(self, command, reply, row):
        kind = wire.enum_name(mx.MxCommandKind, command.kind, "MX_COMMAND_KIND_")
        payload = command.WhichOneof("payload")
        run = getattr(self, "_" + kind.lower(), None) if kind != "UNSPECIFIED" else None
        if run is None or payload != kind.lower():
            raise BadRequest(f"kind {kind} with payload {payload}")
        body = getattr(command, payload)
        if body.DESCRIPTOR.fields_by_name.get("server_handle"):
            row["server"] = body.server_handle
        if body.DESCRIPTOR.fields_by_name.get("item_handle"):
            row["handles"] = [body.item_handle]
        run(body, reply, row)

    def _register(self, command, reply, row):
        self.last_handle += 1
        self.servers[self.last_handle] = {}
        self.users[self.last_handle] = {}
        row.update(server=self.last_handle, items=[command.client_name])
        reply.register.server_handle = self.last_handle

    def _unregister(self, command, reply, row):
        self.server_items(command)
        del self.servers[command.server_handle], self.users[command.server_handle]

    def _add_item(self, command, reply, row):
        row["items"] = [command.item_definition]
        item = self.add(command.server_handle, command.item_definition)
        row["handles"] = [item.handle]
        reply.add_item.item_handle = item.handle

    def _remove_item(self, command, reply, row):
        item = self.item(command)
        del self.servers[item.server][item.handle]

    def _advise(self, command, reply, row):
        self.start(self.item(command))

    def _advise_supervisory(self, command, reply, row):
        item = self.item(command)
        item.supervisory = True
        self.start(item)

    def _un_advise(self, command, reply, row):
        self.stop(self.item(command))

    def _write(self, command, reply, row):
        item = self._writable(command)
        if command.user_id and command.user_id not in self.users[item.server]:
            raise MxFailure(f"user id {command.user_id} is not of this session")
        self._complete(item, command.value, self._refuse_plain(item, command.user_id))

    def _write_secured(self, command, reply, row):
        item = self._writable(command)
        users = self.users[item.server]
        if command.current_user_id not in users or command.verifier_user_id not in users:
            raise MxFailure("a secured write needs the ids of authenticated users")
        refusal = self._refuse_always(item, command.current_user_id)
        same = users[command.current_user_id].lower() == users[command.verifier_user_id].lower()
        # With Galaxy security off every credential gives user id 1, so that two users cannot be told apart.
        if not refusal and item.place.tag.security == VERIFIED and self.house.users and same:
            refusal = status("SECURITY_ERROR", 1013, "the verifier must be another user")
        self._complete(item, command.value, refusal)

    def _authenticate_user(self, command, reply, row):
        row["items"] = [command.user_name]
        self.server_items(command)
        number = 1
        if self.house.users:
            if self.house.users.get(command.user_name) != command.password:
                raise MxFailure(f"user {command.user_name} or the password is wrong", ACCESS_DENIED)
            number = 1 + sorted(self.house.users).index(command.user_name)
        self.users[command.server_handle][number] = command.user_name
        reply.authenticate_user.user_id = number

    def _subscribe_bulk(self, command, reply, row):
        row.update(items=list(command.tag_addresses), handles=[])
        reply.subscribe_bulk.SetInParent()
        for address in command.tag_addresses:
            result = reply.subscribe_bulk.results.add(server_handle=command.server_handle, tag_address=address)
            with Row(result):
                item = self.add(command.server_handle, address)
                result.item_handle = item.handle
                row["handles"].append(item.handle)
                self.start(item)

    def _unsubscribe_bulk(self, command, reply, row):
        row["handles"] = list(command.item_handles)
        reply.unsubscribe_bulk.SetInParent()
        for handle in command.item_handles:
            result = reply.unsubscribe_bulk.results.add(server_handle=command.server_handle, item_handle=handle)
            with Row(result):
                item = self.item(command, handle)
                result.tag_address = item.reference
                self.stop(item)
                del self.servers[item.server][handle]

    def _read_bulk(self, command, reply, row):
        row["items"] = list(command.tag_addresses)
        reply.read_bulk.SetInParent()
        for address in command.tag_addresses:
            result = reply.read_bulk.results.add(server_handle=command.server_handle, tag_address=address, quality=BAD_CONFIGURATION)
            with Row(result):
                items = self.server_items(command).values()
                place = self.house.plant.find(address)
                if place is None:
                    result.statuses.append(status("CONFIGURATION_ERROR"))
                    raise MxFailure(f"nothing is named {address}")
                cached = next((i for i in items if i.advised and i.place == place), None)
                result.was_cached, result.item_handle = cached is not None, cached.handle if cached else 0
                result.value.CopyFrom(place.value())
                result.source_timestamp.CopyFrom(place.tag.time)
                result.quality = GOOD
                result.statuses.append(status("OK"))

    def _ping(self, command, reply, row):
        pass

    def _get_session_state(self, command, reply, row):
        reply.get_session_state.state = mx.SESSION_STATE_READY

    # ---- writing

    def _writable(self, command):
        item = self.item(command)
        if not item.has_value:
            raise MxFailure(f"{item.reference} had no data change yet: its type is not known")
        return item

    def _refuse_always(self, item, user):
        tag = item.place.tag
        # A supervisory advise alone makes no user, unless no user is needed.
        is_user = user or not item.supervisory or not self.house.users or tag.security == FREE_ACCESS
        writable = (WRITABLE_CATEGORIES if is_user else set()) | (SUPERVISORY_CATEGORIES if item.supervisory else set())
        if tag.security == VIEW_ONLY or tag.category not in writable:
            return status("SECURITY_ERROR", text=f"{tag.reference} cannot be written")
        if tag.reference.lower() in self.house.rejected:
            return status("OPERATIONAL_ERROR", text=f"{tag.reference} was told to reject writes")
        return None

    def _refuse_plain(self, item, user):
        security = item.place.tag.security
        if security == SECURED:
            return status("SECURITY_ERROR", 1012, "a secured write is needed")
        if security == VERIFIED:
            return status("SECURITY_ERROR", 1013, "a verified write is needed")
        if self.house.users and security != FREE_ACCESS and not user and not item.supervisory:
            return status("SECURITY_ERROR", text="a user is needed")
        return self._refuse_always(item, user)

    def _complete(self, item, value, refusal):
        tag = item.place.tag
        if tag.reference.lower() in self.house.never_completed:
            return
        changed = False
        if not refusal:
            try:
                changed = tag.write(value, item.place.index)
            except TypeMismatch as mismatch:
                refusal = status("OPERATIONAL_ERROR", text=str(mismatch))
        if changed and self.house.change_first:
            self.house.changed(tag)
        self.emit("ON_WRITE_COMPLETE", item, statuses=[refusal or status("OK")])
        if changed and not self.house.change_first:
            self.house.changed(tag)
