// A stream that we open to a partner: STARTTLS, dialback as initiating server, then our stanzas; or
// only to ask it whether a key is its own. RFC 6120 §4, XEP-0220; TLS-4, DB-5, DB-6, DB-9, DB-11;
// T-1, T-2, T-4.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/time.h"
#include "core/xml/reader.h"
#include "core/xmpp/dialback.h"
#include "core/xmpp/inbound_stream.h"
#include "core/xmpp/stream.h"

namespace dragoman::xmpp {

struct OutboundRules {
  std::string local;  // domains as we write them: lower case, U-labels
  std::string remote;
  bool requires_tls = true;
  std::vector<std::string> dialback_secrets;  // the newest makes the keys
  Duration establish_max = 30s;               // DB-21
};

// A key that the partner's server is asked about (DB-9).
struct VerifyQuestion {
  std::string id;
  std::string key;
};

enum class OutboundFailure {
  kTimeout,
  kTlsRefused,     // not offered and declined, or failed
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
  struct Ready {};  // stanzas may be written
  struct Answered {
    Verdict verdict;
  };  // to the question
  struct Failed {
    OutboundFailure failure;
    std::string detail;
  };  // last; Close follows
  struct Close {};
  using Effect = std::variant<Send, StartTls, Ready, Answered, Failed, Close>;

  // With a question the stream asks it and closes; without one it proves the pair and becomes
  // ready.
  OutboundStream(OutboundRules rules, std::optional<VerifyQuestion> question, TimePoint now);

  void OnOpen(TimePoint now);  // TCP is connected
  void OnBytes(std::string_view bytes, TimePoint now);
  void OnTls(TimePoint now);
  void Finish(TimePoint now);  // orderly end

  void Advance(TimePoint now);
  TimePoint Deadline() const { return deadline_; }
  std::optional<Effect> Poll();
  bool ready() const { return state_ == State::kReady; }

 private:
  enum class State {
    kConnecting,
    kHeader,
    kFeatures,
    kProceed,
    kTls,
    kDialback,
    kReady,
    kClosing,
    kClosed
  };
  void SendHeader();
  void OnHeader(const xml::Element& root, TimePoint now);
  void OnElement(const xml::Element& element, Behind behind, TimePoint now);
  void OnFeatures(const xml::Element& features, TimePoint now);
  void OnProceed(const xml::Element& element, Behind behind);
  void OnAnswer(const xml::Element& element, TimePoint now);
  void Prove();
  void Fail(OutboundFailure failure, std::string detail);
  void Emit(Effect effect) { effects_.push_back(std::move(effect)); }

  OutboundRules rules_;
  std::optional<VerifyQuestion> question_;
  xml::StreamReader reader_;
  State state_ = State::kConnecting;
  bool secure_ = false;
  std::string id_;
  std::deque<Effect> effects_;
  TimePoint deadline_;
};

}  // namespace dragoman::xmpp
