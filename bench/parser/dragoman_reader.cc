#include "bench/parser/reader.h"
#include "core/sip/field_view.h"
#include "core/sip/framer.h"

namespace dragoman::bench {
namespace {

using sip::Framer;
using sip::HeaderName;
using sip::Message;
using sip::NameAddr;

const Message* MessageOf(const std::optional<Framer::Event>& event) {
  if (!event) return nullptr;
  if (const auto* request = std::get_if<sip::Request>(&*event)) return request;
  return std::get_if<sip::Response>(&*event);
}

class Framed : public Reader {
 public:
  std::string name() const override { return "dragoman"; }

  bool Read(std::string_view bytes) override {
    framer_.Feed(bytes, TimePoint{});
    const std::optional<Framer::Event> event = framer_.Poll();
    const Message* message = MessageOf(event);
    return message != nullptr && Examine(*message, *event) && !framer_.Poll();
  }

  Found Look(std::string_view bytes) override {
    framer_.Feed(bytes, TimePoint{});
    const std::optional<Framer::Event> event = framer_.Poll();
    const Message* message = MessageOf(event);
    if (message == nullptr) return {};
    const auto from = NameAddr::Parse(message->Get("From"));
    const auto cseq = sip::CSeq::Parse(message->Get("CSeq"));
    return {.call_id = std::string(message->Get("Call-ID")),
            .from_tag = from ? std::string(from->tag()) : "",
            .method = cseq ? cseq->method : "",
            .cseq = cseq ? cseq->number : 0,
            .vias = message->List("Via").size(),
            .contacts = message->List("Contact").size(),
            .record_routes = message->List("Record-Route").size(),
            .body_bytes = message->body().size()};
  }

 private:
  virtual bool Examine(const Message&, const Framer::Event&) { return true; }

  Framer framer_;  // one for all, as on a connection
};

class Validated : public Framed {
 public:
  std::string name() const override { return "dragoman+validate"; }

 private:
  bool Examine(const Message&, const Framer::Event& event) override {
    const auto* request = std::get_if<sip::Request>(&event);
    return request == nullptr || !sip::Validate(*request);
  }
};

class Typed : public Framed {
 public:
  std::string name() const override { return "dragoman+typed"; }

 private:
  static bool IsAddress(std::string_view text) {
    const auto address = sip::NameAddrView::Parse(text);
    return address && sip::UriView::Parse(address->uri);
  }

  bool Examine(const Message& message, const Framer::Event&) override {
    for (const sip::Header& header : message.headers()) {
      std::string_view list = header.value;
      switch (header.id) {
        case HeaderName::kVia:
          while (const auto value = sip::TakeListed(list)) {
            if (!sip::ViaView::Parse(*value)) return false;
          }
          break;
        case HeaderName::kFrom:
        case HeaderName::kTo:
          if (!IsAddress(list)) return false;
          break;
        case HeaderName::kContact:
        case HeaderName::kRecordRoute:
          while (const auto value = sip::TakeListed(list)) {
            if (!IsAddress(*value)) return false;
          }
          break;
        case HeaderName::kCSeq:
          if (!sip::CSeq::Parse(header.value)) return false;
          break;
        default:
          break;
      }
    }
    return true;
  }
};

}  // namespace

std::unique_ptr<Reader> MakeFramed() { return std::make_unique<Framed>(); }
std::unique_ptr<Reader> MakeValidated() { return std::make_unique<Validated>(); }
std::unique_ptr<Reader> MakeTyped() { return std::make_unique<Typed>(); }

}  // namespace dragoman::bench
