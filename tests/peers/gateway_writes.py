"""Writes: who may write what, and how a write is completed. Users are here too: a secured write needs their ids."""
from gateway_plant import FREE_ACCESS, SECURED, SUPERVISORY_CATEGORIES, VERIFIED, VIEW_ONLY, WRITABLE_CATEGORIES, TypeMismatch
from gateway_session import MxFailure, Session, status

ACCESS_DENIED = 0x80070005 - (1 << 32)


class Writes(Session):
    """A write is a command, or one entry of a bulk command: both have the same fields."""

    def write(self, server, entry):
        item = self._writable(server, entry)
        if entry.user_id and entry.user_id not in self.users[server]:
            raise MxFailure(f"user id {entry.user_id} is not of this session")
        self._complete(item, entry, self._refuse_plain(item, entry.user_id))

    def write_secured(self, server, entry):
        item = self._writable(server, entry)
        users = self.users[server]
        if entry.current_user_id not in users or entry.verifier_user_id not in users:
            raise MxFailure("a secured write needs the ids of authenticated users")
        refusal = self._refuse_always(item, entry.current_user_id)
        same = users[entry.current_user_id].lower() == users[entry.verifier_user_id].lower()
        # With Galaxy security off every credential gives user id 1, so that two users cannot be told apart.
        if not refusal and item.place.tag.security == VERIFIED and self.house.users and same:
            refusal = status("SECURITY_ERROR", 1013, "the verifier must be another user")
        self._complete(item, entry, refusal)

    def user_named(self, server, name, password):
        self.server_items(server)
        if self.house.users and self.house.users.get(name, {}).get("password") != password:
            raise MxFailure(f"user {name} or the password is wrong", ACCESS_DENIED)
        return self._user_id(server, name)

    def user_of_guid(self, server, guid):
        self.server_items(server)
        name = next((n for n, user in self.house.users.items() if user.get("guid", "").lower() == guid.strip("{}").lower()), None)
        if self.house.users and name is None:
            raise MxFailure(f"no user has the GUID {guid}", ACCESS_DENIED)
        return self._user_id(server, name or guid)

    def _user_id(self, server, name):
        # MXAccess: with Galaxy security off, everybody is user 1.
        number = 1 + sorted(self.house.users).index(name) if self.house.users else 1
        self.users[server][number] = name
        return number

    def _writable(self, server, entry):
        item = self.item(server, entry.item_handle)
        if not item.has_value or item.place is None:
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

    def _complete(self, item, entry, refusal):
        tag, time = item.place.tag, self._time(entry)
        if tag.reference.lower() in self.house.never_completed:
            return
        changed = False
        if not refusal:
            try:
                changed = item.place.write(entry.value, time)
            except TypeMismatch as mismatch:
                refusal = status("OPERATIONAL_ERROR", text=str(mismatch))
        if changed and self.house.change_first:
            self.house.tag_changed(tag)
        self.emit("ON_WRITE_COMPLETE", item, statuses=[refusal or status("OK")])
        if changed and not self.house.change_first:
            self.house.tag_changed(tag)

    @staticmethod
    def _time(entry):
        """The time that Write2 and its kin bring; None for the others."""
        if "timestamp_value" not in entry.DESCRIPTOR.fields_by_name:
            return None
        if entry.timestamp_value.WhichOneof("kind") != "timestamp_value":
            raise MxFailure("the timestamp is no time")
        return entry.timestamp_value.timestamp_value
