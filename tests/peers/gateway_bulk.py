"""The bulk commands: in order, a row per entry, and a refusal is its row's, not the call's."""
from gateway_session import BAD_CONFIGURATION, GOOD, MxFailure, status
from gateway_writes import Writes

READ_TIMEOUT = 5


class Row:
    """One row of a bulk reply."""

    def __init__(self, result):
        self.result = result

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.result.was_successful = error is None
        if isinstance(error, MxFailure):
            self.result.error_message = str(error)
            if "hresult" in self.result.DESCRIPTOR.fields_by_name:
                self.result.hresult = error.hresult
            return True
        return False


class Bulk(Writes):
    # ---- by tag address

    def _add_item_bulk(self, command, reply, row, ends):
        self._add_all(command, reply.add_item_bulk, row, lambda item: None)

    def _subscribe_bulk(self, command, reply, row, ends):
        self._add_all(command, reply.subscribe_bulk, row, self.start)

    def _add_all(self, command, reply, row, then):
        row.update(items=list(command.tag_addresses), handles=[])
        reply.SetInParent()
        for address in command.tag_addresses:
            result = reply.results.add(server_handle=command.server_handle, tag_address=address)
            with Row(result):
                item = self.add(command.server_handle, address)
                result.item_handle = item.handle
                row["handles"].append(item.handle)
                then(item)

    # ---- by item handle

    def _advise_item_bulk(self, command, reply, row, ends):
        self._each(command, reply.advise_item_bulk, row, self.start)

    def _un_advise_item_bulk(self, command, reply, row, ends):
        self._each(command, reply.un_advise_item_bulk, row, self.stop)

    def _remove_item_bulk(self, command, reply, row, ends):
        self._each(command, reply.remove_item_bulk, row, self.remove)

    def _unsubscribe_bulk(self, command, reply, row, ends):
        def let_go(item):
            self.stop(item)
            self.remove(item)
        self._each(command, reply.unsubscribe_bulk, row, let_go)

    def _each(self, command, reply, row, do):
        row["handles"] = list(command.item_handles)
        reply.SetInParent()
        for handle in command.item_handles:
            result = reply.results.add(server_handle=command.server_handle, item_handle=handle)
            with Row(result):
                item = self.item(command.server_handle, handle)
                result.tag_address = item.reference
                do(item)

    # ---- writes

    def _write_bulk(self, command, reply, row, ends):
        self._write_all(command, reply.write_bulk, row, self.write)

    def _write2_bulk(self, command, reply, row, ends):
        self._write_all(command, reply.write2_bulk, row, self.write)

    def _write_secured_bulk(self, command, reply, row, ends):
        self._write_all(command, reply.write_secured_bulk, row, self.write_secured)

    def _write_secured2_bulk(self, command, reply, row, ends):
        self._write_all(command, reply.write_secured2_bulk, row, self.write_secured)

    @staticmethod
    def _write_all(command, reply, row, write):
        row["handles"] = [entry.item_handle for entry in command.entries]
        reply.SetInParent()
        for entry in command.entries:
            with Row(reply.results.add(server_handle=command.server_handle, item_handle=entry.item_handle)):
                write(command.server_handle, entry)

    # ---- reads

    def _read_bulk(self, command, reply, row, ends):
        row["items"] = list(command.tag_addresses)
        reply.read_bulk.SetInParent()
        until = self.house.clock() + (command.timeout_ms / 1000 or READ_TIMEOUT)
        for address in command.tag_addresses:
            result = reply.read_bulk.results.add(server_handle=command.server_handle, tag_address=address)
            with Row(result):
                self._read(command.server_handle, address, result, until, ends)

    def _read(self, server, address, result, until, ends):
        items = self.server_items(server).values()
        place = self.house.plant.find(address)
        if place is None:
            result.quality = BAD_CONFIGURATION
            result.statuses.append(status("CONFIGURATION_ERROR"))
            raise MxFailure(f"nothing is named {address}")
        # A tag that is off scan has no first value to wait for; the worker waits all the same, as it cannot know.
        while not place.tag.on_scan and self.house.clock() < until:
            self.wait(until, ends)
        if not place.tag.on_scan:
            result.statuses.append(status("COMMUNICATION_ERROR"))
            raise MxFailure(f"{address} gave no value in time")
        cached = next((i for i in items if i.advised and i.place == place), None)
        result.was_cached, result.item_handle = cached is not None, cached.handle if cached else 0
        result.value.CopyFrom(place.value())
        result.source_timestamp.CopyFrom(place.tag.time)
        result.quality = GOOD
        result.statuses.append(status("OK"))
