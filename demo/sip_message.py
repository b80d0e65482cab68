"""SIP requests and responses as values: read from a TCP stream, printed to one. RFC 3261."""

import dataclasses
import re
import secrets

COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length",
           "c": "content-type", "o": "event", "k": "supported"}


@dataclasses.dataclass
class SipMessage:
    start: str
    headers: list  # (name, value) in order
    body: bytes = b""

    @property
    def method(self):
        """Of a request; "" of a response."""
        return "" if self.start.startswith("SIP/2.0 ") else self.start.split(" ")[0]

    @property
    def uri(self):
        return self.start.split(" ")[1]

    @property
    def status(self):
        """Of a response; 0 of a request."""
        return 0 if self.method else int(self.start.split(" ")[1])

    @property
    def text(self):
        return self.body.decode()

    def all(self, name):
        return [value for key, value in self.headers if COMPACT.get(key.lower(), key.lower()) == name.lower()]

    def get(self, name, default=""):
        return next(iter(self.all(name)), default)

    @property
    def cseq(self):
        """(number, method)"""
        number, method = self.get("CSeq").split()
        return int(number), method

    @property
    def branch(self):
        return re.search(r"branch=([^;,\s]+)", self.get("Via"))[1]

    def encode(self):
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers),
                 f"Content-Length: {len(self.body)}", "", ""]
        return "\r\n".join(lines).encode() + self.body


async def read(stream):
    """The next message of the asyncio `stream`; None at its end. CRLFs before it are keep-alive."""
    while True:
        line = await stream.readline()
        if not line:
            return None
        if line.strip():
            break
    start, headers, length = line.decode().rstrip("\r\n"), [], 0
    while (line := (await stream.readline()).decode().rstrip("\r\n")):
        if line[0] in " \t" and headers:
            headers[-1] = (headers[-1][0], headers[-1][1] + " " + line.strip())
            continue
        name, _, value = line.partition(":")
        if name.strip().lower() in ("content-length", "l"):
            length = int(value)
        else:
            headers.append((name.strip(), value.strip()))
    return SipMessage(start, headers, await stream.readexactly(length) if length else b"")


def respond(request, status, reason, headers=(), body=b"", tag=""):
    """The response to `request`; `tag` is added to a To that has none."""
    kept = [(name, value) for wanted in ("via", "record-route", "from", "to", "call-id", "cseq")
            for name, value in request.headers if COMPACT.get(name.lower(), name.lower()) == wanted]
    kept = [(name, f"{value};tag={tag}") if name.lower() in ("to", "t") and tag and ";tag=" not in value
            else (name, value) for name, value in kept]
    return SipMessage(f"SIP/2.0 {status} {reason}", [*kept, *headers], body)


def new_branch():
    return "z9hG4bK" + secrets.token_hex(8)


def address(name_addr):
    """"Romeo" <sip:romeo@host;gruu>;tag=1  ->  sip:romeo@host;gruu"""
    inside = re.search(r"<([^>]*)>", name_addr)
    return inside[1] if inside else name_addr.split(";")[0].strip()


def tag_of(name_addr):
    found = re.search(r"[;]\s*tag=([^;\s]+)", re.sub(r"<[^>]*>", "", name_addr))
    return found[1] if found else ""
