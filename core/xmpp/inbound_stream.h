// A stream that a partner opened to us: STARTTLS, dialback as receiving and as authoritative
// server, then stanzas. RFC 6120 §4, XEP-0220; XS-1..13, DB-7..17; security.md T-1..T-10.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
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
#include "core/xmpp/stream.h"

namespace dragoman::xmpp {

using namespace std::chrono_literals;

inline constexpr std::size_t kOpenKeysMax = 10;     // L-20: dialback keys under verification
inline constexpr std::size_t kProvenPairsMax = 50;  // L-21
inline constexpr Duration kStreamCloseMax = 5s;     // for the peer's closing tag (XS-14)

// What the stream asks about the world; domains are lower-case A-labels.
struct InboundRules {
  std::function<bool(std::string_view)> hosts;   // do we serve this domain?
  std::function<bool(std::string_view)> allows;  // is it a partner that may use dialback?
  std::function<bool(std::string_view)> requires_tls;
  std::function<bool(std::string_view)> full;  // has it as many streams as it may?
  std::vector<std::string> dialback_secrets;
  Duration establish_max = 60s;  // L-17
};

// How the authoritative server answered, or why it did not (DB-12..14).
enum class Verdict { kValid, kInvalid, kNotFound, kConnectionFailed, kTimeout };

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
    std::string from, to;
  };  // A-labels; for the log
  struct Stanza {
    xml::Element element;
  };  // its addresses were checked against the proven pairs
  struct Refused {
    std::string what;
  };                // for the log and counters: a condition's name
  struct Close {};  // last: flush and end the connection
  using Effect = std::variant<Send, StartTls, Verify, Proven, Stanza, Refused, Close>;

  InboundStream(InboundRules rules, RandomSource& random, TimePoint now);

  void OnBytes(std::string_view bytes, TimePoint now);
  void OnTls(TimePoint now);
  // `from` and `to` as in Verify.
  void OnVerdict(const std::string& from, const std::string& to, Verdict verdict, TimePoint now);
  void Shutdown(StreamError error, std::string_view text, TimePoint now);

  void Advance(TimePoint now);
  TimePoint Deadline() const { return deadline_; }
  std::optional<Effect> Poll();

  bool established() const { return !proven_.empty(); }
  const std::string& lang() const { return lang_; }
  const std::string& peer() const { return peer_; }  // `from` of the header, as it claims

 private:
  using Pair = std::pair<std::string, std::string>;  // from, to: A-labels
  void OnOpen(const xml::Element& root, TimePoint now);
  void OnElement(xml::Element element, Behind behind, TimePoint now);
  void OnStartTls(Behind behind, TimePoint now);
  void OnDialback(const DialbackElement& element, TimePoint now);
  void OnResult(const DialbackElement& element);
  void OnVerifyRequest(const DialbackElement& element);
  void OnStanza(xml::Element element, TimePoint now);
  void Fail(StreamError error, std::string_view text, TimePoint now);
  void End();
  void RefuseKey(const DialbackElement& element, Condition condition, std::string_view text);
  void Emit(Effect effect) { effects_.push_back(std::move(effect)); }
  std::string Features() const;

  enum class State { kHeader, kNegotiating, kTls, kClosing, kClosed };
  InboundRules rules_;
  RandomSource& random_;
  xml::StreamReader reader_;
  State state_ = State::kHeader;
  bool secure_ = false;
  bool opened_ = false;  // our own header is out
  std::string id_, lang_, peer_;
  std::map<Pair, DialbackElement> asked_;  // keys under verification
  std::set<Pair> proven_;
  std::deque<Effect> effects_;
  TimePoint deadline_;
};

}  // namespace dragoman::xmpp
