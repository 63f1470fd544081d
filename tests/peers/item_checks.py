"""The checks of replies, items and bulk commands, beyond those of client_item_checks.py."""
import time

import grpc

from client_checks import FLOAT, INTEGER, LeftOut, check
from client_item_checks import BAD, GOOD, NOWHERE, category, is_float, quality
from client_session import INVALID_ARGUMENT, PATIENCE, expect, require
from wire import gateway as mx

OK, CONFIGURATION_ERROR = "MX_STATUS_CATEGORY_OK", "MX_STATUS_CATEGORY_CONFIGURATION_ERROR"
BOOLEAN, STRING = 1, 5


class Items:
    """A session with its stream, and one server handle."""

    def __init__(self, session):
        self.session, self.stream = session, session.stream()
        self.server = self.register()

    def register(self):
        return self.session.do("register", client_name="items").server_handle

    def do(self, kind, item=None, **fields):
        if item is not None:
            fields["item_handle"] = item
        return self.session.do(kind, **{"server_handle": self.server, **fields})

    def refused(self, kind, **fields):
        self.session.refused(kind, **{"server_handle": self.server, **fields})

    def add(self, reference):
        return self.do("add_item", item_definition=reference).item_handle

    def advise(self, reference):
        """Adds an item and advises it. Its handle."""
        item = self.add(reference)
        self.do("advise", item)
        return item

    def subscribe(self, reference):
        return self.do("subscribe_bulk", tag_addresses=[reference]).results[0].item_handle

    def first(self, reference):
        """The first data change of a reference."""
        return self.stream.data_change(self.advise(reference))

    def read(self, *references, timeout_ms=5000):
        return self.do("read_bulk", tag_addresses=references, timeout_ms=timeout_ms).results

    def writer(self, reference):
        """An item that can be written: it had its first data change. Its handle and its value."""
        item = self.advise(reference)
        return item, self.stream.data_change(item).value.float_value

    def write(self, item, value):
        """Writes a float. Once the change of the writer's own item is here, so are those of all others that this write made before."""
        self.stream.seen.clear()
        self.do("write", item, value=mx.MxValue(data_type=mx.MX_DATA_TYPE_FLOAT, float_value=value))
        expect(category(self.stream.write_complete(item).statuses), OK, "the write's status")
        return self.stream.data_change(item, is_float(value))

    def changes(self, item):
        """The data changes of an item that were seen since the last write."""
        return [event for event in self.stream.seen if event.item_handle == item and event.WhichOneof("body") in ("on_data_change", "on_buffered_data_change")]

    def write_on(self, item, value):
        """Writes twice: what another gateway tells after the writer's own change is here when the second one is."""
        self.write(item, value)
        seen = list(self.stream.seen)
        self.write(item, value + 1)
        self.stream.seen[:0] = seen


def items(target, name):
    return _Opened(target, name)


class _Opened:
    def __init__(self, target, name):
        self.session = target.gateway.session(name)

    def __enter__(self):
        return Items(self.session.__enter__())

    def __exit__(self, *error):
        return self.session.__exit__(*error)


def same(value):
    return value.WhichOneof("kind"), getattr(value, value.WhichOneof("kind") or "is_null")


def the_same_values(target, what, *references):
    """All references name the same thing: their first values are equal."""
    with items(target, what) as own:
        values = [own.first(reference) for reference in references]
        for reference, event in zip(references, values):
            expect(quality(event.quality), GOOD, f"quality of {reference}")
            expect(same(event.value), same(values[0].value), f"the value of {reference}, as of {references[0]}")


# ---- replies


@check
def a_reply_repeats_who_asked_what(target):
    with target.gateway.session("replies") as session:
        register = mx.MxCommand(kind=mx.MX_COMMAND_KIND_REGISTER, register=mx.RegisterCommand(client_name="replies"))
        advise = mx.MxCommand(kind=mx.MX_COMMAND_KIND_ADVISE, advise=mx.AdviseCommand(server_handle=4711, item_handle=1))
        for n, command in enumerate((register, advise, mx.MxCommand(kind=4711))):
            reply = target.gateway.call("Invoke", mx.MxCommandRequest(session_id=session.id, client_correlation_id=f"call {n}", command=command))
            expect((reply.session_id, reply.correlation_id, reply.kind), (session.id, f"call {n}", command.kind), "session, correlation id and kind")


@check
def a_rejection_is_a_reply_with_an_hresult_and_a_status(target):
    with target.gateway.session("rejection") as session:
        server = session.do("register", client_name="rejection").server_handle
        reply = session.invoke("add_item", server_handle=server, item_definition="")
        expect(reply.protocol_status.code, mx.PROTOCOL_STATUS_CODE_MXACCESS_FAILURE, "the code")
        expect(reply.hresult, INVALID_ARGUMENT, "hresult")
        require(reply.statuses and category(reply.statuses) != OK, f"the statuses of a rejection: {list(reply.statuses)}")
        session.do("ping")


# ---- handles


@check
def unregister_takes_its_items_along(target):
    reference = target.writable_float()
    with items(target, "unregister") as own:
        other = own.register()
        item = own.session.do("add_item", server_handle=other, item_definition=reference).item_handle
        own.session.do("advise", server_handle=other, item_handle=item)
        own.stream.data_change(item)
        own.session.do("unregister", server_handle=other)
        own.session.refused("advise", server_handle=other, item_handle=item)
        own.session.refused("add_item", server_handle=other, item_definition=reference)
        writer, value = own.writer(reference)
        own.write_on(writer, value + 1)
        expect(own.changes(item), [], "data changes after Unregister")


@check
def a_tag_added_twice_has_two_handles(target):
    reference = target.writable_float()
    with items(target, "twice") as own:
        first, second = own.add(reference), own.add(reference)
        require(first != second, f"both are {first}")
        own.do("advise", first)
        own.do("advise", second)
        expect(same(own.stream.data_change(first).value), same(own.stream.data_change(second).value), "the values")
        own.do("remove_item", first)
        own.do("un_advise", second)


@check
def advising_again_brings_a_first_data_change_again(target):
    with items(target, "again") as own:
        item = own.advise(target.writable_float())
        own.stream.data_change(item)
        own.stream.seen.clear()
        own.do("advise", item)
        own.stream.data_change(item)


@check
def what_is_not_advised_any_more_brings_no_change(target):
    reference = target.writable_float()
    with items(target, "silent") as own:
        unadvised, removed = own.advise(reference), own.advise(reference)
        own.stream.data_change(unadvised)
        own.stream.data_change(removed)
        own.do("un_advise", unadvised)
        own.do("remove_item", removed)
        writer, value = own.writer(reference)
        own.write_on(writer, value + 1)
        expect(own.changes(unadvised) + own.changes(removed), [], "data changes after UnAdvise and RemoveItem")
        own.do("advise", unadvised)
        expect(own.stream.data_change(unadvised).value.float_value, value + 2, "the value when advised again")


# ---- references


@check
def a_reference_in_any_case_names_the_same(target):
    reference = target.references(1, types=[STRING])[0]
    the_same_values(target, "case", reference, reference.upper(), reference.lower())


@check
def an_array_without_its_brackets_is_the_whole_array(target):
    array = target.references(1, types=[INTEGER], is_array=True)[0]
    require(array.endswith("[]"), f"{array} does not end in []")
    with items(target, "bare") as own:
        whole, bare = own.first(array), own.first(array.removesuffix("[]"))
        expect(quality(bare.quality), GOOD, "quality of the bare reference")
        expect(bare.value.array_value, whole.value.array_value, "the bare reference's value")


@check
def an_element_past_the_end_of_an_array_is_a_wrong_reference(target):
    array = target.references(1, types=[INTEGER], is_array=True)[0]
    bare = array.removesuffix("[]")
    with items(target, "past the end") as own:
        values = own.first(array).value.array_value.int32_values.values
        last = own.first(f"{bare}[{len(values)}]")
        expect((quality(last.quality), last.value.int32_value), (GOOD, values[-1]), "the last element")
        for number in (0, len(values) + 1):
            wrong = own.first(f"{bare}[{number}]")
            expect((quality(wrong.quality), category(wrong.statuses)), (BAD, CONFIGURATION_ERROR), f"element {number}")


def contained(target):
    """An object that stands in another one under its contained name, and the two references of one of its attributes."""
    by_id = {o.gobject_id: o for o in target.objects}
    for child in target.objects:
        parent = by_id.get(child.parent_gobject_id)
        attributes = [a for a in child.attributes if not a.is_array and a.mx_data_type in (BOOLEAN, FLOAT)]
        if parent and child.contained_name and child.contained_name != child.tag_name and attributes:
            return parent, child, attributes[0].attribute_name
    raise LeftOut("the plant has no contained object with an attribute")


@check
def a_hierarchical_name_is_the_tagname_by_another_way(target):
    parent, child, attribute = contained(target)
    the_same_values(target, "hierarchical", f"{child.tag_name}.{attribute}", f"{parent.tag_name}.{child.contained_name}.{attribute}")


@check
def a_relative_reference_is_resolved_in_its_context(target):
    reference = target.writable_float()
    tagname, attribute = reference.split(".", 1)
    with items(target, "relative") as own:
        def first(definition, context):
            item = own.do("add_item2", item_definition=definition, item_context=context).item_handle
            own.do("advise", item)
            return own.stream.data_change(item)

        absolute = own.first(reference)
        expect(same(first(f"Me.{attribute}", tagname).value), same(absolute.value), f"Me.{attribute} in {tagname}")
        expect(same(first(reference, NOWHERE.split(".")[0]).value), same(absolute.value), "an absolute reference in any context")
        for definition, context in ((f"Me.{attribute}", NOWHERE.split(".")[0]), (f"Me.{attribute}", ""), ("Me.No_Such_Attribute", tagname)):
            expect(category(first(definition, context).statuses), CONFIGURATION_ERROR, f"{definition} in {context!r}")


@check
def the_container_of_a_contained_object_is_a_context_too(target):
    parent, child, attribute = contained(target)
    with items(target, "container") as own:
        wanted = own.first(f"{child.tag_name}.{attribute}")
        item = own.do("add_item2", item_definition=f"MyContainer.{child.contained_name}.{attribute}", item_context=child.tag_name).item_handle
        own.do("advise", item)
        found = own.stream.data_change(item)
        expect((quality(found.quality), same(found.value)), (GOOD, same(wanted.value)), "the way over the container and back")


@check
def the_bits_of_an_integer_are_booleans(target):
    integer = target.references(1, types=[INTEGER])[0]
    other = target.references(1, types=[FLOAT])[0]
    with items(target, "bits") as own:
        number = own.first(integer).value.int32_value
        for bit in (0, 1, 5, 31):
            event = own.first(f"{integer}.{bit:02}")
            expect((quality(event.quality), same(event.value)), (GOOD, ("bool_value", bool(number >> bit & 1))), f"bit {bit} of {number}")
        for wrong in (f"{integer}.32", f"{integer}.1", f"{other}.00"):
            expect(category(own.first(wrong).statuses), CONFIGURATION_ERROR, wrong)


# ---- buffered and suspended items


def needs(session, kind, **fields):
    """Runs a command that not every gateway has. Its reply."""
    reply = session.invoke(kind, **fields)
    if reply.protocol_status.code == mx.PROTOCOL_STATUS_CODE_INVALID_REQUEST:
        raise LeftOut(f"the gateway does not have the command {kind}")
    expect(reply.protocol_status.code, mx.PROTOCOL_STATUS_CODE_OK, f"{kind} ({reply.protocol_status.message})")
    return reply


@check
def a_buffered_item_collects_its_changes_for_an_interval(target):
    reference, interval, count = target.writable_float(), 0.3, 12
    with items(target, "buffered") as own:
        needs(own.session, "set_buffered_update_interval", server_handle=own.server, update_interval_ms=int(interval * 1000))
        buffered = own.do("add_buffered_item", item_definition=reference).item_handle
        writer, value = own.writer(reference)
        own.do("advise", buffered)

        def event():
            return own.stream.wait_for("OnBufferedDataChange", lambda e: e.WhichOneof("body") == "on_buffered_data_change" and e.item_handle == buffered)

        first = event()
        expect(list(first.value.array_value.float_values.values), [value], "the first value")
        own.stream.seen.clear()
        written = [value + n for n in range(1, count + 1)]
        for number in written:
            own.do("write", writer, value=mx.MxValue(float_value=number))
        events, collected = [], []
        while collected[-1:] != written[-1:]:
            events.append(event())
            own.stream.seen.clear()
            values, body = list(events[-1].value.array_value.float_values.values), events[-1].on_buffered_data_change
            expect(body.data_type, mx.MX_DATA_TYPE_FLOAT, "the type")
            expect((len(body.qualities), len(body.timestamps)), (len(values), len(values)), "qualities and time stamps")
            expect({quality(q) for q in body.qualities}, {GOOD}, "qualities")
            collected += values
        expect(collected, written, "the values, in their order")
        seconds = (events[-1].worker_timestamp.ToNanoseconds() - first.worker_timestamp.ToNanoseconds()) / 1e9
        require(len(events) <= seconds / interval + 0.5, f"{len(events)} events in {seconds} s, where there is one per {interval} s at most")


@check
def a_suspended_item_brings_no_change_until_it_is_activated(target):
    reference = target.writable_float()
    with items(target, "suspended") as own:
        item = own.advise(reference)
        own.stream.data_change(item)
        writer, value = own.writer(reference)
        suspended = needs(own.session, "suspend", server_handle=own.server, item_handle=item)
        require(suspended.statuses, "the reply to Suspend has no status")
        own.write_on(writer, value + 1)
        expect(own.changes(item), [], "data changes of a suspended item")
        activated = needs(own.session, "activate", server_handle=own.server, item_handle=item)
        require(activated.statuses, "the reply to Activate has no status")
        expect(own.stream.data_change(item).value.float_value, value + 2, "the value that Activate tells")
        own.write(writer, value + 5)
        own.stream.data_change(item, is_float(value + 5))
        own.refused("suspend", item_handle=item + 1000)


# ---- bulk commands


@check
def bulk_commands_of_items_answer_row_by_row(target):
    references = target.references(6, types=[FLOAT])
    asked = [references[0], NOWHERE, "", *references[1:]]
    with items(target, "rows") as own:
        added = own.do("add_item_bulk", tag_addresses=asked).results
        expect([row.tag_address for row in added], asked, "the rows' addresses")
        expect([row.was_successful for row in added], [address != "" for address in asked], "the rows' success")
        require(added[2].error_message, "the failed row says nothing")
        handles = [row.item_handle for row in added]
        handles[2] = max(handles) + 1000
        require(len(set(handles)) == len(asked), f"the handles are {handles}")

        def rows(kind):
            results = own.do(kind, item_handles=handles).results
            expect([row.item_handle for row in results], handles, f"the handles of {kind}")
            expect([row.was_successful for row in results], [address != "" for address in asked], f"the success of {kind}")

        rows("advise_item_bulk")
        order = []
        for address, handle in zip(asked, handles):
            if address:
                event = own.stream.data_change(handle)
                expect(quality(event.quality), BAD if address == NOWHERE else GOOD, f"quality of {address}")
                order.append(event.worker_sequence)
        expect(order, sorted(order), "the first data changes, in the order of the request")
        rows("un_advise_item_bulk")
        writer, value = own.writer(references[0])
        own.write_on(writer, value + 1)
        expect(own.changes(handles[0]), [], "data changes after UnAdviseItemBulk")
        rows("remove_item_bulk")
        own.refused("advise", item_handle=handles[0])


@check
def an_unknown_server_handle_fails_every_row(target):
    references = target.references(3)
    with items(target, "unknown server") as own:
        handles = [own.add(reference) for reference in references]
        for kind, entries in (
                ("add_item_bulk", {"tag_addresses": references}), ("subscribe_bulk", {"tag_addresses": references}), ("read_bulk", {"tag_addresses": references}),
                ("advise_item_bulk", {"item_handles": handles}), ("un_advise_item_bulk", {"item_handles": handles}), ("remove_item_bulk", {"item_handles": handles})):
            results = own.session.do(kind, server_handle=own.server + 1000, **entries).results
            expect([row.was_successful for row in results], [False] * 3, f"the rows of {kind}")
        own.do("remove_item", handles[0])


@check
def a_bulk_subscription_is_an_item_and_its_advise(target):
    reference = target.writable_float()
    with items(target, "subscription") as own:
        item = own.subscribe(reference)
        value = own.stream.data_change(item).value.float_value
        own.do("un_advise", item)
        own.do("advise", item)
        own.write(item, value + 1)
        expect(own.do("unsubscribe_bulk", item_handles=[item]).results[0].was_successful, True, "the row of UnsubscribeBulk")
        own.refused("remove_item", item_handle=item)
        writer, value = own.writer(reference)
        own.write_on(writer, value + 1)
        expect(own.changes(item), [], "data changes after UnsubscribeBulk")


@check
def a_bulk_read_leaves_nothing_behind(target):
    reference = target.writable_float()
    with items(target, "read") as own:
        once, again = own.read(reference)[0], own.read(reference)[0]
        expect((once.was_cached, again.was_cached), (False, False), "was_cached")
        for row in (once, again):
            own.refused("remove_item", item_handle=row.item_handle)
        writer, value = own.writer(reference)
        own.write_on(writer, value + 1)
        expect({event.item_handle for event in own.stream.seen}, {writer}, "whose events there are")
        cached = own.read(reference)[0]
        expect((cached.was_cached, cached.value.float_value), (True, value + 2), "the cached value")
        own.do("un_advise", writer)
        expect(own.read(reference)[0].was_cached, False, "was_cached after UnAdvise")


@check(control=True)
def a_bulk_read_waits_for_a_first_value(target):
    silent, other = target.references(2, types=[FLOAT])
    with items(target, "waiting") as own:
        target.control.post("silence", tags=[silent])
        try:
            item = own.advise(silent)
            began = time.monotonic()
            rows = own.read(silent, other, timeout_ms=200)
            took = time.monotonic() - began
            expect([row.was_successful for row in rows], [False, True], "the rows' success")
            require(rows[0].error_message and quality(rows[0].quality) == BAD, f"the row without a value: {rows[0]}")
            require(took >= 0.19, f"the answer came after {took} s, and 200 ms were asked for")

            waiting = own.session.gateway.sessions.Invoke.future(
                own.session.request("read_bulk", server_handle=own.server, tag_addresses=[silent], timeout_ms=int(PATIENCE * 1000)),
                metadata=own.session.gateway.metadata, timeout=PATIENCE)
            while not _ping_waits(own.session):
                require(not waiting.done(), "the read did not wait")
        finally:
            target.control.post("silence", tags=[])
        row = waiting.result().read_bulk.results[0]
        expect((row.was_successful, quality(row.quality), row.value.WhichOneof("kind")), (True, GOOD, "float_value"), "the row when the value came")
        own.stream.data_change(item)


def _ping_waits(session):
    """Whether the session's next command has to wait for its turn."""
    try:
        session.gateway.call("Invoke", session.request("ping"), timeout=0.1)
        return False
    except grpc.RpcError as error:
        expect(error.code(), grpc.StatusCode.DEADLINE_EXCEEDED, "Ping")
        return True
