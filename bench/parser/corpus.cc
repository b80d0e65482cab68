#include "bench/parser/corpus.h"

#include <string_view>

namespace dragoman::bench {
namespace {

constexpr std::string_view kInvite = R"(INVITE sip:romeo@jabber.example.org SIP/2.0
Record-Route: <sip:sip.contoso.com:5061;transport=tls;lr;epid=1a2b3c;ms-key-info=AAEAAQ;ms-route-sig=aaB1cD2eF3>;tag=5D41402ABC4B2A76
Via: SIP/2.0/TLS 198.51.100.5:52344;branch=z9hG4bK2DA3892F.D0429AA14DA5C5DB;branched=FALSE
Max-Forwards: 67
From: "Juliet"<sip:juliet@contoso.com>;tag=9d5c2a38ba;epid=b84a59c035
To: <sip:romeo@jabber.example.org>
Call-ID: ce878a8bc0ca4c769ca729bc2f56a998
CSeq: 1 INVITE
Contact: <sip:juliet@contoso.com;opaque=user:epid:hYnsEUpJhlGc0T-xd_I7vAAA;gruu>
User-Agent: UCCAPI/4.0.7577.4061 OC/4.0.7577.4061 (Microsoft Lync 2010)
Ms-Text-Format: text/plain; charset=UTF-8;msgr=WAAtAE0ATQBTAC0ASQBNAC0ARgBvAHIA;ms-body=SGVsbG8=
Supported: ms-delayed-accept
Supported: ms-renders-isf
Supported: ms-renders-gif
Supported: ms-renders-mime-alternative
Ms-Conversation-ID: AdKjt1Xy9lDJ8KRjRYaBRsRaq4N/vw==
Supported: timer
Supported: ms-sender
Roster-Manager: sip:juliet@contoso.com
EndPoints: <sip:juliet@contoso.com>, <sip:romeo@jabber.example.org>
Supported: com.microsoft.rtc-multiparty
Supported: ms-conf-invite
ms-keep-alive: UAC;hop-hop=yes
Allow: INVITE, BYE, ACK, CANCEL, INFO, MESSAGE, UPDATE, REFER, NOTIFY, BENOTIFY
Content-Type: application/sdp

v=0
o=- 0 0 IN IP4 10.0.0.57
s=session
c=IN IP4 10.0.0.57
t=0 0
m=message 5060 sip null
a=accept-types:text/plain multipart/alternative image/gif text/rtf text/html application/x-ms-ink application/ms-imdn+xml
)";

constexpr std::string_view kOk = R"(SIP/2.0 200 OK
Via: SIP/2.0/TLS xmppgw.example.net:5061;branch=z9hG4bKgw9001;ms-received-port=50112;ms-received-cid=2D4A00
Record-Route: <sip:sip.contoso.com:5061;transport=tls;lr;epid=1a2b3c;ms-key-info=AAEAAQ;ms-route-sig=aaB1cD2eF3>;tag=5D41402ABC4B2A76
From: "Romeo"<sip:romeo@jabber.example.org>;tag=gw-77aa01
To: <sip:juliet@contoso.com>;tag=1f7d3e0c25;epid=b84a59c035
Call-ID: 3c1f0a7e-gw1@xmppgw.example.net
CSeq: 1 INVITE
Contact: <sip:juliet@contoso.com;opaque=user:epid:hYnsEUpJhlGc0T-xd_I7vAAA;gruu>
User-Agent: UCCAPI/4.0.7577.4061 OC/4.0.7577.4061 (Microsoft Lync 2010)
Allow: INVITE, BYE, ACK, CANCEL, INFO, MESSAGE, UPDATE, REFER, NOTIFY, BENOTIFY
Supported: timer
Content-Type: application/sdp

v=0
o=- 0 0 IN IP4 10.0.0.57
s=session
c=IN IP4 10.0.0.57
t=0 0
m=message 5060 sip sip:juliet@contoso.com
a=accept-types:text/plain
)";

constexpr std::string_view kMessage =
    R"(MESSAGE sip:xmppgw.example.net:5061;transport=tls SIP/2.0
Via: SIP/2.0/TLS 198.51.100.5:52344;branch=z9hG4bKC62D82DB.F5BED7F75178DA15;branched=FALSE
Max-Forwards: 67
From: "Juliet"<sip:juliet@contoso.com>;tag=9d5c2a38ba;epid=b84a59c035
To: <sip:romeo@jabber.example.org>;tag=gw-3f21c0
Call-ID: ce878a8bc0ca4c769ca729bc2f56a998
CSeq: 2 MESSAGE
Contact: <sip:juliet@contoso.com;opaque=user:epid:hYnsEUpJhlGc0T-xd_I7vAAA;gruu>
User-Agent: UCCAPI/4.0.7577.4061 OC/4.0.7577.4061 (Microsoft Lync 2010)
Supported: ms-dialog-route-set-update
Supported: timer
Content-Type: text/plain; charset=UTF-8;msgr=WAAtAE0ATQBTAC0ASQBNAC0A

Wherefore art thou Romeo?)";

constexpr std::string_view kInfo =
    R"(INFO sip:xmppgw.example.net:5061;transport=tls SIP/2.0
Via: SIP/2.0/TLS 198.51.100.5:52344;branch=z9hG4bK71AA82DB.F5BED7F75178DA15;branched=FALSE
Max-Forwards: 67
From: "Juliet"<sip:juliet@contoso.com>;tag=9d5c2a38ba;epid=b84a59c035
To: <sip:romeo@jabber.example.org>;tag=gw-3f21c0
Call-ID: ce878a8bc0ca4c769ca729bc2f56a998
CSeq: 7 INFO
Contact: <sip:juliet@contoso.com;opaque=user:epid:hYnsEUpJhlGc0T-xd_I7vAAA;gruu>
User-Agent: UCCAPI/4.0.7577.4061 OC/4.0.7577.4061 (Microsoft Lync 2010)
Supported: timer
Content-Type: application/xml

<?xml version="1.0"?>
<KeyboardActivity>
  <status status="type"/>
</KeyboardActivity>
)";

constexpr std::string_view kSubscribe = R"(SUBSCRIBE sip:romeo@jabber.example.org SIP/2.0
Record-Route: <sip:sip.contoso.com:5061;transport=tls;lr;epid=1a2b3c;ms-key-info=AAEAAQ;ms-route-sig=aaB1cD2eF3>;tag=5D41402ABC4B2A76
Via: SIP/2.0/TLS 198.51.100.5:52344;branch=z9hG4bK8422CB10.E12A8681AF226C33;branched=FALSE
Max-Forwards: 67
From: <sip:juliet@contoso.com>;tag=26aef0a2a4;epid=b84a59c035
To: <sip:romeo@jabber.example.org>
Call-ID: 77a9ac0f3beb4a65b1d40cc0978eda56
CSeq: 1 SUBSCRIBE
Contact: <sip:juliet@contoso.com;opaque=user:epid:hYnsEUpJhlGc0T-xd_I7vAAA;gruu>
User-Agent: UCCAPI/3.5.6907.37 OC/3.5.6907.37 (Microsoft Office Communicator 2007 R2)
Event: presence
Accept: application/msrtc-event-categories+xml, text/xml+msrtc.pidf, application/xpidf+xml, application/pidf+xml
Supported: ms-piggyback-first-notify
Supported: ms-benotify
Proxy-Require: ms-benotify
Content-Type: application/msrtc-adrl-categorylist+xml

<batchSub xmlns="http://schemas.microsoft.com/2006/01/sip/batch-subscribe" uri="sip:juliet@contoso.com" name="">
<action name="subscribe" id="63792024"><adhocList>
<resource uri="sip:romeo@jabber.example.org"/>
</adhocList>
<categoryList xmlns="http://schemas.microsoft.com/2006/09/sip/categorylist">
<category name="note"/>
<category name="state"/>
</categoryList>
</action>
</batchSub>
)";

constexpr std::string_view kNotify =
    R"(NOTIFY sip:xmppgw.example.net:5061;transport=tls SIP/2.0
Record-Route: <sip:sip.contoso.com:5061;transport=tls;lr;epid=1a2b3c;ms-key-info=AAEAAQ;ms-route-sig=aaB1cD2eF3>;tag=5D41402ABC4B2A76
Via: SIP/2.0/TLS 198.51.100.5:52344;branch=z9hG4bKA0E1CB10.E12A8681AF226C33;branched=FALSE
Max-Forwards: 67
From: <sip:juliet@contoso.com>;tag=4E88A210;epid=b84a59c035
To: "Romeo"<sip:romeo@jabber.example.org>;tag=gw-w1
Call-ID: w-4d2a@xmppgw.example.net
CSeq: 1 NOTIFY
Contact: <sip:juliet@contoso.com;opaque=user:epid:hYnsEUpJhlGc0T-xd_I7vAAA;gruu>
Event: presence
Subscription-State: active;expires=28799
Content-Type: application/pidf+xml

<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:ep="urn:ietf:params:xml:ns:pidf:status:rpid-status" xmlns:ci="urn:ietf:params:xml:ns:pidf:cipid" entity="sip:juliet@contoso.com">
<tuple id="0">
<status>
<basic>open</basic>
<ep:activities>
<ep:activity>away</ep:activity>
</ep:activities>
</status>
</tuple>
<ci:display-name>Juliet</ci:display-name>
</presence>
)";

std::string WithLineEnds(std::string_view text) {
  std::string bytes;
  for (const char c : text) {
    if (c == '\n') bytes += '\r';
    bytes += c;
  }
  return bytes;
}

Sample Make(std::string name, std::string_view text) {
  const std::size_t end = text.find("\n\n");
  const std::string body = WithLineEnds(text.substr(end + 2));
  return {std::move(name), WithLineEnds(text.substr(0, end + 1)) + "Content-Length: " +
                               std::to_string(body.size()) + "\r\n\r\n" + body};
}

}  // namespace

std::vector<Sample> Corpus() {
  return {Make("INVITE", kInvite), Make("200 OK", kOk),           Make("MESSAGE", kMessage),
          Make("INFO", kInfo),     Make("SUBSCRIBE", kSubscribe), Make("NOTIFY", kNotify)};
}

}  // namespace dragoman::bench
