"""The checks of replies, items and bulk commands, beyond those of client_item_checks.py."""
import contextlib
import time

import grpc

from client_checks import FLOAT, FREE_ACCESS, INTEGER, OPERATE, WRITABLE_CATEGORIES, LeftOut, check
from client_item_checks import BAD, GOOD, NOWHERE, category, is_float, quality
from client_session import INVALID_ARGUMENT, PATIENCE, expect, require
from wire import gateway as mx

OK, CONFIGURATION_ERROR = "MX_STATUS_CATEGORY_OK", "MX_STATUS_CATEGORY_CONFIGURATION_ERROR"


# Floats hold it exactly, and no value that moves in steps of a half comes to it by itself.
STEP = 1.125


class Items:
    """A session with its stream, and one server handle. Plants may move by themselves: what is equal is shown by writes, not by looking twice."""

    def __init__(self, target, session):
        self.target, self.session, self.stream = target, session, session.stream()
        self.server = self.register()
        self.user = target.user_id(session, self.server)

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

    def first(self, reference):
        """The first data change of a reference."""
        return self.stream.data_change(self.advise(reference))

    def read(self, *references, timeout_ms=5000):
        return self.do("read_bulk", tag_addresses=references, timeout_ms=timeout_ms).results

    def writer(self, reference):
        """An item that can be written, and a number that a float holds exactly, which is not its value."""
        item = self.advise(reference)
        return item, int(self.stream.data_change(item).value.float_value) + STEP

    def begin_write(self, item, value):
        self.do("write", item, value=mx.MxValue(data_type=mx.MX_DATA_TYPE_FLOAT, float_value=value), user_id=self.user)

    def write(self, item, value):
        """Writes a float, and waits for the item's own change."""
        self.begin_write(item, value)
        self.stream.data_change(item, is_float(value))

    def changes_made_by(self, writer, value, *items):
        """Writes twice; the data changes of some items that come of it. The writer's own second change comes after those that others have of the first write."""
        self.first(NOWHERE)  # All that happened before comes before that.
        self.stream.seen.clear()
        self.write(writer, value)
        self.write(writer, value + STEP)
        return [e for e in self.stream.seen if e.item_handle in items and e.WhichOneof("body") in ("on_data_change", "on_buffered_data_change")]

    def expect_same(self, reference, *others):
        """Items of other references hear of what is written to this one."""
        writer, value = self.writer(reference)
        for item in others:
            require(quality(self.stream.data_change(item).quality) == GOOD, f"item {item} is not {reference}, but a wrong reference")
        self.write(writer, value)
        for item in others:
            self.stream.data_change(item, is_float(value))


@contextlib.contextmanager
def items(target, name):
    with target.gateway.session(name) as session:
        yield Items(target, session)


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
        reply = session.invoke("advise", server_handle=server, item_handle=4711)
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
        expect(own.changes_made_by(*own.writer(reference), item), [], "data changes after Unregister")


@check
def a_tag_added_twice_has_two_handles(target):
    reference = target.writable_float()
    with items(target, "twice") as own:
        first, second = own.advise(reference), own.advise(reference)
        require(first != second, f"both are {first}")
        own.expect_same(reference, first, second)
        own.do("remove_item", first)
        own.do("un_advise", second)


@check
def advising_again_brings_a_first_data_change_again(target):
    reference = target.writable_float()
    with items(target, "again") as own:
        writer, value = own.writer(reference)
        own.write(writer, value)
        own.first(NOWHERE)
        own.stream.seen.clear()
        own.do("advise", writer)
        own.stream.data_change(writer)


@check
def what_is_not_advised_any_more_brings_no_change(target):
    reference = target.writable_float()
    with items(target, "silent") as own:
        unadvised, removed = own.advise(reference), own.advise(reference)
        own.stream.data_change(unadvised)
        own.stream.data_change(removed)
        own.do("un_advise", unadvised)
        own.do("remove_item", removed)
        expect(own.changes_made_by(*own.writer(reference), unadvised, removed), [], "data changes after UnAdvise and RemoveItem")
        own.do("advise", unadvised)
        own.stream.data_change(unadvised)


# ---- references


@check
def a_reference_in_any_case_names_the_same(target):
    reference = target.writable_float()
    with items(target, "case") as own:
        own.expect_same(reference, own.advise(reference.upper()), own.advise(reference.lower()))


@check
def an_array_without_its_brackets_is_the_whole_array(target):
    array = target.references(1, types=[INTEGER], is_array=True)[0]
    require(array.endswith("[]"), f"{array} does not end in []")
    with items(target, "bare") as own:
        bare = own.first(array.removesuffix("[]"))
        expect((quality(bare.quality), bare.value.WhichOneof("kind")), (GOOD, "array_value"), "the bare reference")


@check
def an_element_past_the_end_of_an_array_is_a_wrong_reference(target):
    array = target.references(1, types=[INTEGER], is_array=True)[0]
    bare = array.removesuffix("[]")
    with items(target, "past the end") as own:
        length = len(own.read(array)[0].value.array_value.int32_values.values)
        last = own.first(f"{bare}[{length}]")
        expect((quality(last.quality), last.value.WhichOneof("kind")), (GOOD, "int32_value"), "the last element")
        for number in (0, length + 1):
            wrong = own.first(f"{bare}[{number}]")
            expect((quality(wrong.quality), category(wrong.statuses)), (BAD, CONFIGURATION_ERROR), f"element {number}")


def contained(target):
    """An object that stands in another one under its contained name, and the name of a float of it that can be written."""
    by_id = {o.gobject_id: o for o in target.objects}
    for child in target.objects:
        parent = by_id.get(child.parent_gobject_id)
        floats = [a.attribute_name for a in child.attributes if a.mx_data_type == FLOAT and not a.is_array and a.security_classification in (FREE_ACCESS, OPERATE)
                  and a.mx_attribute_category in WRITABLE_CATEGORIES]
        if parent and child.contained_name and child.contained_name != child.tag_name and floats:
            return parent, child, floats[0]
    raise LeftOut("the plant has no contained object with a float that can be written")


@check
def a_hierarchical_name_is_the_tagname_by_another_way(target):
    parent, child, attribute = contained(target)
    with items(target, "hierarchical") as own:
        own.expect_same(f"{child.tag_name}.{attribute}", own.advise(f"{parent.tag_name}.{child.contained_name}.{attribute}"))


def advise_in(own, definition, context):
    item = own.do("add_item2", item_definition=definition, item_context=context).item_handle
    own.do("advise", item)
    return item


@check
def a_relative_reference_is_resolved_in_its_context(target):
    reference, nobody = target.writable_float(), NOWHERE.split(".")[0]
    tagname, attribute = reference.split(".", 1)
    with items(target, "relative") as own:
        own.expect_same(reference, advise_in(own, f"Me.{attribute}", tagname), advise_in(own, reference, nobody))
        for definition, context in ((f"Me.{attribute}", nobody), (f"Me.{attribute}", ""), ("Me.No_Such_Attribute", tagname)):
            event = own.stream.data_change(advise_in(own, definition, context))
            expect(category(event.statuses), CONFIGURATION_ERROR, f"{definition} in {context!r}")


@check
def a_contained_object_knows_its_container(target):
    parent, child, attribute = contained(target)
    with items(target, "container") as own:
        own.expect_same(f"{child.tag_name}.{attribute}", advise_in(own, f"MyContainer.{child.contained_name}.{attribute}", child.tag_name))


@check
def the_bits_of_an_integer_are_booleans(target):
    integer, other = target.references(1, types=[INTEGER])[0], target.references(1, types=[FLOAT])[0]
    with items(target, "bits") as own:
        number, *bits = own.read(integer, *(f"{integer}.{bit:02}" for bit in range(32)))
        expect([row.value.WhichOneof("kind") for row in bits], ["bool_value"] * 32, "the bits' kinds")
        expect(sum(row.value.bool_value << bit for bit, row in enumerate(bits)), number.value.int32_value & 0xFFFFFFFF, "the bits together")
        expect(own.first(f"{integer}.31").value.WhichOneof("kind"), "bool_value", "an advised bit")
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
        own.write(writer, value)
        own.do("advise", buffered)

        def event():
            return own.stream.wait_for("OnBufferedDataChange", lambda e: e.WhichOneof("body") == "on_buffered_data_change" and e.item_handle == buffered)

        first = event()
        expect(list(first.value.array_value.float_values.values), [value], "the first value")
        own.stream.seen.clear()
        written = [value + n for n in range(1, count + 1)]
        for number in written:
            own.begin_write(writer, number)
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
        expect(own.changes_made_by(writer, value, item), [], "data changes of a suspended item")
        activated = needs(own.session, "activate", server_handle=own.server, item_handle=item)
        require(activated.statuses, "the reply to Activate has no status")
        expect(own.stream.data_change(item).value.float_value, value + STEP, "the value that Activate tells")
        own.write(writer, value + 5)
        own.stream.data_change(item, is_float(value + 5))
        own.refused("suspend", item_handle=item + 1000)


# ---- bulk commands


@check
def bulk_commands_of_items_answer_row_by_row(target):
    references = target.references(6, types=[FLOAT])
    asked = [references[0], NOWHERE, *references[1:]]
    with items(target, "rows") as own:
        added = own.do("add_item_bulk", tag_addresses=asked).results
        expect([row.tag_address for row in added], asked, "the rows' addresses")
        expect([row.was_successful for row in added], [True] * len(asked), "the rows' success")
        handles = [row.item_handle for row in added]
        require(len(set(handles)) == len(asked), f"the handles are {handles}")
        unknown = max(handles) + 1000
        handles[2:2] = [unknown]

        def rows(kind):
            results = own.do(kind, item_handles=handles).results
            expect([row.item_handle for row in results], handles, f"the handles of {kind}")
            expect([row.was_successful for row in results], [handle != unknown for handle in handles], f"the success of {kind}")
            require(results[2].error_message, "the failed row says nothing")

        rows("advise_item_bulk")
        order = []
        for row in added:
            event = own.stream.data_change(row.item_handle)
            expect(quality(event.quality), BAD if row.tag_address == NOWHERE else GOOD, f"quality of {row.tag_address}")
            order.append(event.worker_sequence)
        expect(order, sorted(order), "the first data changes, in the order of the request")
        rows("un_advise_item_bulk")
        expect(own.changes_made_by(*own.writer(references[0]), handles[0]), [], "data changes after UnAdviseItemBulk")
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
        item = own.do("subscribe_bulk", tag_addresses=[reference]).results[0].item_handle
        own.stream.data_change(item)
        own.do("un_advise", item)
        own.do("advise", item)
        own.expect_same(reference, item)
        expect(own.do("unsubscribe_bulk", item_handles=[item]).results[0].was_successful, True, "the row of UnsubscribeBulk")
        own.refused("remove_item", item_handle=item)
        expect(own.changes_made_by(*own.writer(reference), item), [], "data changes after UnsubscribeBulk")


@check
def a_bulk_read_leaves_nothing_behind(target):
    reference = target.writable_float()
    with items(target, "read") as own:
        rows = [own.read(reference)[0], own.read(reference)[0]]
        expect([row.was_cached for row in rows], [False, False], "was_cached")
        for row in rows:
            own.refused("remove_item", item_handle=row.item_handle)
        writer, value = own.writer(reference)
        expect(own.changes_made_by(writer, value, *(row.item_handle for row in rows)), [], "data changes of what was read")
        expect(own.read(reference)[0].was_cached, True, "was_cached of an advised tag")
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
