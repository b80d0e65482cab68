// A stream that we open to a partner: STARTTLS or direct TLS, SASL EXTERNAL or dialback as
// initiating server, then our stanzas, acknowledged if the partner can; or only to ask it whether a
// key is its own. RFC 6120 §4, XEP-0178, XEP-0198, XEP-0220, XEP-0288; TLS-4, XS-7, XS-17, DB-5,
// DB-6, DB-9, DB-11, SM-3..6; T-1, T-2, T-4.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/time.h"
#include "core/xml/reader.h"
#include "core/xmpp/dialback.h"
#include "core/xmpp/inbound_stream.h"
#include "core/xmpp/peer_policy.h"
#include "core/xmpp/stream.h"
#include "core/xmpp/stream_management.h"

namespace dragoman::xmpp {

inline constexpr std::string_view kBidiNs = "urn:xmpp:bidi";
inline constexpr std::string_view kBidiFeatureNs = "urn:xmpp:features:bidi";

// A lost stream that may be taken up again (XEP-0198 §5).
struct Resumption {
  std::string id;                      // as the partner gave it
  std::shared_ptr<Acknowledger> acks;  // of what it had sent us
};

struct OutboundRules {
  std::string local;  // domains as we write them: lower case, U-labels
  std::string remote;
  PeerPolicy policy;
  std::vector<std::string> dialback_secrets;  // the newest makes the keys
  Duration establish_max = 30s;               // DB-21
  bool direct_tls = false;                    // XEP-0368
  std::optional<Resumption> resume = {};
  bool look = false;  // only to see what the partner offers: nothing is proven, Offers follow
};

// A key that the partner's server is asked about (DB-9).
struct VerifyQuestion {
  std::string id;
  std::string key;
};

enum class OutboundFailure {
  kTimeout,
  kTlsRefused,     // not offered and declined, or failed
  kCertificate,    // the partner's certificate does not prove its domain, and policy wants that
  kSaslRefused,    // EXTERNAL is required and not offered, or was refused
  kKeyRefused,     // the partner answered `invalid`
  kDialbackError,  // the partner answered with an error, or could not ask us back
  kStreamError,
  kClosed,     // the peer ended it
  kBadStream,  // not XMPP
};

class OutboundStream {
 public:
  struct Send {
    std::string bytes;
  };
  struct StartTls {};
  struct Ready {
    Proof proof;                           // what proved us
    bool managed;                          // stanzas are counted from here on: Acked follows
    std::string management_id;             // empty: it cannot be resumed
    std::optional<std::uint32_t> resumed;  // the lost stream goes on; so many had arrived
  };                                       // stanzas may be written
  struct Acked {
    std::uint32_t handled;
  };
  struct Stanza {
    xml::Element element;
    std::uint64_t number;
  };  // with bidi: from the partner to us; as in InboundStream
  struct Answered {
    Verdict verdict;
  };  // to the question
  struct Offers {
    bool starttls, starttls_required, external, dialback;
  };  // in each features element, to one who only looks; then Finish
  struct Failed {
    OutboundFailure failure;
    std::string detail;
  };  // last; Close follows
  struct Close {};
  using Effect =
      std::variant<Send, StartTls, Ready, Acked, Stanza, Answered, Offers, Failed, Close>;

  // With a question the stream asks it and closes; without one it proves the pair and becomes
  // ready.
  OutboundStream(OutboundRules rules, std::optional<VerifyQuestion> question, TimePoint now);

  void OnOpen(TimePoint now);  // TCP is connected
  void OnBytes(std::string_view bytes, TimePoint now);
  void OnTls(TimePoint now, const PeerProof& proof = {});
  void OnHandled();                                       // the acknowledger has moved
  void AskForAck();                                       // behind stanzas of a managed stream
  void Refuse(StreamError error, std::string_view text);  // the peer breaks a rule
  void Finish(TimePoint now);                             // orderly end

  void Advance(TimePoint now);
  TimePoint Deadline() const { return deadline_; }
  std::optional<Effect> Poll();
  bool ready() const { return state_ == State::kReady; }
  const std::string& lang() const { return lang_; }
  const std::shared_ptr<Acknowledger>& acknowledger() const { return acks_; }  // null: unmanaged

 private:
  enum class State {
    kConnecting,
    kHeader,
    kFeatures,
    kProceed,
    kTls,
    kSasl,
    kDialback,
    kManagement,
    kReady,
    kClosing,
    kClosed
  };
  void SendHeader();
  void OnHeader(const xml::Element& root, TimePoint now);
  void OnElement(xml::Element element, Behind behind, TimePoint now);
  void OnFeatures(const xml::Element& features);
  void TellOffers(const xml::Element& features);
  void OnProceed(const xml::Element& element, Behind behind);
  void Authenticate(const xml::Element& features);
  void OnSaslAnswer(const xml::Element& element);
  void Prove();
  void OnAnswer(const xml::Element& element, TimePoint now);
  void Manage();
  void OnManagement(const xml::Element& element);
  void OnAcknowledgement(const xml::Element& element);
  void OnStanza(xml::Element element);
  void BeReady(Ready ready);
  void Fail(OutboundFailure failure, std::string detail);
  void Emit(Effect effect) { effects_.push_back(std::move(effect)); }

  OutboundRules rules_;
  std::optional<VerifyQuestion> question_;
  xml::StreamReader reader_;
  State state_ = State::kConnecting;
  bool secure_ = false;
  bool proven_ = false;  // by EXTERNAL: what follows is the stream behind it
  bool can_manage_ = false;
  bool bidi_ = false;
  bool declares_dialback_ = false;
  std::string id_, lang_;
  TimePoint expires_ = TimePoint::max();
  std::shared_ptr<Acknowledger> acks_;
  std::deque<Effect> effects_;
  TimePoint deadline_;
};

}  // namespace dragoman::xmpp
