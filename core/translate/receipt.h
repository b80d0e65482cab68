// Receipts across the border, without memory: XEP-0184 on one side, IMDN (RFC 5438) on the other.
// RCPT-1..8.
//
// What a receipt must find again is put into the id that it will name, sealed with the secret that
// all nodes share. So any node can take it up, also after a restart, and nothing has to be stored
// or to expire. An id that was not given by us, or was given between other users, does not open,
// and its receipt is ignored. The receiver learns nothing that it was not told in the message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/envelope/address.h"
#include "core/policy/reason.h"
#include "core/policy/settings.h"
#include "core/sip/cpim.h"
#include "core/sip/imdn.h"

namespace dragoman::translate {

inline constexpr std::size_t kReceiptBytesMax = 512;  // what may be sealed into one id

// A message of XMPP to SIP that wants a receipt.
struct AskedByXmpp {
  std::string resource;  // who asked, and
  std::string stanza_id;
  friend bool operator==(const AskedByXmpp&, const AskedByXmpp&) = default;
};

// A message of SIP to XMPP that wants news of its delivery.
struct AskedBySip {
  std::string message_id;  // imdn.Message-ID
  std::string date_time;
  bool delivered = false;  // which news
  bool failed = false;
  friend bool operator==(const AskedBySip&, const AskedBySip&) = default;
};

// The ids between two users, whatever their resources.
class ReceiptIds {
 public:
  ReceiptIds(const policy::Settings& settings, const envelope::Address& sip_user,
             const envelope::Address& xmpp_user);

  // Letters, digits, '-' and '_'. nullopt: too much to seal, or no secret.
  std::optional<std::string> Seal(const AskedByXmpp& asked) const;  // an imdn.Message-ID
  std::optional<std::string> Seal(const AskedBySip& asked) const;   // a stanza id

  std::optional<AskedByXmpp> OpenMessageId(std::string_view message_id) const;
  std::optional<AskedBySip> OpenStanzaId(std::string_view stanza_id) const;

 private:
  std::string Mac(std::string_view secret, std::string_view kind, std::string_view content) const;
  std::optional<std::string> Seal(std::string_view kind,
                                  const std::vector<std::string>& fields) const;
  std::optional<std::vector<std::string>> Open(std::string_view kind, std::string_view id,
                                               std::size_t fields) const;

  const policy::Settings& settings_;
  std::string pair_;
};

// RCPT-3: why a message failed, kNone for one that arrived; and what IMDN calls the reason.
policy::Reason ReasonOf(sip::Delivery delivery);
sip::Delivery DeliveryOf(policy::Reason reason);

}  // namespace dragoman::translate
