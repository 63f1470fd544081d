"""The checks of deploys: what a redeploy changes for those who read, watch and advise."""
import contextlib
import json
import os
import queue
import tempfile
import threading

import grpc

from client_checks import FLOAT, OPERATE, WRITABLE_CATEGORIES, LeftOut, check
from client_session import PATIENCE, Failed, expect, expect_refusal, require
from galaxy_checks import INVALID, NOT_FOUND, Tree, browse, discover, expect_found, expect_page_sizes, names
from wire import galaxy, gateway as mx


class Watch:
    """Deploy events, read in the background."""

    def __init__(self, target, last_seen=None):
        self.call = target.gateway.call("WatchDeployEvents", galaxy.WatchDeployEventsRequest(last_seen_deploy_time=last_seen))
        if not target.headers_late:
            self.call.initial_metadata()
        self.events = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        with contextlib.suppress(grpc.RpcError):
            for event in self.call:
                self.events.put(event)

    def next(self, what):
        try:
            return self.events.get(timeout=PATIENCE)
        except queue.Empty:
            raise Failed(f"no deploy event came for {PATIENCE} s: {what}") from None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.call.cancel()


@contextlib.contextmanager
def redeployed(target, **how):
    """The plant deployed anew, and as it was again afterwards."""
    target.control.post("redeploy", **how)
    try:
        yield
    finally:
        target.control.post("redeploy")


def without(o):
    """A redeploy that leaves out an object."""
    return {"without": [o.tag_name]}


def last_deploy(target):
    return target.gateway.call("GetLastDeployTime", galaxy.GetLastDeployTimeRequest())


@check
def a_watch_opens_with_the_deploy_that_is_served(target):
    last = last_deploy(target)
    with Watch(target) as watch:
        event = watch.next("the opening event")
    require(event.sequence >= 1, f"the sequence is {event.sequence}")
    require(event.HasField("observed_at"), "observed_at is not set")
    expect(event.object_count, len(target.objects), "object_count")
    expect(event.attribute_count, sum(len(o.attributes) for o in target.objects), "attribute_count")
    expect(event.time_of_last_deploy_present, event.HasField("time_of_last_deploy"), "time_of_last_deploy_present")
    expect(last.present, event.time_of_last_deploy_present, "GetLastDeployTime, against the opening event")
    expect(last.time_of_last_deploy, event.time_of_last_deploy, "GetLastDeployTime, against the opening event")
    with Watch(target) as other:
        expect(other.next("another opening event").sequence, event.sequence, "the sequence, seen by another")


@check(control=True)
def a_watch_that_has_seen_the_deploy_begins_with_the_next(target):
    with Watch(target) as first:
        current = first.next("the opening event")
        with Watch(target, current.time_of_last_deploy) as watch, redeployed(target):
            expect(watch.next("a redeploy").sequence, current.sequence + 1, "the first sequence")


@check(control=True)
def a_redeploy_is_told_to_everybody_who_watches(target):
    gone = target.objects[-1]
    with Watch(target) as first, Watch(target) as second:
        before = first.next("the opening event")
        expect(second.next("the opening event").sequence, before.sequence, "the sequence, seen by another")
        with redeployed(target, **without(gone)):
            event = first.next("a redeploy")
            expect(event.sequence, before.sequence + 1, "the sequence after a redeploy")
            expect(event.object_count, before.object_count - 1, "the number of objects after a redeploy")
            require(event.time_of_last_deploy.ToNanoseconds() > before.time_of_last_deploy.ToNanoseconds(), "the deploy time is not later")
            expect(second.next("a redeploy"), event, "the redeploy, seen by another")
            expect(last_deploy(target).time_of_last_deploy, event.time_of_last_deploy, "GetLastDeployTime after a redeploy")
            with Watch(target) as late:
                expect(late.next("the opening event").sequence, event.sequence, "the opening sequence after a redeploy")
        expect(first.next("the redeploy back").sequence, before.sequence + 2, "the sequence after two redeploys")


@check(control=True)
def the_hierarchy_is_renewed_by_a_redeploy(target):
    gone = target.objects[0]
    with redeployed(target, **without(gone)):
        expect_found(target, target.objects[1:])
        expect_refusal(NOT_FOUND, lambda: discover(target, root_tag_name=gone.tag_name), "the object that is gone")
    expect_found(target, target.objects)


@check(control=True)
def what_loses_its_parent_to_a_redeploy_stands_at_the_top(target):
    tree = Tree(target.objects)
    gone = tree.deep_root()
    with redeployed(target, **without(gone)):
        rest = Tree([o for o in target.objects if o is not gone])
        expect(names(browse(target, page_size=5000).children), names(rest.children(None)), "what stands at the top")


@check(control=True)
def a_redeploy_ends_page_tokens(target):
    hierarchy, children = discover(target, page_size=1).next_page_token, browse(target, page_size=1).next_page_token
    with redeployed(target):
        expect_refusal(INVALID, lambda: discover(target, page_size=1, page_token=hierarchy), "a token of DiscoverHierarchy from before")
        expect_refusal(INVALID, lambda: browse(target, page_size=1, page_token=children), "a token of BrowseChildren from before")


@check(control=True)
def an_advised_tag_that_is_redeployed_away_gets_one_bad_event(target):
    away, kept = _floats_of_two_objects(target)
    with target.gateway.session("redeploy") as session:
        stream = session.stream()
        server = session.do("register", client_name="redeploy").server_handle
        lost, stays = (row.item_handle for row in session.do("subscribe_bulk", server_handle=server, tag_addresses=[away[1], kept[1]]).results)
        stream.data_change(lost)
        written = stream.data_change(stays).value.float_value + 12.5
        with redeployed(target, **without(away[0])):
            # What is told of the redeploy comes before what is told of a later write.
            value = mx.MxValue(data_type=mx.MX_DATA_TYPE_FLOAT, float_value=written)
            session.do("write", server_handle=server, item_handle=stays, value=value, user_id=target.user_id(session, server))
            stream.data_change(stays, lambda e: e.value.float_value == value.float_value)
            bad = [e for e in stream.seen if e.quality & 0xC0 == 0 and e.WhichOneof("body") == "on_data_change"]
            expect([e.item_handle for e in bad], [lost], "the items of bad data changes")
            _expect_configuration_error(bad[0].statuses)
            expect([e for e in stream.seen if e.item_handle == lost][-1], bad[0], "the last event of the tag that is gone")
            row = session.do("read_bulk", server_handle=server, tag_addresses=[away[1]], timeout_ms=5000).results[0]
            _expect_configuration_error(row.statuses)
        seen = stream.last
        session.do("advise", server_handle=server, item_handle=lost)
        again = stream.data_change(lost, lambda e: e.worker_sequence > seen and e.quality & 0xC0 == 0xC0)
        expect(again.value.WhichOneof("kind"), "float_value", "the value of the tag that is back")


def _expect_configuration_error(statuses):
    expect([mx.MxStatusCategory.Name(s.category) for s in statuses], ["MX_STATUS_CATEGORY_CONFIGURATION_ERROR"], "status")


def _floats_of_two_objects(target):
    """Two objects, each with the reference of a float that may be written."""
    found = {}
    for o in target.objects:
        for a in o.attributes:
            if a.mx_data_type == FLOAT and a.security_classification == OPERATE and a.mx_attribute_category in WRITABLE_CATEGORIES and not a.is_array:
                found[o.tag_name] = (o, a.full_tag_reference)
    if len(found) < 2:
        raise LeftOut("the plant has no two objects with floats that may be written")
    return list(found.values())[:2]


@check(control=True)
def the_connection_test_answers_while_the_repository_is_down(target):
    target.control.post("repository", up=False)
    try:
        expect(target.gateway.call("TestConnection", galaxy.TestConnectionRequest()).ok, False, "ok while the repository is down")
        expect_refusal(grpc.StatusCode.UNAVAILABLE, lambda: last_deploy(target), "GetLastDeployTime while the repository is down")
        expect_found(target, target.objects)
    finally:
        target.control.post("repository", up=True)
    expect(target.gateway.call("TestConnection", galaxy.TestConnectionRequest()).ok, True, "ok when the repository is back")


@check(control=True)
def a_large_galaxy_has_pages_of_500_by_default_and_5000_at_most(target):
    objects = [{"tag": f"Big_{n:04}", "id": n, "category": 10} for n in range(1, 5502)]
    with _file({"format": 1, "tool": "0.1", "filter": {}, "content": f"sha256:{0:064}", "templates": [], "objects": objects, "tombstones": []}) as path:
        with redeployed(target, **{"with": path}):
            expect_page_sizes(target, len(objects))


@contextlib.contextmanager
def _file(content):
    with tempfile.NamedTemporaryFile("w", suffix=".galaxy.json", delete=False) as file:
        json.dump(content, file)
    try:
        yield file.name
    finally:
        os.unlink(file.name)
