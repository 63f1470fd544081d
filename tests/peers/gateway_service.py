"""The MxAccessGateway service."""
import wire
from gateway_commands import BadRequest, Worker
from gateway_session import MxFailure, TimedOut, status
from wire import gateway as mx

import grpc

READ, WRITE, SECURE, SESSION = "invoke:read", "invoke:write", "invoke:secure", "session:open"
SCOPE_OF_COMMAND = {
    "PING": SESSION, "GET_SESSION_STATE": SESSION,
    "WRITE": WRITE, "WRITE2": WRITE, "WRITE_BULK": WRITE, "WRITE2_BULK": WRITE,
    "WRITE_SECURED": SECURE, "WRITE_SECURED2": SECURE, "WRITE_SECURED_BULK": SECURE, "WRITE_SECURED2_BULK": SECURE,
    "AUTHENTICATE_USER": SECURE, "ARCHESTRA_USER_TO_ID": SECURE,
}
OK = mx.ProtocolStatus(code=mx.PROTOCOL_STATUS_CODE_OK)


class MxAccessGateway(wire.gateway_grpc.MxAccessGatewayServicer):
    def __init__(self, calls, house):
        self.calls, self.house = calls, house

    def OpenSession(self, request, context):
        with self.calls.enter(context, "OpenSession", SESSION) as row:
            session = Worker(self.house, request.command_timeout.ToNanoseconds() / 1e9)
            self.house.open(session)
            row.update(session=session.id, items=[request.client_session_name])
            return mx.OpenSessionReply(session_id=session.id, backend_name="python", gateway_protocol_version=1, worker_protocol_version=1, protocol_status=OK)

    def CloseSession(self, request, context):
        with self.calls.enter(context, "CloseSession", SESSION, request.session_id):
            session = self.house.session(request.session_id)
            self.house.close(session)
            return mx.CloseSessionReply(session_id=session.id, final_state=mx.SESSION_STATE_CLOSED, protocol_status=OK)

    def Invoke(self, request, context):
        command = request.command
        kind = wire.enum_name(mx.MxCommandKind, command.kind, "MX_COMMAND_KIND_")
        with self.calls.enter(context, "Invoke", SCOPE_OF_COMMAND.get(kind, READ), request.session_id, kind) as row:
            session = self.house.session(request.session_id)
            reply = mx.MxCommandReply(session_id=session.id, correlation_id=request.client_correlation_id, kind=command.kind, protocol_status=OK)
            try:
                with session.turn() as ends:
                    session.run(command, reply, row, ends)
            except BadRequest as bad:
                reply.protocol_status.code, reply.protocol_status.message = mx.PROTOCOL_STATUS_CODE_INVALID_REQUEST, str(bad)
            except TimedOut as late:
                reply.protocol_status.code, reply.protocol_status.message = mx.PROTOCOL_STATUS_CODE_TIMEOUT, str(late)
            except MxFailure as failure:
                reply.protocol_status.code, reply.protocol_status.message = mx.PROTOCOL_STATUS_CODE_MXACCESS_FAILURE, str(failure)
                reply.hresult = failure.hresult
                reply.statuses.append(status("SOFTWARE_ERROR", text=str(failure)))
            row["status"] = wire.enum_name(mx.ProtocolStatusCode, reply.protocol_status.code, "PROTOCOL_STATUS_CODE_")
            return reply

    def StreamEvents(self, request, context):
        # Not a generator itself: the stream is attached before this returns, so that no later call can overtake it.
        with self.calls.enter(context, "StreamEvents", "events:read", request.session_id):
            session = self.house.find(request.session_id)
            stream = session.attach(request.after_worker_sequence)
        if not context.add_callback(lambda: self._detach(session, stream)):
            self._detach(session, stream)
        if not self.house.headers_late:
            context.send_initial_metadata(self.calls.echo(context))
        return self._events(stream, context)

    def _detach(self, session, stream):
        with self.calls.lock:
            session.detach(stream)

    @staticmethod
    def _events(stream, context):
        while (event := stream.queue.get()) is not None and not stream.overflowed:
            yield event
        if stream.overflowed:
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "EventQueueOverflow")
