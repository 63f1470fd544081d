"""The simulator's control endpoint: faults on command, its clock, its call record. Plain HTTP and JSON."""
import json
import urllib.error
import urllib.request

from client_session import PATIENCE, Failed


class Control:
    def __init__(self, address):
        self.address = address.rstrip("/")

    def post(self, fault, **fields):
        """Asks for a fault, such as post("advance-clock", seconds=1800)."""
        return self._ask(f"/faults/{fault}", json.dumps(fields).encode())

    def get(self, path):
        """What the simulator says of itself, such as get("/counts")."""
        return self._ask(path)

    def _ask(self, path, body=None):
        request = urllib.request.Request(self.address + path, data=body, headers={"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Failed(f"control {path}: {error.code} {error.read().decode(errors='replace')}") from None
