"""What the users behind the Edge do about chat sessions: each one takes every invitation."""

import secrets

import cluster  # noqa: F401  (finds the modules of the demonstration)
from edge_wire import header, response
from sip_user import SDP


def take_all(edge, name, port):
    """`edge` answers INVITE with a session, and ACK with nothing."""
    def on_invite(request, reply):
        user = header(request, "To").split("<", 1)[1].split(">", 1)[0]
        body = SDP.format(to=user).encode()
        lines = response(request, "200 OK").split(b"\r\n\r\n", 1)[0].decode().split("\r\n")
        kept = [f"{line};tag={secrets.token_hex(4)}" if line.startswith("To:") and ";tag=" not in line else line
                for line in lines if not line.startswith("Content-Length:")]
        kept += [f"Contact: <{user};gr={secrets.token_hex(4)}>", f"Record-Route: <sip:{name}:{port};transport=tls;lr>",
                 "Content-Type: application/sdp", f"Content-Length: {len(body)}"]
        reply("\r\n".join(kept).encode() + b"\r\n\r\n" + body)

    edge.handlers |= {"INVITE": on_invite, "ACK": lambda request, reply: None}
