"""The checks of items, values and writes."""
from client_checks import DOUBLE, FLOAT, INTEGER, SECURED, VERIFIED, VIEW_ONLY, check
from client_session import expect, require
from wire import gateway as mx

NOWHERE = "No_Such_Object.PV"
BAD, GOOD = 0, 192


def quality(number):
    """The two bits that say good, uncertain or bad."""
    return number & 0xC0


def category(statuses):
    return mx.MxStatusCategory.Name(statuses[0].category) if statuses else None


def is_float(value):
    return lambda event: event.value.float_value == value


@check
def an_item_lives_from_register_to_unregister(target):
    with target.gateway.session("item") as session:
        stream = session.stream()
        server = session.do("register", client_name="item").server_handle
        item = session.do("add_item", server_handle=server, item_definition=target.writable_float()).item_handle
        session.do("advise", server_handle=server, item_handle=item)
        first = stream.data_change(item)
        expect(first.worker_sequence, 1, "the first sequence")
        expect(first.session_id, session.id, "the event's session")
        expect(first.server_handle, server, "the event's server handle")
        expect(first.value.data_type, mx.MX_DATA_TYPE_FLOAT, "the value's type")
        expect(quality(first.quality), GOOD, "quality")
        expect(category(first.statuses), "MX_STATUS_CATEGORY_OK", "status")

        written = first.value.float_value + 12.5
        value = mx.MxValue(data_type=mx.MX_DATA_TYPE_FLOAT, float_value=written)
        session.do("write", server_handle=server, item_handle=item, value=value, user_id=target.user_id(session, server))
        expect(category(stream.write_complete(item).statuses), "MX_STATUS_CATEGORY_OK", "the write's status")
        # As it was sent: a float has fewer digits than the sum.
        changed = stream.data_change(item, is_float(value.float_value))
        require(changed.source_timestamp.ToNanoseconds() >= first.source_timestamp.ToNanoseconds(), "time went back")

        session.do("un_advise", server_handle=server, item_handle=item)
        session.do("remove_item", server_handle=server, item_handle=item)
        session.do("unregister", server_handle=server)
        session.refused("add_item", server_handle=server, item_definition=target.writable_float())
        session.close()
        expect(stream.end(), None, "the stream's end")


@check
def handles_that_are_unknown_or_gone_are_refused(target):
    with target.gateway.session("handles") as session, target.gateway.session("other") as other:
        server = session.do("register", client_name="handles").server_handle
        item = session.do("add_item", server_handle=server, item_definition=target.writable_float()).item_handle
        session.refused("advise", server_handle=server, item_handle=item + 1000)
        session.refused("advise", server_handle=server + 1000, item_handle=item)
        other.refused("advise", server_handle=server, item_handle=item)
        session.do("remove_item", server_handle=server, item_handle=item)
        session.refused("remove_item", server_handle=server, item_handle=item)
        again = session.do("add_item", server_handle=server, item_definition=target.writable_float()).item_handle
        require(again != item, f"handle {item} was given a second time")


@check
def a_command_without_its_payload_is_an_invalid_request(target):
    with target.gateway.session("invalid") as session:
        ping = mx.PingCommand()
        for command in (mx.MxCommand(kind=mx.MX_COMMAND_KIND_REGISTER), mx.MxCommand(kind=mx.MX_COMMAND_KIND_REGISTER, ping=ping), mx.MxCommand(ping=ping), mx.MxCommand(kind=4711)):
            reply = target.gateway.call("Invoke", mx.MxCommandRequest(session_id=session.id, command=command))
            expect(reply.protocol_status.code, mx.PROTOCOL_STATUS_CODE_INVALID_REQUEST, f"{command}")


@check
def a_write_before_the_first_change_is_refused(target):
    with target.gateway.session("early write") as session:
        server = session.do("register", client_name="early write").server_handle
        item = session.do("add_item", server_handle=server, item_definition=target.writable_float()).item_handle
        session.refused("write", server_handle=server, item_handle=item, value=mx.MxValue(float_value=1))


@check
def a_write_of_another_type_is_completed_as_an_error(target):
    with target.gateway.session("type") as session:
        stream = session.stream()
        server = session.do("register", client_name="type").server_handle
        item = session.do("subscribe_bulk", server_handle=server, tag_addresses=[target.writable_float()]).results[0].item_handle
        stream.data_change(item)
        text = mx.MxValue(data_type=mx.MX_DATA_TYPE_STRING, string_value="warm")
        session.do("write", server_handle=server, item_handle=item, value=text, user_id=target.user_id(session, server))
        expect(category(stream.write_complete(item).statuses), "MX_STATUS_CATEGORY_OPERATIONAL_ERROR", "the write's status")


@check
def what_cannot_be_written_is_completed_as_an_error(target):
    wanted = {
        0: target.references(1, security=[VIEW_ONLY], writable=False)[0],
        1012: target.references(1, security=[SECURED])[0],
        1013: target.references(1, security=[VERIFIED])[0],
    }
    with target.gateway.session("refused writes") as session:
        stream = session.stream()
        server = session.do("register", client_name="refused writes").server_handle
        for detail, reference in wanted.items():
            item = session.do("subscribe_bulk", server_handle=server, tag_addresses=[reference]).results[0].item_handle
            value = stream.data_change(item).value
            session.do("write", server_handle=server, item_handle=item, value=value)
            statuses = stream.write_complete(item).statuses
            expect(category(statuses), "MX_STATUS_CATEGORY_SECURITY_ERROR", f"writing {reference}")
            if detail:
                expect(statuses[0].detail, detail, f"the detail of writing {reference}")


@check
def a_secured_write_takes_authenticated_users(target):
    reference = target.references(1, security=[SECURED])[0]
    with target.gateway.session("secured") as session:
        stream = session.stream()
        server = session.do("register", client_name="secured").server_handle
        item = session.do("subscribe_bulk", server_handle=server, tag_addresses=[reference]).results[0].item_handle
        write = {"server_handle": server, "item_handle": item, "value": stream.data_change(item).value}
        # Ids that no user has: refused at once, or completed as an error.
        if session.invoke("write_secured", **write, current_user_id=4711, verifier_user_id=4711).protocol_status.code == mx.PROTOCOL_STATUS_CODE_OK:
            expect(category(stream.write_complete(item).statuses), "MX_STATUS_CATEGORY_SECURITY_ERROR", "the status of a write by nobody")
            stream.seen.clear()
        user = session.do("authenticate_user", server_handle=server, **target.user()).user_id
        session.do("write_secured", **write, current_user_id=user, verifier_user_id=user)
        expect(category(stream.write_complete(item).statuses), "MX_STATUS_CATEGORY_OK", "the write's status")


@check
def a_wrong_reference_gets_a_handle_and_a_bad_value(target):
    with target.gateway.session("wrong reference") as session:
        stream = session.stream()
        server = session.do("register", client_name="wrong reference").server_handle
        item = session.do("add_item", server_handle=server, item_definition=NOWHERE).item_handle
        session.do("advise", server_handle=server, item_handle=item)
        event = stream.data_change(item)
        expect(quality(event.quality), BAD, "quality")
        expect(category(event.statuses), "MX_STATUS_CATEGORY_CONFIGURATION_ERROR", "status")


@check
def a_bulk_subscription_answers_row_by_row(target):
    references = target.references(25)
    references[7] = NOWHERE
    with target.gateway.session("bulk") as session:
        stream = session.stream()
        server = session.do("register", client_name="bulk").server_handle
        rows = session.do("subscribe_bulk", server_handle=server, tag_addresses=references).results
        expect([row.tag_address for row in rows], references, "the rows' addresses")
        expect([row.was_successful for row in rows], [True] * 25, "the rows' success")
        expect(len({row.item_handle for row in rows}), 25, "different handles")
        for row in rows:
            expect(quality(stream.data_change(row.item_handle).quality), BAD if row.tag_address == NOWHERE else GOOD, f"quality of {row.tag_address}")

        handles = [row.item_handle for row in rows]
        handles[3] += 1000
        rows = session.do("unsubscribe_bulk", server_handle=server, item_handles=handles).results
        expect([row.item_handle for row in rows], handles, "the rows' handles")
        expect([row.was_successful for row in rows], [n != 3 for n in range(25)], "the rows' success")
        session.refused("advise", server_handle=server, item_handle=handles[0])
        rows = session.do("subscribe_bulk", server_handle=server + 1000, tag_addresses=references[:3]).results
        expect([row.was_successful for row in rows], [False] * 3, "rows of an unknown server handle")


@check
def a_bulk_read_says_what_was_cached(target):
    reference, other = target.references(2, types=[FLOAT])
    array = target.references(1, is_array=True)[0]
    with target.gateway.session("read") as session:
        stream = session.stream()
        server = session.do("register", client_name="read").server_handle
        item = session.do("subscribe_bulk", server_handle=server, tag_addresses=[reference]).results[0].item_handle
        stream.data_change(item)
        asked = [other, reference, NOWHERE, array, array.removesuffix("[]")]
        rows = session.do("read_bulk", server_handle=server, tag_addresses=asked, timeout_ms=5000).results
        expect([row.tag_address for row in rows], asked, "the rows' addresses")
        expect([row.was_cached for row in rows], [False, True, False, False, False], "was_cached")
        expect([row.was_successful for row in rows if row.tag_address != NOWHERE], [True] * 4, "was_successful")
        expect([row.value.WhichOneof("kind") for row in rows], ["float_value", "float_value", None, "array_value", "array_value"], "the values' kinds")
        expect(quality(rows[2].quality), BAD, "quality of a wrong reference")
        expect(category(rows[2].statuses), "MX_STATUS_CATEGORY_CONFIGURATION_ERROR", "status of a wrong reference")


@check
def an_array_is_written_whole(target):
    array = target.references(1, types=[INTEGER, FLOAT, DOUBLE], is_array=True)[0]
    require(array.endswith("[]"), f"{array} does not end in []")
    with target.gateway.session("array") as session:
        stream = session.stream()
        server = session.do("register", client_name="array").server_handle
        item = session.do("subscribe_bulk", server_handle=server, tag_addresses=[array]).results[0].item_handle
        value = stream.data_change(item).value
        values = value.array_value.WhichOneof("values")
        del getattr(value.array_value, values).values[:], value.array_value.dimensions[:]
        getattr(value.array_value, values).values.extend([7, 8, 9])
        value.array_value.dimensions.append(3)
        session.do("write", server_handle=server, item_handle=item, value=value, user_id=target.user_id(session, server))
        expect(category(stream.write_complete(item).statuses), "MX_STATUS_CATEGORY_OK", "the write's status")
        stream.data_change(item, lambda e: list(getattr(e.value.array_value, values).values) == [7, 8, 9])


@check
def the_elements_of_an_array_count_from_one(target):
    array = target.references(1, types=[INTEGER, FLOAT, DOUBLE], is_array=True)[0]
    bare = array.removesuffix("[]")
    with target.gateway.session("elements") as session:
        server = session.do("register", client_name="elements").server_handle
        whole, first, zeroth = session.do("read_bulk", server_handle=server, tag_addresses=[array, f"{bare}[1]", f"{bare}[0]"], timeout_ms=5000).results
        values = getattr(whole.value.array_value, whole.value.array_value.WhichOneof("values")).values
        expect(quality(first.quality), GOOD, "quality of element 1")
        expect(getattr(first.value, first.value.WhichOneof("kind")), values[0], "element 1")
        expect(quality(zeroth.quality), BAD, "quality of element 0")
