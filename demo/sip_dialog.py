"""The part of a SIP dialog that one user agent keeps. RFC 3261 §12."""

import dataclasses
import secrets

import sip_message


@dataclasses.dataclass
class Dialog:
    call_id: str
    local: str  # our From, with its tag
    remote: str  # our To; with a tag once the peer has given one
    target: str  # where the next request goes: a URI
    routes: list = dataclasses.field(default_factory=list)
    cseq: int = 0
    peer: str = ""  # user@domain of the other end
    is_open: bool = True

    @classmethod
    def to(cls, local_uri, peer):
        """A dialog still to be opened from `local_uri` to the user `peer` (user@domain)."""
        uri = f"sip:{peer}"
        return cls(secrets.token_hex(12), f"<{local_uri}>;tag={secrets.token_hex(5)}", f"<{uri}>", uri, peer=peer)

    @classmethod
    def of(cls, request, tag):
        """The dialog that the received `request` opens, answered with `tag`."""
        sender = sip_message.address(request.get("From"))
        return cls(request.get("Call-ID"), f"{request.get('To')};tag={tag}", request.get("From"),
                   sip_message.address(request.get("Contact")), _split(request.all("Record-Route")),
                   peer=bare(sender))

    def learn(self, response):
        """Takes the tag, target and route set of a 2xx."""
        if sip_message.tag_of(self.remote):
            return
        self.remote = response.get("To")
        self.target = sip_message.address(response.get("Contact")) or self.target
        self.routes = _split(response.all("Record-Route"))[::-1]

    def request(self, method, contact, via, headers=(), body=b""):
        """The next request in this dialog; ACK repeats the number of the INVITE before it."""
        if method != "ACK":
            self.cseq += 1
        return sip_message.SipMessage(f"{method} {self.target} SIP/2.0", [
            ("Via", f"{via};branch={sip_message.new_branch()}"), ("Max-Forwards", "70"), ("From", self.local),
            ("To", self.remote), ("Call-ID", self.call_id), ("CSeq", f"{self.cseq} {method}"),
            *(("Route", route) for route in self.routes), ("Contact", f"<{contact}>"), *headers], body)


def bare(uri):
    """sip:romeo@host:5060;gruu -> romeo@host"""
    return uri.split(":", 1)[1].split(";")[0].split("?")[0].rsplit(":", 1)[0] if ":" in uri else uri


def _split(values):
    return [part.strip() for value in values for part in value.split(",")]
