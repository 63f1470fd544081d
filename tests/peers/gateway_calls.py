"""What every call passes: the key and its scopes, the one lock, and the call record."""
import contextlib
import hmac
import json
import threading

import grpc


class Refused(Exception):
    """Ends a call with a gRPC status."""

    def __init__(self, code, details):
        super().__init__(details)
        self.code = code


class Calls:
    def __init__(self, keys, record):
        """keys: pairs of a key and its scopes. record: a file, or None."""
        self.keys = keys
        self.record = record
        self.lock = threading.RLock()
        self.count = 0

    @contextlib.contextmanager
    def enter(self, context, method, scope, session=None, kind=None):
        """Runs one call under the lock; its row is in the record before its answer is on the wire."""
        context.set_trailing_metadata(self.echo(context))
        row = {"method": method, "kind": kind, "session": session, "server": None, "handles": [], "items": [], "status": "OK"}
        refused = None
        with self.lock:
            try:
                self.check(context, scope)
                # Who waits for a call to be under way hears of it here.
                print(f"begun {kind or method}", flush=True)
                yield row
            except Refused as refusal:
                row["status"] = refusal.code.name
                refused = refusal
            except Exception as error:
                row["status"] = type(error).__name__
                raise
            finally:
                self._note(row)
        if refused:
            context.abort(refused.code, str(refused))

    @staticmethod
    def echo(context):
        """What goes back as it came: a client sees that its metadata arrived, and that it gets the gateway's."""
        return tuple((name, value) for name, value in context.invocation_metadata() if name.startswith("x-echo-"))

    def check(self, context, scope):
        sent = dict(context.invocation_metadata()).get("authorization", "")
        scopes = [s for key, s in self.keys if hmac.compare_digest(sent.encode(), f"Bearer {key}".encode())]
        if not scopes:
            raise Refused(grpc.StatusCode.UNAUTHENTICATED, "the key is missing or wrong – “authorization: Bearer <key>”")
        if scope is not None and scope not in scopes[0]:
            raise Refused(grpc.StatusCode.PERMISSION_DENIED, f"the key’s scopes do not include “{scope}”\n权限不足, 100 %")

    def _note(self, row):
        self.count += 1
        if self.record:
            self.record.write(json.dumps({"n": self.count, **row}, ensure_ascii=False) + "\n")
            self.record.flush()
        # And here of its end.
        print(f"call {self.count} {row['kind'] or row['method']} {row['status']}", flush=True)
