"""The checks of writes, and of the users who write."""
import contextlib

from google.protobuf.timestamp_pb2 import Timestamp

from client_checks import DOUBLE, FLOAT, INTEGER, OPERATE, SECURED, VERIFIED, VIEW_ONLY, WRITABLE_CATEGORIES, check
from client_session import INVALID_ARGUMENT, expect, require
from wire import gateway as mx

TUNE, CONFIGURE = 4, 5
STRING, ELAPSED_TIME, QUALIFIED_ENUM = 5, 7, 13
SUPERVISORY_CATEGORIES = (5, 6, 8, 10)
OK, OPERATIONAL, SECURITY, CONFIGURATION = "OK", "OPERATIONAL_ERROR", "SECURITY_ERROR", "CONFIGURATION_ERROR"


class Writer:
    """A session that writes to items which it advises, as a user who may."""

    def __init__(self, target, session):
        self.session, self.stream = session, session.stream()
        self.server = self.register()
        self.user = self.authenticate(*target.user().values())

    def register(self):
        return self.session.do("register", client_name="writer").server_handle

    def advise(self, reference, supervisory=False, server=None):
        """Adds an item and advises it. Its handle and its value."""
        server = server or self.server
        item = self.session.do("add_item", server_handle=server, item_definition=reference).item_handle
        self.session.do("advise_supervisory" if supervisory else "advise", server_handle=server, item_handle=item)
        return item, self.stream.data_change(item).value

    def write(self, item, value, kind="write", **fields):
        """Writes, and gives the status that the write is completed with."""
        self.stream.seen.clear()
        self.session.do(kind, **{"server_handle": self.server, "item_handle": item, "value": value, **self.signed(kind), **fields})
        return self.completed(item)

    def signed(self, kind):
        """The fields that say who writes."""
        return {"current_user_id": self.user, "verifier_user_id": self.user} if "secured" in kind else {"user_id": self.user}

    def completed(self, item):
        event = self.stream.write_complete(item)
        self.stream.seen.remove(event)
        require(event.statuses, f"OnWriteComplete of item {item} has no status")
        return event.statuses[0]

    def change(self, item, value, becomes, what, kind="write", **fields):
        """Writes; the data change with what the content is then. The plant may change the value on its own before and after."""
        expect_status(self.write(item, value, kind, **fields), OK, what)
        return self.becomes(item, becomes, what)

    def becomes(self, item, wanted, what):
        return self.stream.wait_for(
            f"the data change of item {item} to {wanted} after {what}",
            lambda event: event.WhichOneof("body") == "on_data_change" and event.item_handle == item and content(event.value) == wanted)

    def authenticate(self, name, password, server=None):
        return self.session.do("authenticate_user", server_handle=server or self.server, user_name=name, password=password).user_id


@contextlib.contextmanager
def writer(target, name):
    with target.gateway.session(name) as session:
        yield Writer(target, session)


def expect_status(status, category, what, detail=None):
    expect(mx.MxStatusCategory.Name(status.category), "MX_STATUS_CATEGORY_" + category, f"the status of {what} ({status.diagnostic_text})")
    if detail is not None:
        expect(status.detail, detail, f"the detail of {what}")


def expect_refused(writing, item, category, what, kind, **fields):
    """A write that is refused at once, or completed as an error: gateways differ in when they look."""
    reply = writing.session.invoke(kind, item_handle=item, **fields)
    if reply.protocol_status.code == mx.PROTOCOL_STATUS_CODE_OK:
        expect_status(writing.completed(item), category, what)
    else:
        expect(reply.protocol_status.code, mx.PROTOCOL_STATUS_CODE_MXACCESS_FAILURE, what)


def content(value):
    """What a value holds: a list for an array."""
    kind = value.WhichOneof("kind")
    if kind != "array_value":
        return getattr(value, kind) if kind else None
    values = value.array_value.WhichOneof("values")
    return list(getattr(value.array_value, values).values) if values else []


def an_array(target):
    """A writable array of numbers, with its brackets and without."""
    array = target.references(1, types=[INTEGER, FLOAT, DOUBLE], is_array=True)[0]
    return array, array.removesuffix("[]")


def with_content(value, numbers):
    """An array value of the same type with these elements."""
    changed = mx.MxValue()
    changed.CopyFrom(value)
    elements = getattr(changed.array_value, value.array_value.WhichOneof("values")).values
    del elements[:], changed.array_value.dimensions[:]
    elements.extend(numbers)
    changed.array_value.dimensions.append(len(numbers))
    return changed


def element(value, number):
    """A scalar of the type of the array's elements."""
    field = value.array_value.WhichOneof("values").removesuffix("s")
    return mx.MxValue(data_type=value.array_value.element_data_type, **{field: number})


def start_with(w, item, value):
    """Writes a whole array that is another one than the value; what it holds then."""
    start = [int(content(value)[0] % 1000) + 1, 2, 3, 4] if content(value) else [1, 2, 3, 4]
    w.change(item, with_content(value, start), start, "the whole array")
    return start


def read(target, reference):
    """The value now, read by a session that has nothing to do with the write."""
    with target.gateway.session("reader") as session:
        server = session.do("register", client_name="reader").server_handle
        row = session.do("read_bulk", server_handle=server, tag_addresses=[reference], timeout_ms=5000).results[0]
        require(row.was_successful, f"reading {reference}: {row.error_message}")
        return row.value


# ---- outcomes


@check
def a_write_is_answered_at_once_and_its_outcome_comes_as_an_event(target):
    with writer(target, "plain reply") as w:
        item, value = w.advise(target.writable_float())
        frozen, _ = w.advise(target.references(1, security=[VIEW_ONLY], writable=False)[0])
        for item, written, category in ((item, mx.MxValue(string_value="warm"), OPERATIONAL), (item, value, OK), (frozen, value, SECURITY)):
            reply = w.session.invoke("write", server_handle=w.server, item_handle=item, value=written, **w.signed("write"))
            expect(reply.protocol_status.code, mx.PROTOCOL_STATUS_CODE_OK, "the reply's code")
            require(not reply.HasField("hresult") and not reply.statuses, f"the reply says an outcome: {reply}")
            expect_status(w.completed(item), category, f"writing {written}")


@check
def a_refused_write_changes_nothing(target):
    array, _ = an_array(target)
    with writer(target, "refused") as w:
        item, value = w.advise(array)
        start = start_with(w, item, value)
        texts = mx.MxArray(element_data_type=mx.MX_DATA_TYPE_STRING, string_values=mx.StringArray(values=["warm"]))
        for wrong in (mx.MxValue(string_value="warm"), mx.MxValue(array_value=texts), mx.MxValue(is_null=True), mx.MxValue()):
            expect_status(w.write(item, wrong), OPERATIONAL, f"writing {wrong} to {array}")
        expect(content(read(target, array)), start, "the value after refused writes")


@check
def a_category_says_who_writes(target):
    with writer(target, "categories") as w:
        for category, reference in _by_category(target).items():
            item, value = w.advise(reference)
            expect_status(w.write(item, value), OK if category in WRITABLE_CATEGORIES else SECURITY, f"writing {reference}, category {category}")
            item, value = w.advise(reference, supervisory=True)
            may = category in WRITABLE_CATEGORIES + SUPERVISORY_CATEGORIES
            expect_status(w.write(item, value), OK if may else SECURITY, f"writing {reference}, category {category}, as a supervisory client and a user")


@check(users=True)
def with_security_on_a_category_says_who_writes(target):
    with writer(target, "categories") as w:
        for category, reference in _by_category(target).items():
            item, value = w.advise(reference)
            expect_status(w.write(item, value), OK if category in WRITABLE_CATEGORIES else SECURITY, f"a user's write to {reference}, category {category}")
            item, value = w.advise(reference, supervisory=True)
            expected = OK if category in SUPERVISORY_CATEGORIES else SECURITY
            expect_status(w.write(item, value, user_id=0), expected, f"a supervisory client's write to {reference}, category {category}")


def _by_category(target):
    """One attribute of each category, of those that need no signature. A value that is written back: no matter whether it moves meanwhile."""
    found = {
        a.mx_attribute_category: a.full_tag_reference for o in target.objects for a in o.attributes
        if a.security_classification in (OPERATE, TUNE, CONFIGURE) and 1 <= a.mx_data_type <= STRING and not a.is_array}
    require(set(found) - set(WRITABLE_CATEGORIES), f"all attributes of the plant can be written: it has the categories {sorted(found)}")
    require(set(found) & set(SUPERVISORY_CATEGORIES), f"a supervisory client can write nothing: the plant has the categories {sorted(found)}")
    return found


# ---- users


@check(users=False)
def with_security_off_any_credentials_give_user_1_and_a_plain_write_needs_none(target):
    with writer(target, "security off") as w:
        expect([w.authenticate("anybody", "anything"), w.authenticate("somebody", "else")], [1, 1], "the ids of any users")
        for security in (OPERATE, TUNE, CONFIGURE):
            reference = target.references(1, types=[1, INTEGER, FLOAT, DOUBLE, STRING], security=[security])[0]
            item, value = w.advise(reference)
            expect_status(w.write(item, value, user_id=0), OK, f"writing {reference} without a user")
        item, value = w.advise(target.references(1, security=[VERIFIED])[0])
        expect_status(w.write(item, value, "write_secured"), OK, "a verified write by user 1")


@check(users=True)
def with_security_on_a_plain_write_needs_a_user_or_a_supervisory_advise(target):
    reference = target.writable_float()
    with writer(target, "security on") as w:
        item, value = w.advise(reference)
        expect_status(w.write(item, value, user_id=0), SECURITY, "a write by nobody")
        expect_status(w.write(item, value), OK, "a write by a user")
        item, value = w.advise(reference, supervisory=True)
        expect_status(w.write(item, value, user_id=0), OK, "a supervisory client's write")


@check(users=True)
def a_wrong_password_is_rejected_like_an_unknown_user(target):
    name, password = target.user().values()
    with target.gateway.session("passwords") as session:
        server = session.do("register", client_name="passwords").server_handle
        replies = []
        for user, word in ((name, password + "x"), ("nobody_of_this_name", password)):
            reply = session.invoke("authenticate_user", server_handle=server, user_name=user, password=word)
            expect(reply.protocol_status.code, mx.PROTOCOL_STATUS_CODE_MXACCESS_FAILURE, f"authenticating {user}")
            require(word not in str(reply), "the reply repeats the password")
            replies.append((reply.hresult, reply.protocol_status.message.replace(user, ""), [(s.category, s.detail) for s in reply.statuses]))
        expect(replies[1], replies[0], "the reply for an unknown user, beside that for a wrong password")
        session.do("authenticate_user", server_handle=server, user_name=name, password=password)


@check(users=True)
def a_verified_write_takes_another_user_as_verifier(target):
    (name, password), (verifier_name, verifier_password) = [(name, user["password"]) for name, user in target.users.items()][:2]
    with writer(target, "verified") as w:
        user, verifier = w.authenticate(name, password), w.authenticate(verifier_name, verifier_password)
        require(user != verifier, f"two users have the id {user}")
        item, value = w.advise(target.references(1, security=[VERIFIED])[0])
        expect_status(w.write(item, value, "write_secured", current_user_id=user, verifier_user_id=user), SECURITY, "a verified write by one user", 1013)
        again = w.authenticate(name, password)
        expect_status(w.write(item, value, "write_secured", current_user_id=user, verifier_user_id=again), SECURITY, "a verified write by one user twice", 1013)
        expect_status(w.write(item, value, "write_secured", current_user_id=user, verifier_user_id=verifier), OK, "a verified write by two users")
        item, value = w.advise(target.references(1, security=[SECURED])[0])
        expect_status(w.write(item, value, "write_secured", current_user_id=user, verifier_user_id=user), OK, "a secured write by one user")


@check
def a_user_id_belongs_to_its_server_handle(target):
    with writer(target, "user ids") as w:
        second = w.register()
        item, value = w.advise(target.references(1, security=[SECURED])[0], server=second)
        _expect_nobody(w, item, value, "a secured write with the user id of another server handle", second)
        w.session.do("unregister", server_handle=second)

        w.session.do("unregister", server_handle=w.server)
        w.server = w.register()
        item, value = w.advise(target.references(1, security=[SECURED])[0])
        _expect_nobody(w, item, value, "a secured write with the user id of a server handle that is gone", w.server)


def _expect_nobody(w, item, value, what, server):
    expect_refused(w, item, SECURITY, what, "write_secured", server_handle=server, value=value, **w.signed("write_secured"))


@check(users=True)
def the_id_of_a_user_is_found_by_guid(target):
    with writer(target, "guids") as w:
        names = list(target.users)
        ids = {name: w.session.do("archestra_user_to_id", server_handle=w.server, user_guid=target.users[name]["guid"]).user_id for name in names}
        expect(ids, {name: w.authenticate(name, target.users[name]["password"]) for name in names}, "ids by GUID")
        for guid in ("6f9619ff-8b86-d011-b42d-00cf4fc964ff", "no GUID", ""):
            reply = w.session.invoke("archestra_user_to_id", server_handle=w.server, user_guid=guid)
            expect(reply.protocol_status.code, mx.PROTOCOL_STATUS_CODE_MXACCESS_FAILURE, f"the id of the GUID {guid!r}")
        second = w.register()
        user = w.session.do("archestra_user_to_id", server_handle=second, user_guid=target.users[names[0]]["guid"]).user_id
        item, value = w.advise(target.writable_float(), server=second)
        expect_status(w.write(item, value, server_handle=second, user_id=user), OK, "a write by a user who was found by GUID")


# ---- time stamps


@check
def a_write_with_a_time_stamp_gives_the_value_that_time(target):
    array, _ = an_array(target)
    with writer(target, "time stamps") as w:
        item, value = w.advise(array)
        start = start_with(w, item, value)
        for n, kind in enumerate(("write2", "write_secured2")):
            stamp = Timestamp(seconds=1_700_000_000 + n, nanos=250_000_000)
            stamped = mx.MxValue(data_type=mx.MX_DATA_TYPE_TIME, timestamp_value=stamp)
            event = w.change(item, with_content(value, [n + 5, *start]), [n + 5, *start], kind, kind, timestamp_value=stamped)
            expect(event.source_timestamp, stamp, f"the time stamp after {kind}")

            for wrong in (mx.MxValue(), mx.MxValue(int32_value=1), mx.MxValue(is_null=True)):
                fields = {"server_handle": w.server, "value": with_content(value, [99]), "timestamp_value": wrong, **w.signed(kind)}
                expect_refused(w, item, OPERATIONAL, f"{kind} with the time stamp {wrong}", kind, **fields)
            expect(content(read(target, array)), [n + 5, *start], "the value after refused writes")


# ---- arrays


@check
def writing_an_element_changes_that_element_only(target):
    array, bare = an_array(target)
    with writer(target, "element") as w:
        whole, value = w.advise(array)
        second, _ = w.advise(f"{bare}[2]")
        start = start_with(w, whole, value)
        expect_status(w.write(second, element(value, 52)), OK, f"writing {bare}[2]")
        expect(content(read(target, array)), [start[0], 52, *start[2:]], "the array after one element was written")
        w.becomes(whole, [start[0], 52, *start[2:]], "one element was written")
        expect_status(w.write(second, mx.MxValue(string_value="warm")), OPERATIONAL, f"writing a text to {bare}[2]")


@check
def a_sparse_write_sets_the_length_and_resets_what_it_does_not_name(target):
    array, _ = an_array(target)
    with writer(target, "sparse") as w:
        item, value = w.advise(array)
        start_with(w, item, value)
        for length, named in ((6, {5: 7, 0: 8}), (3, {1: 9})):
            expected = [named.get(i, 0) for i in range(length)]
            expect_status(w.write(item, _sparse(value, length, named)), OK, f"a sparse array of {length}")
            expect(content(read(target, array)), expected, "the array after a sparse write")
            event = w.becomes(item, expected, "a sparse write")
            expect(list(event.value.array_value.dimensions), [length], "its dimensions")


@check
def a_sparse_write_out_of_bounds_changes_nothing(target):
    array, _ = an_array(target)
    with writer(target, "sparse bounds") as w:
        item, value = w.advise(array)
        start = start_with(w, item, value)
        for length, named in ((4, {0: 1, 4: 1}), (0, {0: 1}), (2, {0: 1, 4_294_967_295: 1}), (4_294_967_295, {1: 1})):
            expect_status(w.write(item, _sparse(value, length, named)), OPERATIONAL, f"a sparse array of {length} with the indices {list(named)}")
        expect(content(read(target, array)), start, "the array after refused sparse writes")


def _sparse(value, length, named):
    elements = [mx.MxSparseElement(index=i, value=element(value, n)) for i, n in named.items()]
    return mx.MxValue(sparse_array_value=mx.MxSparseArray(element_data_type=value.array_value.element_data_type, total_length=length, elements=elements))


# ---- parts and types of values


@check
def writing_a_bit_changes_that_bit_only(target):
    reference = target.references(1, types=[INTEGER])[0]
    with writer(target, "bits") as w:
        whole, _ = w.advise(reference)
        for bit, on, start, becomes in ((1, True, 0b0101, 0b0111), (0, False, 0b0111, 0b0110), (31, True, 5, 5 - (1 << 31))):
            part, _ = w.advise(f"{reference}.{bit:02}")
            # Both in one command: the plant may move the Integer between two.
            entries = [
                {"item_handle": whole, "value": mx.MxValue(int32_value=start), **w.signed("write")},
                {"item_handle": part, "value": mx.MxValue(bool_value=on), **w.signed("write")},
            ]
            w.stream.seen.clear()
            w.session.do("write_bulk", server_handle=w.server, entries=entries)
            expect_status(w.completed(part), OK, f"writing {reference}.{bit:02}")
            w.becomes(whole, becomes, f"bit {bit:02} of {start} was written")
            expect_status(w.write(part, mx.MxValue(int32_value=1)), OPERATIONAL, f"writing an int32 to {reference}.{bit:02}")


@check
def an_elapsed_time_is_a_count_of_100_ns(target):
    with writer(target, "elapsed time") as w:
        item, value = w.advise(target.references(1, types=[ELAPSED_TIME])[0])
        expect((value.data_type, value.WhichOneof("kind")), (mx.MX_DATA_TYPE_ELAPSED_TIME, "int64_value"), "type and form")
        # An hour and 100 ns: more than an int32 holds, and lost to what counts milliseconds.
        ticks = 36_000_000_001 + (value.int64_value == 36_000_000_001)
        w.change(item, mx.MxValue(data_type=mx.MX_DATA_TYPE_ELAPSED_TIME, int64_value=ticks), ticks, "an ElapsedTime")


@check
def a_qualified_enum_takes_text_and_number(target):
    reference = target.references(1, types=[QUALIFIED_ENUM])[0]
    with writer(target, "qualified enum") as w:
        item, value = w.advise(reference)
        expect(value.data_type, mx.MX_DATA_TYPE_QUALIFIED_ENUM, "the value's type")
        for written in (mx.MxValue(string_value="Running"), mx.MxValue(int32_value=2)):
            expect_status(w.write(item, written), OK, f"writing {written}")
        expect_status(w.write(item, mx.MxValue(float_value=1)), OPERATIONAL, "writing a float")


# ---- in bulk


@check
def a_bulk_write_answers_each_row_as_the_single_write(target):
    stamped = mx.MxValue(timestamp_value=Timestamp(seconds=1_700_000_000))
    with writer(target, "bulk write") as w:
        good, value = w.advise(target.writable_float())
        signed, bit = w.advise(target.references(1, types=[1], security=[SECURED])[0])
        early = w.session.do("add_item", server_handle=w.server, item_definition=target.writable_float()).item_handle
        text = mx.MxValue(string_value="warm")
        for kind in ("write_bulk", "write2_bulk", "write_secured_bulk", "write_secured2_bulk"):
            is_secured, by = "secured" in kind, w.signed(kind)
            if "2" in kind:
                by["timestamp_value"] = stamped
            # Two writes are in flight to one item, and one between them is refused.
            first, last = mx.MxValue(float_value=17.5), mx.MxValue(float_value=18.5)
            written = [(good, first), (good + 1000, value), (good, text), (early, value), (good, last), (signed, bit)]
            w.stream.seen.clear()
            rows = w.session.do(kind, server_handle=w.server, entries=[{"item_handle": i, "value": v, **by} for i, v in written]).results
            expect([row.item_handle for row in rows], [item for item, _ in written], f"the handles of {kind}")
            expect([row.was_successful for row in rows], [True, False, True, False, True, True], f"the rows of {kind}")
            expect([row.hresult for row in rows if not row.was_successful], [INVALID_ARGUMENT] * 2, f"hresult of the refused rows of {kind}")
            require(all(row.error_message for row in rows if not row.was_successful), f"a refused row of {kind} does not say why")
            for category in (OK, OPERATIONAL, OK):
                expect_status(w.completed(good), category, f"a row of {kind}")
            expect_status(w.completed(signed), OK if is_secured else SECURITY, f"the secured row of {kind}", 0 if is_secured else 1012)
            rows = w.session.do(kind, server_handle=w.server + 1000, entries=[{"item_handle": good, "value": value, **by}]).results
            expect([row.was_successful for row in rows], [False], f"the rows of {kind} with an unknown server handle")
            w.becomes(good, last.float_value, kind)
