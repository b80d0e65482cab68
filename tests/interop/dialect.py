"""The exchanges of ocs-dialect section 3 as sipp scenarios, header for header as an Edge sends them.

`write(folder)` puts them there as XML: invitation (a session that the Edge opens), refusals (what cannot be carried)
and gateway_invites (a session that the gateway opens). sipp fills in what stands in [brackets]; `edge_port` is given
with -key.
"""

import pathlib
import textwrap
from xml.sax.saxutils import escape

JULIET = "sip:juliet@capulet.example"
GRUU = "sip:romeo@montague.example;opaque=user:epid:hYnsEUpJhlGc0T-xd_I7vAAA;gruu"
EDGE_ROUTE = ("<sip:edge.montague.example:{};transport=tls;lr;epid=1a2b3c;ms-key-info=AAEAAQ;"
              "ms-route-sig=aaB1cD2eF3>;tag=5D41402ABC4B2A76")
POOL_ROUTE = ("<sip:pool.montague.example:5061;transport=tls;ms-fe=FE04.montague.example;"
              "opaque=state:F:Ci.Rabf6d00;lr;ms-route-sig=fiowAAA>;ms-rrsig=fi6ZAAA;"
              "tag=A990A1D3DF287188230E96F588D87AD1")
MSGR = ("WAAtAE0ATQBTAC0ASQBNAC0ARgBvAHIAbQBhAHQAOgAgAEYATgA9AE0AUwAlADIAMABTAGgAZQBsAGwAJQAyADAARABsAGcAJQAyADAA"
        "MgA7ACAARQBGAD0AOwAgAEMATwA9ADAAOwAgAEMAUwA9ADAAOwAgAFAARgA9ADAADQAKAA0ACgA")
TEXT = "text/plain; charset=UTF-8"
SDP = """\
v=0
o=- 0 0 IN IP4 10.0.0.57
s=session
c=IN IP4 10.0.0.57
t=0 0
m=message 5060 sip {to}
a=accept-types:text/plain multipart/alternative image/gif text/rtf text/html application/x-ms-ink \
application/ms-imdn+xml text/x-msmsgsinvite"""
AUDIO_ONLY = SDP.split("m=")[0] + "m=audio 50034 RTP/SAVP 111 8 0 101\na=ice-ufrag:Rn8e"
FILE_TRANSFER = """\
--abc
Content-Type: application/ms-filetransfer+xml

<request xmlns="http://schemas.microsoft.com/rtc/2009/05/filetransfer" requestId="1"/>
--abc--"""
CONFERENCE = ('<Conferencing version="2.0"><focus-uri>sip:romeo@montague.example;gruu;opaque=app:conf:focus:id:X'
              '</focus-uri><subject></subject><im available="true"><first-im/></im></Conferencing>')
RECEIPT = '<imdn xmlns="http://schemas.microsoft.com/2009/02/imdn"><message-id>1</message-id></imdn>'
ROSTER_MANAGER = '<action xmlns="x"><RequestRM uri="sip:romeo@montague.example" bid="0"/></action>'
INVITE_HEADERS = f"""\
Contact: <{GRUU}>
User-Agent: UCCAPI/4.0.7577.4061 OC/4.0.7577.4061 (Microsoft Lync 2010)
Ms-Text-Format: {TEXT};msgr={MSGR}; ms-body=SGVsbG8=
Supported: ms-delayed-accept
Supported: ms-renders-isf
Supported: ms-renders-gif
Supported: ms-renders-mime-alternative
Ms-Conversation-ID: AdKjt1Xy9lDJ8KRjRYaBRsRaq4N/vw==
Supported: timer
Supported: ms-sender
Supported: ms-embedded-first-message
Roster-Manager: sip:romeo@montague.example
EndPoints: <sip:romeo@montague.example>, <{JULIET}>{{endpoints}}
Supported: com.microsoft.rtc-multiparty
Supported: ms-conf-invite
ms-keep-alive: UAC;hop-hop=yes
Allow: INVITE, BYE, ACK, CANCEL, INFO, MESSAGE, UPDATE, REFER, NOTIFY, BENOTIFY"""


def typing(status):
    return f'<?xml version="1.0"?>\n<KeyboardActivity>\n  <status status="{status}"/>\n</KeyboardActivity>'


class Check:
    """A pattern that the message (or, with a name, that header) must show; `absent`: must not."""

    def __init__(self, pattern, header=None, absent=False):
        self.pattern, self.header, self.absent = pattern, header, absent

    def xml(self, number):
        where = f'search_in="hdr" header="{self.header}:"' if self.header else 'search_in="msg"'
        verdict = "check_it_inverse" if self.absent else "check_it"
        pattern = escape(self.pattern, {'"': "&quot;"})  # sipp knows no other quotes around a value
        return f'<ereg regexp="{pattern}" {where} {verdict}="true" assign_to="{number}"/>\n'


def literally(text):
    return "".join(f"[{c}]" if c in ".+*?()|^$" else c for c in text)


DIAGNOSTICS = Check('^ *610[0-9][0-9];reason="', "ms-diagnostics-public")
ACCEPTED = [
    Check(EDGE_ROUTE.format("[0-9]+"), "Record-Route"),
    Check("<sip:gateway.montague.example:[0-9]+;transport=tls>", "Contact"),
    Check("branched=FALSE", "Via"),
    Check('^ *"Romeo"<sip:romeo@montague.example>;tag=9d5c2a38ba;epid=b84a59c035', "From"),
    Check(f"m=message 5060 sip {JULIET}"),
    Check("a=accept-types:text/plain"),
    Check("timer", "Supported"),
    # Each of these would swallow the first message or open a conference.
    Check("ms-text-format|ms-embedded-first-message|ms-conf-invite|rtc-multiparty", absent=True)]


class Scenario:
    def __init__(self, name):
        self._name, self._body, self._checks, self._calls = name, "", 0, 0

    def write(self, folder):
        unused = ",".join(str(number) for number in range(1, self._checks + 1))
        reference = f'  <Reference variables="{unused}"/>\n' if unused else ""
        (pathlib.Path(folder) / f"{self._name}.xml").write_text(
            f'<?xml version="1.0"?>\n<scenario name="{self._name}">\n{self._body}{reference}</scenario>\n')

    def send(self, head, body=""):
        """`body` is sent without a line end behind it."""
        self._body += f"  <send><![CDATA[{head}\nContent-Length: [len]\n\n{body}]]></send>\n"

    def expect(self, what, *checks, routes=False):
        """The next message: a status or a method. A 100 may come before a response."""
        kind = "response" if isinstance(what, int) else "request"
        if kind == "response":
            self._body += '  <recv response="100" optional="true"/>\n'
        numbered = [check.xml(self._checks + n) for n, check in enumerate(checks, 1)]
        self._checks += len(checks)
        action = f"    <action>\n      {'      '.join(numbered)}    </action>\n" if numbered else ""
        remember = ' rrs="true"' if routes else ""
        self._body += f'  <recv {kind}="{what}"{remember}>\n{action}  </recv>\n'

    def new_call(self):
        """A Call-ID of its own within this run of the scenario."""
        self._calls += 1
        return f"call{self._calls}///[call_id]"

    def request(self, method, cseq, content_type="", body="", *, extra="", uri="[next_url]", to="[peer_tag_param]",
                call_id="[call_id]", branch="[branch]", record_route=False):
        lines = [f"{method} {uri} SIP/2.0",
                 *([f"Record-Route: {EDGE_ROUTE.format('[edge_port]')}"] if record_route else []),
                 f"Via: SIP/2.0/TLS 198.51.100.5:52344;branch={branch};branched=FALSE",
                 "Max-Forwards: 67",
                 'From: "Romeo"<sip:romeo@montague.example>;tag=9d5c2a38ba;epid=b84a59c035',
                 f"To: <{JULIET}>{to}", f"Call-ID: {call_id}", f"CSeq: {cseq} {method}",
                 *([extra] if extra else []), *([f"Content-Type: {content_type}"] if content_type else [])]
        self.send("\n".join(lines), body)

    def invite(self, cseq=1, content_type="application/sdp", body=SDP.format(to="null"), *, extra="", endpoints="",
               **where):
        headers = INVITE_HEADERS.format(endpoints=endpoints) + (f"\n{extra}" if extra else "")
        self.request("INVITE", cseq, content_type, body, extra=headers, record_route=True,
                     **{"uri": JULIET, "to": "", **where})

    def within(self, method, cseq, content_type="", body="", *, extra="", **where):
        headers = ("User-Agent: UCCAPI/4.0.7577.4061 OC/4.0.7577.4061 (Microsoft Lync 2010)\n"
                   "Supported: ms-dialog-route-set-update\nSupported: timer") + (f"\n{extra}" if extra else "")
        self.request(method, cseq, content_type, body, extra=headers, **where)

    def outside(self, method, content_type="", body="", *, uri=JULIET, to="", extra=""):
        self.within(method, 1, content_type, body, uri=uri, to=to, extra=extra, call_id=self.new_call())

    def refused(self, status, *checks, **invite):
        call_id = self.new_call()
        self.invite(call_id=call_id, **invite)
        self.expect(status, DIAGNOSTICS, *checks)
        self.request("ACK", 1, uri=JULIET, call_id=call_id, branch="[branch-2]")

    def opened(self, *checks, **invite):
        self.invite(**invite)
        self.expect(200, *ACCEPTED, *checks, routes=True)
        self.request("ACK", 1)

    def answer(self, status="200 OK", tag="", extra="", body="", record_routes=()):
        self.send("\n".join([f"SIP/2.0 {status}", "[last_Via:]", *(f"Record-Route: {r}" for r in record_routes),
                             "[last_From:]", f"[last_To:]{tag}", "[last_Call-ID:]", "[last_CSeq:]",
                             *([extra] if extra else [])]), body)


def invitation():
    """3.1 to 3.6, 3.11, 3.12: the first text is repeated after the ACK, as clients do when nobody consumed it."""
    play = Scenario("invitation")
    play.opened(Check("1800;refresher=uac", "Session-Expires"), Check("timer", "Require"), extra="Session-Expires: 1800")
    play.within("MESSAGE", 2, f"{TEXT};msgr={MSGR}", "Hello")
    play.expect(200, Check("^ *0", "Content-Length"))
    for cseq, (content_type, body) in enumerate(
            [("application/xml", typing("type")), ("application/xml", typing("idle")),
             ("application/xml+conversationinfo", "<x/>")], 3):
        play.within("INFO", cseq, content_type, body)
        play.expect(200)
    play.within("MESSAGE", 6, TEXT, "wherefore art thou")
    play.expect(200)

    play.expect("MESSAGE", Check("^ *text/plain;charset=UTF-8", "Content-Type"), Check("^ *1 MESSAGE", "CSeq"),
                Check("^ *<sip:romeo@montague.example>;tag=9d5c2a38ba;epid=b84a59c035", "To"),
                Check(EDGE_ROUTE.format("[0-9]+"), "Route"), Check(f"^MESSAGE {literally(GRUU)} SIP/2.0"),
                Check("Who is there"))
    play.answer()
    play.expect("INFO", Check("^ *application/xml", "Content-Type"), Check('status status="type"'),
                Check("^ *2 INFO", "CSeq"))
    play.answer()

    play.within("UPDATE", 7, extra=f"Session-Expires: 1800;refresher=uac\nContact: <{GRUU}>")
    play.expect(200, Check("1800;refresher=uac", "Session-Expires"))
    play.invite(8, to="[peer_tag_param]", uri="[next_url]")
    play.expect(200, *ACCEPTED[1:])
    play.request("ACK", 8)
    play.within("BYE", 9)
    play.expect(200)
    return play


def refusals():
    """3.7 row by row, each in a call of its own; then in a session, which stays up."""
    play = Scenario("refusals")
    offer = SDP.format(to="null")
    play.refused(488, body=AUDIO_ONLY)
    play.refused(488, body=f"{offer}\nm=applicationsharing 50036 TCP/RTP/AVP 127")
    play.refused(488, body=offer.replace("m=message", "m=data"))
    play.refused(488, content_type="multipart/mixed;boundary=abc", body=FILE_TRANSFER)
    play.refused(488, content_type="application/ms-conf-invite+xml", body=CONFERENCE)
    play.refused(420, Check("^ *com.microsoft.rtc-multiparty", "Unsupported"),
                 extra="Require: com.microsoft.rtc-multiparty")
    play.refused(488, extra="TriggeredInvite: TRUE")
    play.refused(488, endpoints=", <sip:nurse@capulet.example>")
    play.refused(422, Check("^ *90", "Min-SE"), extra="Session-Expires: 60")

    nobody = {"to": ";tag=nobody", "uri": "sip:gateway.montague.example"}
    play.outside("NOTIFY", "application/ms-imdn+xml", RECEIPT)
    play.expect(200)
    play.outside("MESSAGE", TEXT, "lost", **nobody)
    play.expect(481, DIAGNOSTICS)
    play.outside("BYE", **nobody)
    play.expect(200)
    play.outside("UPDATE", extra=f"Contact: <{GRUU}>", **nobody)
    play.expect(481, DIAGNOSTICS)
    play.outside("REFER", extra="Refer-To: <sip:nurse@capulet.example>")
    play.expect(405, DIAGNOSTICS, Check("^ *INVITE, ACK, CANCEL, BYE, MESSAGE, INFO, UPDATE, OPTIONS", "Allow"),
                Check("REFER", "Allow", absent=True))
    play.outside("NEGOTIATE", uri="sip:gateway.montague.example", extra="Compression: LZ77-64K")
    play.expect(405, DIAGNOSTICS, Check("MESSAGE", "Allow"), Check("Compression:", absent=True))
    play.outside("OPTIONS", uri="sip:Options_User@capulet.example")
    play.expect(200, Check("MESSAGE", "Allow"))

    play.opened()
    play.invite(2, to="[peer_tag_param]", uri="[next_url]", body=f"{offer}\nm=audio 50034 RTP/SAVP 111")
    play.expect(488, DIAGNOSTICS)
    play.request("ACK", 2, uri="[next_url]", branch="[branch-2]")
    refused = ("text/x-msmsgsinvite; charset=UTF-8", "image/gif", "application/x-ms-ink", "application/octet-stream")
    for cseq, content_type in enumerate(refused, 3):
        play.within("MESSAGE", cseq, content_type, "Application-Name: File Transfer")
        play.expect(415, DIAGNOSTICS, Check("^ *text/plain", "Accept"))
    play.within("INFO", 7, "application/x-ms-mim", ROSTER_MANAGER)
    play.expect(200, Check("^ *0", "Content-Length"))
    play.within("MESSAGE", 8, TEXT, "still up")
    play.expect(200)
    play.within("MESSAGE", 6, TEXT, "disordered")
    play.expect(500, DIAGNOSTICS)
    play.within("BYE", 9)
    play.expect(200)
    return play


def gateway_invites():
    """3.10: it rings at several endpoints, one takes it, and the gateway speaks in the session."""
    play = Scenario("gateway_invites")
    play.expect("INVITE", Check("^INVITE sip:romeo@montague.example SIP/2.0"), Check("^ *1 INVITE", "CSeq"),
                Check("^ *<sip:gateway.montague.example:[0-9]+;transport=tls>", "Contact"),
                Check("^ *[0-9]+", "Max-Forwards"), Check("<sip:juliet@capulet.example>;tag=", "From"),
                Check("^ *<sip:romeo@montague.example>", "To"), Check("[^ ]", "Ms-Conversation-ID"),
                Check("^ *ms-source-verified-user=verified", "ms-asserted-verification-level"),
                Check("^ *timer", "Supported"), Check("INVITE", "Allow"), Check("application/sdp", "Content-Type"),
                Check("m=message 5060 sip null"), Check("a=accept-types:text/plain"), Check("Route:", absent=True))
    play.answer("100 Trying")
    play.answer("183 Session Progress", ";tag=endpoint1;epid=1",
                'ms-diagnostics-public: 12006;reason="Trying next hop"')
    play.answer("101 Progress Report", ";tag=endpoint1;epid=1",
                'ms-diagnostics-public: 13004;reason="Request was proxied to one or more registered endpoints"')
    play.answer("180 Ringing", ";tag=endpoint2;epid=2")
    play.answer("200 OK", ";tag=endpoint2;epid=46c4b2d3ac", textwrap.dedent(f"""\
        Contact: <{GRUU}>
        Allow: INVITE, BYE, ACK, CANCEL, INFO, MESSAGE, UPDATE, REFER, NOTIFY, BENOTIFY
        Session-Expires: 720;refresher=uas
        Require: timer
        Supported: timer
        Supported: ms-sender
        User-Agent: UCCAPI/15.0.4971.1000 OC/15.0.4971.1000 (Skype for Business)
        Content-Type: application/sdp"""), SDP.format(to="sip:romeo@montague.example"),
                record_routes=[EDGE_ROUTE.format("[edge_port]"), POOL_ROUTE])
    in_session = [Check("^ *<sip:romeo@montague.example>;tag=endpoint2;epid=46c4b2d3ac", "To"),
                  Check(f"Route: {literally(POOL_ROUTE)}"), Check("Route: " + EDGE_ROUTE.format("[0-9]+"))]
    play.expect("ACK", Check(f"^ACK {literally(GRUU)} SIP/2.0"), Check("^ *1 ACK", "CSeq"), *in_session)
    play.expect("MESSAGE", Check(f"^MESSAGE {literally(GRUU)} SIP/2.0"), Check("^ *2 MESSAGE", "CSeq"),
                Check("^ *text/plain;charset=UTF-8", "Content-Type"), Check("Good night"), *in_session)
    play.answer()
    play.expect("MESSAGE", Check("^ *3 MESSAGE", "CSeq"), Check("a thousand times"), *in_session)
    play.answer()
    play.expect("INFO", Check("^ *4 INFO", "CSeq"), Check('status status="type"'), *in_session)
    play.answer()
    return play


def write(folder):
    for play in (invitation(), refusals(), gateway_invites()):
        play.write(folder)
