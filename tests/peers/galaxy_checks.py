"""The checks of the hierarchy: filters, pages, children. What is right is worked out here, from the whole hierarchy as it comes without a filter."""
import re

import grpc

from client_checks import LeftOut, check
from client_session import expect, expect_refusal, require
from wire import galaxy

NOWHERE = "No_Such_Object"
INVALID, NOT_FOUND = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND


def discover(target, **asked):
    return target.gateway.call("DiscoverHierarchy", galaxy.DiscoverHierarchyRequest(**asked))


def browse(target, **asked):
    return target.gateway.call("BrowseChildren", galaxy.BrowseChildrenRequest(**asked))


def names(objects):
    return sorted(o.tag_name for o in objects)


def expect_found(target, expected, **asked):
    """A question to the hierarchy must find these objects, and count them."""
    what, found, token = f"DiscoverHierarchy {asked}", [], ""
    while True:
        page = discover(target, page_size=5000, page_token=token, **asked)
        expect(page.total_object_count, len(expected), f"total_object_count of {what}")
        found.extend(page.objects)
        token = page.next_page_token
        if not token:
            break
    expect(names(found), names(expected), what)


class Tree:
    """The objects by their parents. An object whose parent is not deployed stands at the top (None)."""

    def __init__(self, objects):
        self.objects, self.by_id, self.by_parent = objects, {o.gobject_id: o for o in objects}, {}
        for o in objects:
            self.by_parent.setdefault(self.parent(o), []).append(o)

    def parent(self, o):
        return o.parent_gobject_id if o.parent_gobject_id in self.by_id else None

    def children(self, o):
        return self.by_parent.get(o and o.gobject_id, [])

    def below(self, tops, depth=None):
        level, found = list(tops), []
        while level and (depth is None or depth >= 0):
            found.extend(level)
            level = [child for o in level for child in self.children(o)]
            depth = None if depth is None else depth - 1
        return found

    def deep_root(self):
        """An object with something below its children."""
        for o in self.objects:
            if any(self.children(child) for child in self.children(o)):
                return o
        raise LeftOut("the plant has no object with two levels below it")

    def path(self, o):
        return (self.path(self.by_id[self.parent(o)]) + "/" if self.parent(o) else "") + o.browse_name


# ---- filters


@check
def a_root_is_answered_with_itself_and_what_stands_below(target):
    tree = Tree(target.objects)
    root = tree.deep_root()
    for o in (root, tree.children(root)[0]):
        for how in ({"root_gobject_id": o.gobject_id}, {"root_tag_name": o.tag_name}, {"root_contained_path": tree.path(o)}):
            expect_found(target, tree.below([o]), **how)


@check
def a_depth_counts_from_the_root_or_from_the_top(target):
    tree = Tree(target.objects)
    root = tree.deep_root()
    for depth in (0, 1, 2):
        expect_found(target, tree.below([root], depth), root_tag_name=root.tag_name, max_depth={"value": depth})
        expect_found(target, tree.below(tree.children(None), depth), max_depth={"value": depth})


@check
def what_has_no_deployed_parent_stands_at_the_top(target):
    expect(names(browse(target, page_size=5000).children), names(Tree(target.objects).children(None)), "what stands at the top")


@check
def a_missing_root_or_parent_is_not_found(target):
    number = max(o.gobject_id for o in target.objects) + 1
    for kind, name in (("gobject_id", number), ("tag_name", NOWHERE), ("contained_path", f"{NOWHERE}/Pump")):
        expect_refusal(NOT_FOUND, lambda: discover(target, **{f"root_{kind}": name}), f"root_{kind} {name}")
        expect_refusal(NOT_FOUND, lambda: browse(target, **{f"parent_{kind}": name}), f"parent_{kind} {name}")


@check
def category_ids_are_any_of_them(target):
    there = sorted({o.category_id for o in target.objects})
    if len(there) < 2:
        raise LeftOut("the plant has objects of one category only")
    for wanted in (there[:1], there[:2], there[1:], [max(there) + 1]):
        expect_found(target, [o for o in target.objects if o.category_id in wanted], category_ids=wanted)


@check
def template_terms_are_parts_of_a_name_anywhere_in_the_chain(target):
    chains = sorted({tuple(o.template_chain) for o in target.objects if len(o.template_chain) > 1})
    if len(chains) < 2:
        raise LeftOut("the plant has objects of one template only")
    first, last = chains[0][0], chains[-1][-1]
    for terms in ([first], [first[1:-1].swapcase()], [last[1:-1].swapcase()], [NOWHERE], [NOWHERE, first.lower()], [chains[0][0], chains[1][0]]):
        expected = [o for o in target.objects if any(term.lower() in t.lower() for term in terms for t in o.template_chain)]
        expect_found(target, expected, template_chain_contains=terms)


@check
def a_glob_over_tagnames_is_anchored_and_ignores_case(target):
    name = max((o.tag_name for o in target.objects), key=len)
    parts = (name[1:], name[:-1], f"*{name[-3:]}", f"{name[:4]}*".lower(), f"{name[:-1]}?", f"{name}?")
    for glob in (name, name.swapcase(), *parts, "?" * len(name), "*", "T.*", "[A-Z]*"):
        pattern = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in glob)
        expected = [o for o in target.objects if re.fullmatch(pattern, o.tag_name, re.IGNORECASE | re.DOTALL)]
        expect_found(target, expected, tag_name_glob=glob)


def _expect_attributes_decide(target, has, filter):
    expected = [o for o in target.objects if any(has(a) for a in o.attributes)]
    if not 0 < len(expected) < len(target.objects):
        raise LeftOut(f"{filter} makes no difference in this plant")
    expect_found(target, expected, **{filter: True})
    expect(set(names(browse(target, page_size=5000, **{filter: True}).children)) - set(names(expected)), set(), f"children that {filter} leaves out")


@check
def alarm_bearing_only_keeps_what_has_an_alarm(target):
    _expect_attributes_decide(target, lambda a: a.is_alarm, "alarm_bearing_only")


@check
def historized_only_keeps_what_is_historized(target):
    _expect_attributes_decide(target, lambda a: a.is_historized, "historized_only")


@check
def filters_are_combined_with_and(target):
    tree = Tree(target.objects)
    root = tree.deep_root()
    below = tree.below([root])
    one = below[-1]
    expect_found(target, [o for o in below if o.category_id == one.category_id], root_tag_name=root.tag_name, category_ids=[one.category_id])
    expect_found(target, [one], root_tag_name=root.tag_name, category_ids=[one.category_id], tag_name_glob=one.tag_name)
    expect_found(target, [], root_tag_name=root.tag_name, category_ids=[one.category_id], tag_name_glob=f"{one.tag_name}?")
    expect_found(target, [], root_tag_name=root.tag_name, max_depth={"value": 0}, tag_name_glob=one.tag_name)


@check
def attributes_come_unless_they_are_not_wanted(target):
    own = {o.tag_name: len(o.attributes) for o in target.objects}
    for ask, rows in ((discover, "objects"), (browse, "children")):
        for asked in ({}, {"include_attributes": True}, {"include_attributes": False}):
            expected = asked.get("include_attributes", True)
            for o in getattr(ask(target, page_size=20, **asked), rows):
                expect(len(o.attributes), own[o.tag_name] if expected else 0, f"attributes of {o.tag_name} with {asked}")


@check
def the_reference_of_an_array_ends_in_brackets(target):
    attributes = [a for o in target.objects for a in o.attributes]
    require(any(a.is_array for a in attributes), "the plant has no array")
    for a in attributes:
        expect(a.full_tag_reference.endswith("[]"), a.is_array, f"{a.full_tag_reference} ends in []")


# ---- pages


@check
def children_come_in_pages_too(target):
    whole = browse(target, page_size=5000)
    children, flags, token = [], [], ""
    while True:
        page = browse(target, page_size=2, page_token=token)
        require(0 < len(page.children) <= 2, f"a page of {len(page.children)} children where 2 were asked for")
        children.extend(page.children)
        flags.extend(page.child_has_children)
        token = page.next_page_token
        if not token:
            break
    expect([o.tag_name for o in children], [o.tag_name for o in whole.children], "the children in pages of 2")
    expect(flags, list(whole.child_has_children), "child_has_children in pages of 2")
    expect_refusal(INVALID, lambda: browse(target, page_size=-1), "page_size -1")


@check
def a_page_token_belongs_to_its_method_and_filter(target):
    hierarchy, children = discover(target, page_size=1).next_page_token, browse(target, page_size=1).next_page_token
    expect_refusal(INVALID, lambda: discover(target, page_size=1, page_token=children), "a token of BrowseChildren")
    expect_refusal(INVALID, lambda: browse(target, page_size=1, page_token=hierarchy), "a token of DiscoverHierarchy")
    expect_refusal(INVALID, lambda: discover(target, page_size=1, page_token=hierarchy, tag_name_glob="*"), "a token of another filter")
    expect_refusal(INVALID, lambda: browse(target, page_size=1, page_token=children, parent_tag_name=target.objects[0].tag_name), "a token of another parent")


@check
def a_page_token_may_be_used_again(target):
    for ask, rows in ((discover, "objects"), (browse, "children")):
        token = ask(target, page_size=1).next_page_token
        first, again = (getattr(ask(target, page_size=size, page_token=token), rows)[0] for size in (1, 2))
        expect(again, first, "the object after a token that is used again")


def expect_page_sizes(target, count):
    for asked, most in ((0, 500), (499, 499), (5000, 5000), (5001, 5000), (100_000, 5000)):
        page = discover(target, page_size=asked, include_attributes=False)
        expect(len(page.objects), min(most, count), f"objects in a page of {asked}")
        expect(bool(page.next_page_token), count > most, f"whether a page follows that of {asked}")
        expect(len(browse(target, page_size=asked, include_attributes=False).children) <= most, True, f"at most {most} children in a page of {asked}")


@check
def a_page_has_500_objects_by_default_and_5000_at_most(target):
    # Pages may end early where attributes make them large; of bare objects they do not.
    expect_page_sizes(target, len(target.objects))


# ---- children


@check
def children_come_areas_first_and_then_by_browse_name(target):
    tree = Tree(target.objects)
    parents = [None, *(o for o in target.objects if tree.children(o))][:50]
    for parent in parents:
        how = {"parent_gobject_id": parent.gobject_id} if parent else {}
        children = browse(target, page_size=5000, **how).children
        expect(names(children), names(tree.children(parent)), f"children of {how}")
        areas = [o.is_area for o in children]
        expect(areas, sorted(areas, reverse=True), f"areas first among the children of {how}")
        for group in (True, False):
            given = [o.browse_name for o in children if o.is_area == group]
            # Letters and _ sort differently in upper and in lower case: both ignore case.
            require(given in (sorted(given, key=str.upper), sorted(given, key=str.lower)), f"the children of {how} are not sorted by browse name: {given}")


@check
def a_parent_is_named_by_id_tagname_or_path(target):
    tree = Tree(target.objects)
    parent = tree.children(tree.deep_root())[0]
    for o in (tree.deep_root(), parent):
        for how in ({"parent_gobject_id": o.gobject_id}, {"parent_tag_name": o.tag_name}, {"parent_contained_path": tree.path(o)}):
            expect(names(browse(target, page_size=5000, **how).children), names(tree.children(o)), f"children of {how}")


@check
def child_has_children_looks_under_the_same_filters(target):
    tree = Tree(target.objects)
    top = browse(target, page_size=5000)
    expect(list(top.child_has_children), [bool(tree.children(tree.by_id[o.gobject_id])) for o in top.children], "child_has_children without a filter")
    parent = next(o for o in top.children if tree.children(o))
    alone = browse(target, tag_name_glob=parent.tag_name)
    expect(names(alone.children), [parent.tag_name], "the child that the filter names")
    expect(list(alone.child_has_children), [False], "child_has_children where the filter leaves out what is below")
