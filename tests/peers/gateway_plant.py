"""The plant behind the gateway: its tags, their values, and who may write them."""
import re
from dataclasses import dataclass

from google.protobuf.timestamp_pb2 import Timestamp

from wire import MESSAGE_LIMIT, gateway as mx


def _time(text):
    moment = Timestamp()
    moment.FromJsonString(text)
    return moment


# The Galaxy's number of a data type: its name on the wire, its COM variant, the field of MxValue that carries it, a first value.
TYPES = {
    -1: ("UNKNOWN", "VT_EMPTY", None, None),
    0: ("NO_DATA", "VT_EMPTY", None, None),
    1: ("BOOLEAN", "VT_BOOL", "bool_value", True),
    2: ("INTEGER", "VT_I4", "int32_value", 42),
    3: ("FLOAT", "VT_R4", "float_value", 1.5),
    4: ("DOUBLE", "VT_R8", "double_value", 2.25),
    5: ("STRING", "VT_BSTR", "string_value", "Bereit, 20 °C"),
    6: ("TIME", "VT_DATE", "timestamp_value", _time("2026-11-02T06:15:00.25Z")),
    7: ("ELAPSED_TIME", "VT_I8", "int64_value", 900_000_000),
    8: ("REFERENCE_TYPE", "VT_BSTR", "string_value", "Me.PV"),
    9: ("STATUS_TYPE", "VT_I4", "int32_value", 0),
    10: ("DATA_TYPE_ENUM", "VT_I4", "int32_value", 3),
    11: ("SECURITY_CLASSIFICATION_ENUM", "VT_I4", "int32_value", 1),
    12: ("DATA_QUALITY_TYPE", "VT_I4", "int32_value", 192),
    13: ("QUALIFIED_ENUM", "VT_BSTR", "string_value", "Auto"),
    14: ("QUALIFIED_STRUCT", "VT_ARRAY|VT_UI1", "raw_value", b"\x01\x02\x00\xff"),
    15: ("INTERNATIONALIZED_STRING", "VT_BSTR", "string_value", "Grüße 温度"),
    16: ("BIG_STRING", "VT_BSTR", "string_value", "text " * 200),
}
WRITABLE_CATEGORIES = {4, 6, 7, 8, 9, 10}
SUPERVISORY_CATEGORIES = {5, 6, 8, 10}
INTEGER = 2
FREE_ACCESS, OPERATE, SECURED, VERIFIED, TUNE, CONFIGURE, VIEW_ONLY = range(7)


class TypeMismatch(Exception):
    """A value of another type than the attribute's."""


class Tag:
    """One attribute of one object."""

    def __init__(self, attribute):
        self.reference = attribute.full_tag_reference
        self.category = attribute.mx_attribute_category
        self.security = attribute.security_classification
        name, self.variant, self.field, first = TYPES.get(attribute.mx_data_type, TYPES[-1])
        self.number = attribute.mx_data_type
        self.type = mx.MxDataType.Value("MX_DATA_TYPE_" + name)
        self.is_array = attribute.is_array
        self.content = [first] * attribute.array_dimension if self.is_array else first
        self.time = Timestamp()
        self.time.GetCurrentTime()
        self.on_scan = True

    def value(self, index=None):
        """The value as it goes over the wire: all of it, or one element."""
        if self.field is None:
            return mx.MxValue(data_type=self.type, variant_type=self.variant, raw_data_type=self.number, is_null=True)
        if self.is_array and index is None:
            array = mx.MxArray(element_data_type=self.type, dimensions=[len(self.content)])
            values = getattr(array, self.field + "s")
            values.SetInParent()
            values.values.extend(self.content)
            return mx.MxValue(data_type=self.type, variant_type="VT_ARRAY|" + self.variant, raw_data_type=self.number, array_value=array)
        content = self.content if index is None else self.content[index]
        return mx.MxValue(data_type=self.type, variant_type=self.variant, raw_data_type=self.number, **{self.field: content})

    def write(self, value, index=None, time=None):
        """Takes a value; says whether that changed anything. A whole array takes the length of what is written (MXAccess).
        time: the value's own time (Write2); now without it."""
        before = self.content
        if self.is_array and index is None:
            self.content = self._array(value)
        elif self.is_array:
            self.content = [*before[:index], self._scalar(value), *before[index + 1:]]
        else:
            self.content = self._scalar(value)
        # A new message, not a changed one: events that wait to be sent keep theirs.
        self.time = Timestamp()
        self.time.CopyFrom(time) if time else self.time.GetCurrentTime()
        return self.content != before

    def move(self):
        """A small step, by data type; what has no natural step stays."""
        if self.is_array or self.field is None:
            return False
        if self.field == "bool_value":
            self.content = not self.content
        elif self.field == "int32_value":
            self.content = (self.content + 1) % 1000
        elif self.field in ("float_value", "double_value"):
            self.content = (self.content + 0.5) % 1000
        else:
            return False
        self.time = Timestamp()
        self.time.GetCurrentTime()
        return True

    def _scalar(self, value):
        if value.WhichOneof("kind") == self.field:
            return getattr(value, self.field)
        # Sources disagree on whether an enumeration is a text or a number: both are taken.
        if self.number == 13 and value.WhichOneof("kind") == "int32_value":
            return ["Off", "Manual", "Auto"][value.int32_value % 3]
        raise TypeMismatch(f"{self.reference} holds {self.field}, not {value.WhichOneof('kind')}")

    def _array(self, value):
        kind = value.WhichOneof("kind")
        if kind == "sparse_array_value":
            blank = TYPES[self.number][3].__class__()
            if value.sparse_array_value.total_length > MESSAGE_LIMIT:
                raise TypeMismatch(f"no event could carry {value.sparse_array_value.total_length} elements of {self.reference}")
            content = [blank] * value.sparse_array_value.total_length
            for element in value.sparse_array_value.elements:
                if element.index >= len(content):
                    raise TypeMismatch(f"{self.reference} has no element {element.index} in a length of {len(content)}")
                content[element.index] = self._scalar(element.value)
            return content
        if kind != "array_value" or value.array_value.WhichOneof("values") != self.field + "s":
            raise TypeMismatch(f"{self.reference} holds an array of {self.field}")
        return list(getattr(value.array_value, self.field + "s").values)


@dataclass(frozen=True)
class Place:
    """What a reference names: a tag, one element of an array, or one bit of an Integer."""
    tag: Tag
    index: int | None = None
    bit: int | None = None

    def value(self):
        if self.bit is None:
            return self.tag.value(self.index)
        return mx.MxValue(data_type=mx.MX_DATA_TYPE_BOOLEAN, variant_type="VT_BOOL", raw_data_type=1, bool_value=bool(self.tag.content >> self.bit & 1))

    def write(self, value, time=None):
        """Takes a value; says whether that changed anything."""
        if self.bit is None:
            return self.tag.write(value, self.index, time)
        if value.WhichOneof("kind") != "bool_value":
            raise TypeMismatch(f"a bit of {self.tag.reference} is a bool, not {value.WhichOneof('kind')}")
        others = self.tag.content & 0xFFFF_FFFF & ~(1 << self.bit)
        bits = others | value.bool_value << self.bit
        return self.tag.write(mx.MxValue(int32_value=bits - (bits >> 31 << 32)), time=time)


class Plant:
    """The tags of a hierarchy, found by reference in any case. off_scan: references of tags that exist and never have a value."""

    def __init__(self, objects, off_scan=()):
        self.tags = {a.full_tag_reference.lower(): Tag(a) for o in objects for a in o.attributes}
        by_id = {o.gobject_id: o for o in objects}
        containers = {o.tag_name.lower(): by_id[o.parent_gobject_id].tag_name.lower() for o in objects if o.contained_name and o.parent_gobject_id in by_id}
        self.containers = containers
        self.contained = {(containers[o.tag_name.lower()], o.contained_name.lower()): o.tag_name.lower() for o in objects if o.tag_name.lower() in containers}
        for reference in off_scan:
            self.tags[reference.lower()].on_scan = False

    def keep_values_of(self, before):
        """What was deployed before goes on with its value, where it still has its type."""
        for name, tag in self.tags.items():
            old = before.tags.get(name)
            if old and (old.number, old.is_array) == (tag.number, tag.is_array):
                tag.content, tag.time, tag.on_scan = old.content, old.time, old.on_scan

    def find(self, reference, context=""):
        """None where the reference is wrong. A bare reference to an array is the whole array; elements count from 1, bits from 00.
        context: the object that Me. stands for, and in whose container MyContainer. begins."""
        name = reference.lower()
        for relative, named in (("me.", context.lower()), ("mycontainer.", self.containers.get(context.lower()))):
            if named and name.startswith(relative):
                name = f"{named}.{name.removeprefix(relative)}"
        # A hierarchical name: as far as names of contained objects lead.
        owner, *rest = name.split(".")
        while len(rest) > 1 and (owner, rest[0]) in self.contained:
            owner = self.contained[owner, rest.pop(0)]
        name = ".".join([owner, *rest])
        tag = self.tags.get(name) or self.tags.get(name + "[]")
        if tag is not None:
            return Place(tag)
        bit = re.fullmatch(r"(.+)\.([0-2]\d|3[01])", name)
        integer = bit and self.tags.get(bit[1])
        if integer and integer.number == INTEGER and not integer.is_array:
            return Place(integer, bit=int(bit[2]))
        element = re.fullmatch(r"(.+)\[(\d{1,9})\]", name)
        array = element and self.tags.get(element[1] + "[]")
        if array and 1 <= int(element[2]) <= len(array.content):
            return Place(array, int(element[2]) - 1)
        return None
