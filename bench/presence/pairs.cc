#include "bench/presence/pairs.h"

#include <utility>

#include "core/base/digest.h"
#include "core/presence/machine.h"

namespace dragoman::bench {
namespace {

constexpr std::uint32_t kExpires = 28'800;
constexpr Duration kRefresh{28'800'000};
constexpr std::size_t kContacts = 20;

// The same for each run, another for each pair.
class PairsRandom : public RandomSource {
 public:
  explicit PairsRandom(std::size_t number) : number_(number) {}
  void Fill(std::span<std::uint8_t> bytes) override {
    for (std::size_t at = 0; at < bytes.size();) {
      for (const char digit : Sha1(std::to_string(number_) + "/" + std::to_string(drawn_++))) {
        if (at < bytes.size()) bytes[at++] = static_cast<std::uint8_t>(digit);
      }
    }
  }

 private:
  std::size_t number_, drawn_ = 0;
};

class Pair {
 public:
  Pair(std::size_t number, const Sample& sample)
      : number_(number), sample_(sample), random_(number), now_(sample.now) {
    const std::string watcher = std::to_string(number / kContacts);
    record_.watcher_side = sample.watchers;
    record_.watcher.local = "user" + watcher;
    record_.presentity.local = "friend" + std::to_string(number % kContacts) + "." + watcher;
    const bool from_sip = sample.watchers == envelope::Side::kSip;
    Sip().domain = "contoso.com";
    (from_sip ? record_.presentity : record_.watcher).domain = "jabber.example.org";
  }

  presence::Record WatchedBySip() {
    envelope::SipDialog dialog;
    dialog.call_id = Token(number_, 32);
    dialog.local_tag = Token(number_ + 1, 16);
    dialog.local_uri = "sip:" + record_.presentity.local + "@" + record_.presentity.domain;
    dialog.remote_uri = "sip:" + record_.watcher.local + "@" + record_.watcher.domain;
    dialog.remote_cseq = 1;
    Answered(dialog);
    Take(envelope::Subscribe{.dialog = dialog, .expires = kExpires, .sender_id = {}});
    Take(envelope::Approve{});
    Take(News("laptop"));
    return std::move(record_);
  }

  presence::Record WatchedByXmpp() {
    const presence::Step asked = Take(envelope::Subscribe{});
    const auto& command = std::get<envelope::ToSip>(asked.effects.front()).command;
    envelope::Outcome accepted{.sip_status = 200, .expires = kExpires};
    Take(presence::CommandDone{command, accepted});
    envelope::PresenceUpdate notify = News("");
    notify.subscription = envelope::SubscriptionState::kActive;
    notify.expires = kExpires;
    notify.dialog = command.dialog;
    notify.dialog->remote_cseq = 1;
    Answered(*notify.dialog);
    Take(notify);
    return std::move(record_);
  }

 private:
  envelope::Address& Sip() {
    return sample_.watchers == envelope::Side::kSip ? record_.watcher : record_.presentity;
  }

  // The peer's half of the dialog.
  void Answered(envelope::SipDialog& dialog) {
    dialog.remote_tag = Token(number_ + 2, 10);
    dialog.remote_target = "sip:" + Sip().local + "@" + Sip().domain;
    dialog.edge = sample_.edge;
    if (!sample_.microsoft) return;
    dialog.remote_params = ";epid=" + Token(number_ + 3, 10);
    dialog.remote_target += ";opaque=user:epid:" + Token(number_ + 4, 24) + ";gruu";
    dialog.route_set = {"<sip:" + sample_.edge + ";transport=tls;lr;epid=" + Token(number_ + 5, 6) +
                        ";ms-key-info=AAEAAQ;ms-route-sig=" + Token(number_ + 6, 40) +
                        ">;tag=" + Token(number_ + 7, 32)};
  }

  static envelope::PresenceUpdate News(const std::string& resource) {
    envelope::PresenceUpdate news;
    news.resources.push_back({.resource = resource,
                              .available = true,
                              .show = envelope::Show::kAway,
                              .priority = 5,
                              .notes = {{"", "back soon"}},
                              .since = {}});
    return news;
  }

  presence::Step Take(const presence::Event& event) {
    presence::Step step = presence::Advance(std::move(record_), event, {now_, random_, kRefresh});
    record_ = step.record;
    now_ += Duration(2345);
    return step;
  }

  std::size_t number_;
  const Sample& sample_;
  PairsRandom random_;
  WallTime now_;
  presence::Record record_;
};

}  // namespace

std::string Token(std::size_t number, std::size_t length) {
  return HexEncode(Sha1(std::to_string(number))).substr(0, length);
}

presence::Record PairOf(std::size_t number, const Sample& sample) {
  Pair pair(number, sample);
  return sample.watchers == envelope::Side::kSip ? pair.WatchedBySip() : pair.WatchedByXmpp();
}

}  // namespace dragoman::bench
