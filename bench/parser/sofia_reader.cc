#include <sofia-sip/msg.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>

#include "bench/parser/reader.h"

namespace dragoman::bench {
namespace {

struct DestroyMessage {
  void operator()(msg_t* message) const { msg_destroy(message); }
};
using SofiaMessage = std::unique_ptr<msg_t, DestroyMessage>;

SofiaMessage Parse(std::string_view bytes) {
  return SofiaMessage(
      msg_make(sip_default_mclass(), 0, bytes.data(), static_cast<ssize_t>(bytes.size())));
}

// The whole message was taken and nothing of it is in the list of broken headers.
bool IsGood(const sip_t* sip) {
  return sip != nullptr && sip->sip_error == nullptr && sip->sip_from != nullptr &&
         sip->sip_to != nullptr && sip->sip_call_id != nullptr && sip->sip_cseq != nullptr &&
         sip->sip_via != nullptr;
}

std::string Text(const char* text) { return text != nullptr ? text : ""; }

class Sofia : public Reader {
 public:
  std::string name() const override { return "sofia-sip"; }

  bool Read(std::string_view bytes) override {
    const SofiaMessage message = Parse(bytes);
    return message != nullptr && IsGood(sip_object(message.get()));
  }

  Found Look(std::string_view bytes) override {
    const SofiaMessage message = Parse(bytes);
    const sip_t* sip = message != nullptr ? sip_object(message.get()) : nullptr;
    if (!IsGood(sip)) return {};
    Found found{.call_id = Text(sip->sip_call_id->i_id),
                .from_tag = Text(sip->sip_from->a_tag),
                .method = Text(sip->sip_cseq->cs_method_name),
                .cseq = sip->sip_cseq->cs_seq};
    for (const sip_via_t* via = sip->sip_via; via != nullptr; via = via->v_next) ++found.vias;
    for (const sip_contact_t* it = sip->sip_contact; it != nullptr; it = it->m_next) {
      ++found.contacts;
    }
    for (const sip_record_route_t* it = sip->sip_record_route; it != nullptr; it = it->r_next) {
      ++found.record_routes;
    }
    found.body_bytes = sip->sip_payload != nullptr ? sip->sip_payload->pl_len : 0;
    return found;
  }
};

}  // namespace

std::unique_ptr<Reader> MakeSofia() { return std::make_unique<Sofia>(); }

}  // namespace dragoman::bench
