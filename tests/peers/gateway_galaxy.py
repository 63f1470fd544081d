"""The GalaxyRepository service: the hierarchy by pages and by children, and the deploys."""
import fnmatch
import hashlib
import random
import re

import grpc

from gateway_calls import Refused
from wire import galaxy, galaxy_grpc

DEFAULT_PAGE, LARGEST_PAGE = 500, 5000
SCOPE = "metadata:read"


class GalaxyRepository(galaxy_grpc.GalaxyRepositoryServicer):
    def __init__(self, calls, house, shuffle):
        self.calls, self.house, self.shuffle = calls, house, shuffle

    def TestConnection(self, request, context):
        with self.calls.enter(context, "TestConnection", SCOPE):
            return galaxy.TestConnectionReply(ok=True)

    def GetLastDeployTime(self, request, context):
        with self.calls.enter(context, "GetLastDeployTime", SCOPE):
            return galaxy.GetLastDeployTimeReply(present=self.house.deploy_time is not None, time_of_last_deploy=self.house.deploy_time)

    def DiscoverHierarchy(self, request, context):
        with self.calls.enter(context, "DiscoverHierarchy", SCOPE):
            tree = Tree(self.house.objects)
            found = [o for o in tree.below(tree.named(request, "root"), request) if passes(o, request)]
            if self.shuffle is not None:
                random.Random(self.shuffle).shuffle(found)
            page, token = self._page("hierarchy", request, found)
            return galaxy.DiscoverHierarchyReply(objects=[shown(o, request) for o in page], next_page_token=token, total_object_count=len(found))

    def BrowseChildren(self, request, context):
        with self.calls.enter(context, "BrowseChildren", SCOPE):
            tree = Tree(self.house.objects)
            parent = tree.named(request, "parent")
            children = [o for o in tree.children(parent) if passes(o, request)]
            children.sort(key=lambda o: (not o.is_area, o.browse_name.lower()))
            page, token = self._page("children", request, children)
            return galaxy.BrowseChildrenReply(
                children=[shown(o, request) for o in page], next_page_token=token,
                child_has_children=[any(passes(c, request) for c in tree.children(o)) for o in page])

    def WatchDeployEvents(self, request, context):
        with self.calls.enter(context, "WatchDeployEvents", SCOPE):
            watcher = self.house.watch(request.last_seen_deploy_time if request.HasField("last_seen_deploy_time") else None)
        if not context.add_callback(lambda: self._unwatch(watcher)):
            self._unwatch(watcher)
        context.send_initial_metadata(self.calls.echo(context))
        return iter(watcher.get, None)

    def _unwatch(self, watcher):
        with self.calls.lock:
            self.house.unwatch(watcher)

    def _page(self, method, request, found):
        """The page that was asked for, and the token of the next. A token belongs to its method, its filters and its deploy."""
        if request.page_size < 0:
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, f"a page of {request.page_size} objects")
        filters = type(request)()
        filters.CopyFrom(request)
        filters.page_size, filters.page_token = 0, ""
        mark = hashlib.sha256(f"{method} {self.house.deploys} ".encode() + filters.SerializeToString(deterministic=True)).hexdigest()[:16]
        start = 0
        if request.page_token:
            place, _, token_mark = request.page_token.partition("@")
            if token_mark != mark or not place.isdecimal() or int(place) >= len(found):
                raise Refused(grpc.StatusCode.INVALID_ARGUMENT, "the page token is stale, or of another request")
            start = int(place)
        end = start + min(request.page_size or DEFAULT_PAGE, LARGEST_PAGE)
        return found[start:end], f"{end}@{mark}" if end < len(found) else ""


class Tree:
    """The objects by their parents. An object whose parent is not here stands at the top."""

    def __init__(self, objects):
        self.objects = objects
        self.by_id = {o.gobject_id: o for o in objects}
        self.by_parent = {}
        for o in objects:
            self.by_parent.setdefault(o.parent_gobject_id if o.parent_gobject_id in self.by_id else 0, []).append(o)

    def children(self, parent):
        return self.by_parent.get(parent.gobject_id if parent else 0, [])

    def named(self, request, choice):
        """The object that a request's root or parent names; None where it names none."""
        how = request.WhichOneof(choice)
        if how is None:
            return None
        name = getattr(request, how)
        if how.endswith("gobject_id"):
            found = self.by_id.get(name)
        elif how.endswith("tag_name"):
            found = next((o for o in self.objects if o.tag_name.lower() == name.lower()), None)
        else:
            found = None
            for part in name.split("/"):
                found = next((o for o in self.children(found) if o.browse_name.lower() == part.lower()), None)
                if found is None:
                    break
        if found is None:
            raise Refused(grpc.StatusCode.NOT_FOUND, f"the Galaxy has no object {name!r}")
        return found

    def below(self, root, request):
        """The root and what is under it, or everything; down to the depth that the request names."""
        most = request.max_depth.value if request.HasField("max_depth") else len(self.objects)
        level, depth = [root] if root else self.children(None), 0
        while level and depth <= most:
            yield from level
            level, depth = [c for o in level for c in self.children(o)], depth + 1


def passes(o, request):
    """All filters must let an object through."""
    return (
        (not request.category_ids or o.category_id in request.category_ids)
        and (not request.template_chain_contains or any(term.lower() in t.lower() for term in request.template_chain_contains for t in o.template_chain))
        and (not request.tag_name_glob or matches(o.tag_name, request.tag_name_glob))
        and (not request.alarm_bearing_only or any(a.is_alarm for a in o.attributes))
        and (not request.historized_only or any(a.is_historized for a in o.attributes)))


def matches(name, glob):
    # Only * and ? are special; fnmatch knows brackets, too.
    return re.fullmatch(fnmatch.translate(glob.lower().replace("[", "[[]")), name.lower()) is not None


def shown(o, request):
    if request.include_attributes or not request.HasField("include_attributes"):
        return o
    bare = galaxy.GalaxyObject()
    bare.CopyFrom(o)
    bare.ClearField("attributes")
    return bare
