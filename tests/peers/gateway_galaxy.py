"""The GalaxyRepository service: the hierarchy, by pages. Filters are not served; they are refused, not ignored."""
import random

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from gateway_calls import Refused
from wire import galaxy, galaxy_grpc

DEFAULT_PAGE, LARGEST_PAGE = 500, 5000
SCOPE = "metadata:read"
FILTERS = ("root_gobject_id", "root_tag_name", "root_contained_path", "max_depth", "category_ids",
           "template_chain_contains", "tag_name_glob", "alarm_bearing_only", "historized_only")


class GalaxyRepository(galaxy_grpc.GalaxyRepositoryServicer):
    def __init__(self, calls, objects, deploy_time, shuffle):
        self.calls = calls
        self.objects = list(objects)
        self.deploy_time = deploy_time
        if shuffle is not None:
            random.Random(shuffle).shuffle(self.objects)

    def TestConnection(self, request, context):
        with self.calls.enter(context, "TestConnection", SCOPE):
            return galaxy.TestConnectionReply(ok=True)

    def GetLastDeployTime(self, request, context):
        with self.calls.enter(context, "GetLastDeployTime", SCOPE):
            reply = galaxy.GetLastDeployTimeReply(present=self.deploy_time != "none")
            if reply.present:
                moment = Timestamp()
                moment.FromJsonString(self.deploy_time)
                reply.time_of_last_deploy.CopyFrom(moment)
            return reply

    def DiscoverHierarchy(self, request, context):
        with self.calls.enter(context, "DiscoverHierarchy", SCOPE):
            asked = [field.name for field, _ in request.ListFields() if field.name in FILTERS]
            if asked:
                raise Refused(grpc.StatusCode.UNIMPLEMENTED, f"this gateway serves no filter: {', '.join(asked)}")
            if request.page_size < 0:
                raise Refused(grpc.StatusCode.INVALID_ARGUMENT, f"a page of {request.page_size} objects")
            bare = request.HasField("include_attributes") and not request.include_attributes
            mark = f"hierarchy-{'bare' if bare else 'full'}-{self.deploy_time}@"
            start = self._start(request.page_token, mark)
            end = start + min(request.page_size or DEFAULT_PAGE, LARGEST_PAGE)
            reply = galaxy.DiscoverHierarchyReply(objects=self.objects[start:end], total_object_count=len(self.objects))
            if end < len(self.objects):
                reply.next_page_token = f"{mark}{end}"
            if bare:
                for row in reply.objects:
                    row.ClearField("attributes")
            return reply

    def _start(self, token, mark):
        if not token:
            return 0
        place = token.removeprefix(mark)
        if place == token or not place.isdecimal() or int(place) >= len(self.objects):
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, "the page token is stale, or of another request")
        return int(place)
