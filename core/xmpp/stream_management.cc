#include "core/xmpp/stream_management.h"

#include <limits>

#include "core/base/cursor.h"

namespace dragoman::xmpp {

std::uint64_t Acknowledger::Take() {
  open_.push_back(false);
  return handled_ + open_.size();
}

void Acknowledger::Settle(std::uint64_t number) {
  if (number <= handled_ || number > handled_ + open_.size()) return;
  open_[number - handled_ - 1] = true;
  while (!open_.empty() && open_.front()) {
    open_.pop_front();
    ++handled_;
  }
  if (progress_) progress_();
}

bool Acknowledger::TakeDue() {
  if (asked_ == 0 || handled_ < asked_) return false;
  asked_ = 0;
  return true;
}

namespace {

xml::Element Make(std::string_view name) { return xml::Element(kManagementNs, name); }

std::string WithHandled(std::string_view name, std::string_view previous, std::uint32_t handled) {
  xml::Element element = Make(name);
  if (!previous.empty()) element.SetAttr("previd", previous);
  return xml::Print(element.SetAttr("h", std::to_string(handled)));
}

}  // namespace

std::string PrintEnable() { return xml::Print(Make("enable").SetAttr("resume", "true")); }

std::string PrintEnabled(std::string_view id) {
  xml::Element enabled = Make("enabled");
  if (!id.empty()) {
    enabled.SetAttr("id", id).SetAttr("resume", "true");
    enabled.SetAttr("max", std::to_string(kResumeMax / 1s));
  }
  return xml::Print(enabled);
}

std::string PrintResume(std::string_view previous, std::uint32_t handled) {
  return WithHandled("resume", previous, handled);
}

std::string PrintResumed(std::string_view previous, std::uint32_t handled) {
  return WithHandled("resumed", previous, handled);
}

std::string PrintFailed(std::string_view condition) {
  return xml::Print(
      Make("failed").Add(xml::Element("urn:ietf:params:xml:ns:xmpp-stanzas", condition)));
}

std::string PrintAck(std::uint32_t handled) { return WithHandled("a", {}, handled); }

Enabled ReadEnabled(const xml::Element& element) {
  return {WantsResume(element) ? std::string(element.Attr("id")) : std::string()};
}

bool WantsResume(const xml::Element& enable) {
  const std::string_view resume = enable.Attr("resume");
  return resume == "true" || resume == "1";
}

std::optional<std::uint32_t> ReadHandled(const xml::Element& element) {
  Cursor in(element.Attr("h"));
  const std::optional<std::uint64_t> number = in.TakeNumber();
  if (!number || !in.AtEnd() || *number > std::numeric_limits<std::uint32_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(*number);
}

}  // namespace dragoman::xmpp
