#include <osipparser2/osip_parser.h>

#include "bench/parser/reader.h"

namespace dragoman::bench {
namespace {

struct FreeMessage {
  void operator()(osip_message_t* message) const { osip_message_free(message); }
};
using OsipMessage = std::unique_ptr<osip_message_t, FreeMessage>;

OsipMessage Parse(std::string_view bytes) {
  osip_message_t* message = nullptr;
  if (osip_message_init(&message) != 0) return nullptr;
  OsipMessage owned(message);
  if (osip_message_parse(message, bytes.data(), bytes.size()) != 0) return nullptr;
  return owned;
}

std::string Text(const char* text) { return text != nullptr ? text : ""; }

class Osip : public Reader {
 public:
  Osip() { parser_init(); }
  std::string name() const override { return "libosip2"; }
  bool Read(std::string_view bytes) override { return Parse(bytes) != nullptr; }

  Found Look(std::string_view bytes) override {
    const OsipMessage message = Parse(bytes);
    if (message == nullptr) return {};
    char* call_id = nullptr;
    osip_call_id_to_str(message->call_id, &call_id);
    osip_generic_param_t* tag = nullptr;
    osip_from_get_tag(message->from, &tag);
    osip_body_t* body = nullptr;
    osip_message_get_body(message.get(), 0, &body);
    Found found{.call_id = Text(call_id),
                .from_tag = tag != nullptr ? Text(tag->gvalue) : "",
                .method = Text(osip_cseq_get_method(message->cseq)),
                .cseq = std::stoul(Text(osip_cseq_get_number(message->cseq))),
                .vias = Size(message->vias),
                .contacts = Size(message->contacts),
                .record_routes = Size(message->record_routes),
                .body_bytes = body != nullptr ? body->length : 0};
    osip_free(call_id);
    return found;
  }

 private:
  static std::size_t Size(const osip_list_t& list) {
    return static_cast<std::size_t>(osip_list_size(&list));
  }
};

}  // namespace

std::unique_ptr<Reader> MakeOsip() { return std::make_unique<Osip>(); }

}  // namespace dragoman::bench
