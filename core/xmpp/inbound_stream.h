// A stream that a partner opened to us: STARTTLS or direct TLS, SASL EXTERNAL, dialback as
// receiving and as authoritative server, then stanzas, acknowledged if the partner wants. RFC 6120
// §4, XEP-0220, XEP-0178, XEP-0198; XS-1..18, DB-7..19, SM-3..5; security.md T-1..T-10.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/random.h"
#include "core/base/time.h"
#include "core/xml/reader.h"
#include "core/xmpp/dialback.h"
#include "core/xmpp/peer_policy.h"
#include "core/xmpp/sasl.h"
#include "core/xmpp/stream.h"
#include "core/xmpp/stream_management.h"

namespace dragoman::xmpp {

inline constexpr std::size_t kOpenKeysMax = 10;     // L-20: dialback keys under verification
inline constexpr std::size_t kKeyFailuresMax = 10;  // refused before any is good: the stream ends
inline constexpr std::size_t kProvenPairsMax = 50;  // L-21
inline constexpr Duration kStreamCloseMax = 5s;     // for the peer's closing tag (XS-14)

// What the stream asks about the world; domains are lower-case A-labels.
struct InboundRules {
  std::function<bool(std::string_view)> hosts;                        // do we serve this domain?
  std::function<std::optional<PeerPolicy>(std::string_view)> policy;  // nullopt: no partner
  std::function<bool(std::string_view)> full = {};  // has it as many streams as it may?
  // The state of a lost stream of this partner, by the id it was given (XEP-0198 §5); null:
  // unknown.
  std::function<std::shared_ptr<Acknowledger>(std::string_view id, std::string_view partner)>
      resume = {};
  std::vector<std::string> dialback_secrets = {};
  Duration establish_max = 60s;  // L-17
  bool direct_tls = false;       // XEP-0368: TLS from the first byte, no STARTTLS (XS-18)
};

// How the authoritative server answered, or why it did not (DB-12..14).
// kOverloaded: it was not asked, for too many are.
enum class Verdict { kValid, kInvalid, kNotFound, kConnectionFailed, kTimeout, kOverloaded };

// What proved a domain.
enum class Proof { kExternal, kCertificate, kDialback };
std::string_view Name(Proof proof);

class InboundStream {
 public:
  struct Send {
    std::string bytes;
  };
  struct StartTls {};  // after what was sent: the handshake, then OnTls
  struct Verify {
    std::string from, to, id, key;
  };  // ask `from`'s server; answer with OnVerdict
  struct Proven {
    std::string from, to;  // A-labels; `to` empty: all of our domains
    Proof proof;
  };  // for the log
  struct Managed {
    std::string id;
  };  // acknowledged from here on; resumable under this id
  struct Stanza {
    xml::Element element;
    std::uint64_t number;  // to settle in `acknowledger()`; 0: nobody counts
  };                       // its addresses were checked against what is proven
  struct Refused {
    std::string what;
  };                // for the log and counters: a condition's name
  struct Close {};  // last: flush and end the connection
  using Effect = std::variant<Send, StartTls, Verify, Proven, Managed, Stanza, Refused, Close>;

  InboundStream(InboundRules rules, RandomSource& random, TimePoint now);

  void OnBytes(std::string_view bytes, TimePoint now);
  void OnTls(TimePoint now, PeerProof proof = {});
  // `from` and `to` as in Verify.
  void OnVerdict(const std::string& from, const std::string& to, Verdict verdict, TimePoint now);
  void OnHandled(TimePoint now);  // the acknowledger has moved
  void Shutdown(StreamError error, std::string_view text, TimePoint now);
  // An orderly end of our own will (ARCH-16): our closing tag once what came is handled. What the
  // peer still says before its own is taken; on a managed stream it is not, and so not
  // acknowledged: the peer knows then that it has to say it elsewhere.
  void Finish(TimePoint now);

  void Advance(TimePoint now);
  TimePoint Deadline() const { return deadline_; }
  std::optional<Effect> Poll();

  bool established() const { return !proven_.empty() || !identity_.empty(); }
  bool peer_ended() const { return peer_ended_; }  // in order
  const std::string& lang() const { return lang_; }
  const std::string& peer() const { return peer_; }  // `from` of the header, as it claims
  // The domain that was proven first, an A-label: whose stream it is. Empty: nobody's yet.
  const std::string& partner() const { return partner_; }
  std::set<std::string> proven() const;  // all domains, A-labels
  bool Proves(std::string_view domain) const;
  const std::shared_ptr<Acknowledger>& acknowledger() const { return acks_; }  // null: unmanaged
  const std::string& management_id() const { return management_id_; }  // empty: not resumable

 private:
  using Pair = std::pair<std::string, std::string>;  // from, to: A-labels
  void OnOpen(const xml::Element& root, TimePoint now);
  void OnElement(xml::Element element, Behind behind, TimePoint now);
  void OnStartTls(Behind behind, TimePoint now);
  void OnSasl(const xml::Element& element, Behind behind, TimePoint now);
  void Authenticate(const xml::Element& element, Behind behind, TimePoint now);
  void RefuseSasl(SaslError error, TimePoint now);
  void OnDialback(const DialbackElement& element, TimePoint now);
  void OnResult(const DialbackElement& element, TimePoint now);
  void OnVerifyRequest(const DialbackElement& element);
  void OnManagement(const xml::Element& element, TimePoint now);
  void OnStanza(xml::Element element, TimePoint now);
  void AddPair(const Pair& pair, const DialbackElement& asked, Proof proof);
  void Establish(const std::string& domain);
  void OnPeerEnd(TimePoint now);
  void SayEnd(TimePoint now);
  void Restart();
  void Fail(StreamError error, std::string_view text, TimePoint now);
  void End();
  void RefuseKey(const DialbackElement& element, Condition condition, std::string_view text);
  void Emit(Effect effect) { effects_.push_back(std::move(effect)); }
  std::string Features() const;
  bool OffersExternal() const;
  bool RequiresTls(std::string_view domain) const;

  enum class State { kHeader, kNegotiating, kTls, kEnding, kClosing, kClosed };
  InboundRules rules_;
  RandomSource& random_;
  xml::StreamReader reader_;
  State state_ = State::kHeader;
  bool secure_ = false;
  bool opened_ = false;      // our own header is out
  bool finishing_ = false;   // Finish was called; the closing tag waits for what is being handled
  bool peer_ended_ = false;  // its closing tag came
  bool challenged_ = false;  // SASL: the identity was asked for
  int sasl_failures_ = 0;
  std::size_t key_failures_ = 0;  // while nothing is proven
  PeerProof proof_;
  std::string id_, lang_, peer_;
  std::string partner_;
  std::string identity_;                   // proven by EXTERNAL, an A-label form
  std::map<Pair, DialbackElement> asked_;  // keys under verification
  std::set<Pair> proven_;
  std::shared_ptr<Acknowledger> acks_;
  std::string management_id_;
  std::deque<Effect> effects_;
  TimePoint deadline_;
};

}  // namespace dragoman::xmpp
