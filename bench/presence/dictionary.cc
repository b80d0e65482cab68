// Prints presence-store/dictionary.h: what zstd finds records to have in common, learned from
// records of made-up users with what real servers and clients write into them. Usage:
// presence_dictionary > presence-store/dictionary.h
//
// Records are read with the dictionary they were written with: a new one gets a new id and stands
// beside the old one.
#include <zdict.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "core/base/digest.h"
#include "presence-store/records.h"

namespace {

using namespace dragoman;

constexpr std::size_t kSamples = 20'000;
constexpr std::size_t kDictionaryBytes = 1024;
constexpr unsigned kDictionaryId = 1;

class Maker {
 public:
  std::string Record() {
    presence::Record record;
    const bool sip_watches = Chance(70);
    record.watcher_side = sip_watches ? envelope::Side::kSip : envelope::Side::kXmpp;
    envelope::Address sip{Name(), Domain(), {}};
    envelope::Address xmpp{Name(), "jabber." + Domain(), {}};
    record.watcher = sip_watches ? sip : xmpp;
    record.presentity = sip_watches ? xmpp : sip;
    record.state = Chance(85) ? presence::State::kActive : presence::State::kPending;
    const std::int64_t now =
        1'700'000'000'000 + static_cast<std::int64_t>(random_() % (1ull << 37));
    record.known_at = WallTime(Duration(now));
    record.asked_at = WallTime(Duration(now - 100'000));
    presence::Watch& watch = record.watches.emplace_back();
    watch.expires = WallTime(Duration(now + 3'600'000));
    if (sip_watches) watch.notified_at = record.known_at;
    watch.dialog = Dialog(xmpp, sip);
    if (!sip_watches) {
      record.retry_at = WallTime(Duration(now + 3'000'000));
      record.known_until = watch.expires;
    }
    const std::size_t resources = random_() % 3;
    for (std::size_t i = 0; i < resources; ++i) record.known.push_back(Resource(sip_watches, now));
    return store::Encode(record);
  }

 private:
  bool Chance(unsigned percent) { return random_() % 100 < percent; }
  template <std::size_t N>
  std::string Of(const std::array<const char*, N>& words) {
    return words[random_() % N];
  }
  std::string Hex(std::size_t length) {
    return HexEncode(Sha256(std::to_string(random_()))).substr(0, length);
  }
  std::string Base64(std::size_t length) {
    const auto digest = Sha256(std::to_string(random_()));
    return Base64Encode(digest).substr(0, length);
  }
  std::string Name() {
    static constexpr auto kNames = std::to_array<const char*>(
        {"anna",  "ben",  "carla", "dirk", "eva",  "frank", "gina", "hugo", "ines", "jan",
         "karin", "luis", "maria", "nils", "olga", "paul",  "rosa", "sven", "tina", "uwe"});
    return Chance(50) ? Of(kNames) + "." + Of(kNames) + std::to_string(random_() % 100)
                      : Of(kNames).substr(0, 1) + std::to_string(random_() % 100'000);
  }
  std::string Domain() {
    static constexpr auto kEndings =
        std::to_array<const char*>({"example", "example.org", "example.com", "example.net"});
    return Hex(3 + random_() % 6) + "." + Of(kEndings);
  }
  envelope::SipDialog Dialog(const envelope::Address& ours, const envelope::Address& theirs) {
    const bool microsoft = Chance(75);
    const std::string edge = (Chance(50) ? "sip." : "edge.") + theirs.domain + ":5061";
    envelope::SipDialog dialog;
    dialog.call_id = Hex(32);
    dialog.local_tag = Hex(16);
    dialog.remote_tag = microsoft || Chance(50) ? Hex(10) : Base64(8);
    dialog.local_uri = "sip:" + ours.local + "@" + ours.domain;
    dialog.remote_uri = "sip:" + theirs.local + "@" + theirs.domain;
    dialog.remote_target = dialog.remote_uri;
    dialog.edge = edge;
    dialog.local_cseq = 1 + static_cast<std::uint32_t>(random_() % 40);
    dialog.remote_cseq = 1 + static_cast<std::uint32_t>(random_() % 4);
    if (!microsoft) {
      dialog.remote_target += ";transport=tls";
      if (Chance(50)) dialog.route_set = {"<sip:" + edge + ";transport=tls;lr>"};
      return dialog;
    }
    dialog.remote_params = ";epid=" + Hex(10);
    dialog.remote_target += ";opaque=user:epid:" + Base64(22) + "AA;gruu";
    std::string tag = Hex(32);
    for (char& c : tag) c = static_cast<char>(c >= 'a' ? c - 'a' + 'A' : c);
    dialog.route_set = {"<sip:" + edge + ";transport=tls;lr;epid=" + Hex(6) +
                        ";ms-key-info=AAEAAQ;ms-route-sig=" + Base64(40) + ">;tag=" + tag};
    if (Chance(60)) dialog.format = envelope::PresenceFormat::kMsrtc;
    return dialog;
  }
  envelope::ResourcePresence Resource(bool xmpp, std::int64_t now) {
    static constexpr auto kResources = std::to_array<const char*>(
        {"laptop", "mobile", "desktop", "Gajim.", "Psi+", "Conversations.", "dino.", "converse.js-",
         "Swift", "home", "work", "Miranda", "profanity", "gajim."});
    static constexpr auto kNotes = std::to_array<const char*>(
        {"back soon", "In a meeting", "On the phone", "Out of office", "Lunch", "Inactive",
         "In a call", "working from home", "at home", "busy", "available", "travelling"});
    envelope::ResourcePresence presence;
    presence.resource = xmpp ? Of(kResources) + (Chance(50) ? Hex(8) : "") : "0";
    presence.available = true;
    presence.show = static_cast<envelope::Show>(random_() % 5);
    if (xmpp && Chance(70)) presence.priority = static_cast<std::int8_t>(random_() % 51);
    if (Chance(40)) presence.notes.push_back({Chance(30) ? "en" : "", Of(kNotes)});
    presence.since = WallTime(Duration(now - static_cast<std::int64_t>(random_() % 10'000'000)));
    return presence;
  }

  std::mt19937_64 random_{1};  // the same dictionary each time
};

}  // namespace

int main() {
  Maker maker;
  std::string samples;
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < kSamples; ++i) {
    const std::string record = maker.Record();
    samples += record;
    sizes.push_back(record.size());
  }
  std::vector<unsigned char> dictionary(kDictionaryBytes);
  const std::size_t size =
      ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), samples.data(), sizes.data(),
                            static_cast<unsigned>(sizes.size()));
  if (ZDICT_isError(size) || size < 8) {
    std::fprintf(stderr, "presence_dictionary: %s\n", ZDICT_getErrorName(size));
    return 1;
  }
  dictionary.resize(size);
  for (unsigned i = 0; i < 4; ++i) dictionary[4 + i] = i == 0 ? kDictionaryId : 0;  // RFC 8878 §5
  std::printf(
      "// What records have in common, for zstd (RFC 8878 §5). Made by "
      "bench/presence/dictionary.cc; "
      "never\n// changed: records are read with the dictionary they were written with.\n"
      "#pragma once\n\n#include <array>\n#include <cstdint>\n\nnamespace dragoman::store {\n\n"
      "// clang-format off\ninline constexpr std::array<std::uint8_t, %zu> kDictionary = {",
      size);
  for (std::size_t i = 0; i < size; ++i) {
    std::printf("%s0x%02x,", i % 16 == 0 ? "\n    " : "", dictionary[i]);
  }
  std::printf("\n};\n// clang-format on\n\n}  // namespace dragoman::store\n");
}
