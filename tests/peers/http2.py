"""One gRPC call on a bare HTTP/2 connection: literal HPACK, plain sockets. It reads what the checks need, and no more."""
import socket
import struct

from client_session import PATIENCE, Failed

DATA, HEADERS, RST_STREAM, SETTINGS, GOAWAY, CONTINUATION = 0, 1, 3, 4, 7, 9
ACK = END_STREAM = 1
END_HEADERS = 4
STREAM = 1

# The name grpc-status, and one or two digits, in HPACK's Huffman code.
HUFFMAN = {
    "-": "010110", "a": "00011", "c": "00100", "g": "100110", "p": "101011", "r": "101100", "s": "01000", "t": "01001", "u": "101101",
    "0": "00000", "1": "00001", "2": "00010", "3": "011001", "4": "011010", "5": "011011", "6": "011100", "7": "011101", "8": "011110", "9": "011111",
}


def huffman(text):
    bits = "".join(HUFFMAN[letter] for letter in text)
    bits += "1" * (-len(bits) % 8)
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))


def forms(text):
    """A short string as HPACK may write it: as it is, and in Huffman code."""
    for flag, code in ((0, text.encode()), (0x80, huffman(text))):
        yield bytes([flag | len(code)]) + code


def grpc_status(block):
    """The grpc-status of a block of headers, the first on its connection; None where it has none."""
    for name in forms("grpc-status"):
        place = block.find(name)
        if place >= 0:
            value = block[place + len(name):]
            return next((status for status in range(17) if any(value.startswith(form) for form in forms(str(status)))), None)
    return None


class Answer:
    def __init__(self):
        self.headers, self.data, self.was_reset = [], b"", False


class Connection:
    def __init__(self, endpoint):
        host, port = endpoint.rsplit(":", 1)
        self.authority = endpoint
        self.socket = socket.create_connection((host, int(port)), timeout=PATIENCE)
        self.socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        self._send(SETTINGS, 0, 0, b"")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.socket.close()

    def call(self, path, message, headers):
        """Sends one call and reads its answer to the end."""
        fields = {":method": "POST", ":scheme": "http", ":path": path, ":authority": self.authority}
        fields |= {"te": "trailers", "content-type": "application/grpc", **headers}
        block = b"".join(b"\x00" + self._string(name) + self._string(value) for name, value in fields.items())
        self._send(HEADERS, END_HEADERS, STREAM, block)
        self._send(DATA, END_STREAM, STREAM, struct.pack(">BI", 0, len(message)) + message)
        answer = Answer()
        while self._take(answer):
            pass
        return answer

    def _take(self, answer):
        """Takes one frame. False at the stream's end."""
        try:
            size_and_kind, flags, stream = struct.unpack(">IBI", self._read(9))
            size, kind = size_and_kind >> 8, size_and_kind & 0xFF
            payload = self._read(size)
        except TimeoutError:
            raise Failed(f"nothing came for {PATIENCE:g} s") from None
        if kind == SETTINGS and not flags & ACK:
            self._send(SETTINGS, ACK, 0, b"")
        if kind == GOAWAY:
            raise Failed("the server sent GOAWAY")
        if stream != STREAM:
            return True
        if kind == HEADERS:
            answer.headers.append(payload)
        elif kind == CONTINUATION:
            answer.headers[-1] += payload
        elif kind == DATA:
            answer.data += payload
        elif kind == RST_STREAM:
            answer.was_reset = True
            return False
        # A CONTINUATION carries no END_STREAM: its bit 1 is not used.
        return not (kind in (HEADERS, DATA) and flags & END_STREAM)

    def _read(self, size):
        data = b""
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            if not part:
                raise Failed("the server closed the connection")
            data += part
        return data

    def _send(self, kind, flags, stream, payload):
        self.socket.sendall(struct.pack(">IBI", len(payload) << 8 | kind, flags, stream) + payload)

    @staticmethod
    def _string(text):
        code = text.encode()
        if len(code) < 127:
            return bytes([len(code)]) + code
        return b"\x7f" + bytes([len(code) - 127]) + code  # up to 254 bytes
