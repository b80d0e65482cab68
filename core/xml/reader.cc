#include "core/xml/reader.h"

#include <expat.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/ascii.h"

// Distributions carry this function back into versions that did not have it, so it may be missing
// from the header, or from the library that is found when the program starts.
extern "C" XML_Bool XML_SetReparseDeferralEnabled(XML_Parser parser, XML_Bool enabled)
    __attribute__((weak));

namespace dragoman::xml {
namespace {

constexpr char kSeparator = '\n';  // between namespace and name; cannot stand in either
constexpr std::string_view kDialbackNamespace = "jabber:server:dialback";

std::pair<std::string_view, std::string_view> SplitName(const char* expanded) {
  const std::string_view text(expanded);
  const std::size_t at = text.find(kSeparator);
  if (at == std::string_view::npos) return {{}, text};
  return {text.substr(0, at), text.substr(at + 1)};
}

}  // namespace

// The tree under construction and the counters in front of it.
class StreamReader::Impl {
 public:
  enum class Shape : std::uint8_t { kStream, kDocument };

  Impl(const Limits& limits, Shape shape)
      : limits_(limits), shape_(shape), parser_(XML_ParserCreateNS("UTF-8", kSeparator)) {
    XML_SetUserData(parser_, this);
    XML_SetStartElementHandler(parser_, &Impl::OnStart);
    XML_SetEndElementHandler(parser_, &Impl::OnEnd);
    XML_SetCharacterDataHandler(parser_, &Impl::OnText);
    XML_SetStartNamespaceDeclHandler(parser_, &Impl::OnNamespace);
    XML_SetXmlDeclHandler(parser_, &Impl::OnDeclaration);
    XML_SetStartDoctypeDeclHandler(parser_, &Impl::OnDoctype);
    XML_SetProcessingInstructionHandler(parser_, &Impl::OnInstruction);
    XML_SetCommentHandler(parser_, &Impl::OnComment);
    // Deferral holds a complete element back until more bytes come; a peer that sends in small
    // pieces would wait for ever (T-13).
    if (XML_SetReparseDeferralEnabled != nullptr) XML_SetReparseDeferralEnabled(parser_, XML_FALSE);
  }
  ~Impl() { XML_ParserFree(parser_); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::vector<Event> Feed(std::string_view bytes, bool last) {
    events_.clear();
    stanza_end_ = fed_;
    fed_ += bytes.size();
    if (!failed_ && !closed_) Parse(bytes, last);
    const std::size_t behind = fed_ - stanza_end_;
    trailing_ = !Trim(bytes.substr(bytes.size() - behind)).empty();
    return std::exchange(events_, {});
  }

  bool trailing() const { return trailing_; }
  void SetLimits(const Limits& limits) { limits_ = limits; }

 private:
  static Impl& Self(void* user) { return *static_cast<Impl*>(user); }

  void Parse(std::string_view bytes, bool last) {
    if (shape_ == Shape::kDocument && fed_ > limits_.stanza_bytes) return Fail(XmlError::kTooLarge);
    // Expat finds UTF-16 out by itself, whatever it was told; nothing of it passes without a NUL.
    const bool utf16 = fed_ == bytes.size() && !bytes.empty() && (bytes[0] & '\xFE') == '\xFE';
    if (utf16) return Fail(XmlError::kUnsupportedEncoding);
    const std::string_view clean = bytes.substr(0, bytes.find('\0'));
    const bool ends = last && clean.size() == bytes.size();
    const XML_Status status =
        XML_Parse(parser_, clean.data(), static_cast<int>(clean.size()), ends ? 1 : 0);
    if (closed_) return;
    if (status != XML_STATUS_OK && !failed_) return Fail(ErrorOfExpat());
    if (clean.size() < bytes.size()) {
      const std::size_t at = fed_ - bytes.size() + clean.size();
      return Fail(at < 2 ? XmlError::kUnsupportedEncoding : XmlError::kNotWellFormed);
    }
    // What expat still holds back: an element without end, a tag without end.
    if (fed_ - element_begin_ > BytesAllowed() || fed_ - token_end_ > limits_.tag_bytes) {
      Fail(XmlError::kTooLarge);
    }
  }

  // Every handler's first step: false if nothing more may be looked at.
  bool Advance() {
    if (failed_) return false;
    const std::size_t begin = static_cast<std::size_t>(XML_GetCurrentByteIndex(parser_));
    token_end_ = begin + static_cast<std::size_t>(XML_GetCurrentByteCount(parser_));
    if (token_end_ - element_begin_ > BytesAllowed()) Fail(XmlError::kTooLarge);
    return !failed_;
  }

  std::size_t BytesAllowed() const {
    const bool header = shape_ == Shape::kStream && !opened_;
    return header ? limits_.stream_header_bytes : limits_.stanza_bytes;
  }

  XmlError ErrorOfExpat() const {
    switch (XML_GetErrorCode(parser_)) {
      case XML_ERROR_UNKNOWN_ENCODING:
      case XML_ERROR_INCORRECT_ENCODING:
        return XmlError::kUnsupportedEncoding;
      case XML_ERROR_UNDEFINED_ENTITY:
        return XmlError::kRestricted;
      default:
        return XmlError::kNotWellFormed;
    }
  }

  void Fail(XmlError error) {
    if (failed_) return;
    failed_ = true;
    events_.push_back(Failed{error});
    XML_StopParser(parser_, XML_FALSE);
  }

  std::size_t depth() const { return open_.size() + (opened_ && shape_ == Shape::kStream ? 1 : 0); }

  static void OnNamespace(void* user, const char* prefix, const char* uri) {
    Impl& self = Self(user);
    if (self.failed_) return;
    if (++self.namespaces_ > self.limits_.namespaces) return self.Fail(XmlError::kTooLarge);
    if (prefix != nullptr && uri != nullptr && uri == kDialbackNamespace) {
      self.declares_dialback_ = true;
    }
  }

  static void OnStart(void* user, const char* name, const char** attributes) {
    Impl& self = Self(user);
    if (!self.Advance()) return;
    if (static_cast<std::size_t>(XML_GetCurrentByteCount(self.parser_)) > self.limits_.tag_bytes) {
      return self.Fail(XmlError::kTooLarge);
    }
    self.namespaces_ = 0;
    self.text_run_ = 0;
    auto [ns, local] = SplitName(name);
    if (local.size() > self.limits_.name_bytes || ns.size() > self.limits_.name_bytes) {
      return self.Fail(XmlError::kTooLarge);
    }
    Element element(ns, local);
    std::size_t count = 0;
    for (const char** at = attributes; *at != nullptr; at += 2) {
      auto [attribute_ns, attribute_name] = SplitName(at[0]);
      const std::string_view value(at[1]);
      if (++count > self.limits_.attributes || attribute_name.size() > self.limits_.name_bytes ||
          value.size() > self.limits_.text_bytes) {
        return self.Fail(XmlError::kTooLarge);
      }
      element.SetAttr(attribute_name, value, attribute_ns);
    }
    if (self.shape_ == Shape::kStream && !self.opened_) {
      self.opened_ = true;
      self.element_begin_ = self.token_end_;
      self.events_.push_back(Open{std::move(element), self.declares_dialback_});
      return;
    }
    if (++self.elements_ > self.limits_.elements || self.depth() + 1 > self.limits_.depth) {
      return self.Fail(XmlError::kTooLarge);
    }
    self.open_.push_back(std::move(element));
  }

  static void OnEnd(void* user, const char*) {
    Impl& self = Self(user);
    if (!self.Advance()) return;
    self.text_run_ = 0;
    if (self.open_.empty()) {  // the stream's own end tag; what follows is nobody's
      self.events_.push_back(Close{});
      self.closed_ = true;
      XML_StopParser(self.parser_, XML_FALSE);
      return;
    }
    Element done = std::move(self.open_.back());
    self.open_.pop_back();
    if (!self.open_.empty()) {
      self.open_.back().Add(std::move(done));
      return;
    }
    self.stanza_end_ = self.token_end_;
    self.events_.push_back(Stanza{std::move(done)});
    self.element_begin_ = self.token_end_;
    self.elements_ = 0;
  }

  static void OnText(void* user, const char* text, int length) {
    Impl& self = Self(user);
    if (!self.Advance()) return;
    const std::string_view run(text, static_cast<std::size_t>(length));
    if (self.open_.empty()) {
      // Between stanzas only white space may stand; it keeps a connection alive and costs nothing.
      if (Trim(run).empty()) {
        self.element_begin_ = self.token_end_;
        return;
      }
      return self.Fail(XmlError::kNotWellFormed);
    }
    self.text_run_ += run.size();
    if (self.text_run_ > self.limits_.text_bytes) return self.Fail(XmlError::kTooLarge);
    self.open_.back().AddText(run);
  }

  static void OnDeclaration(void* user, const char* version, const char* encoding, int) {
    Impl& self = Self(user);
    if (version == nullptr || (encoding != nullptr && !EqualsIgnoreCase(encoding, "UTF-8"))) {
      self.Fail(XmlError::kUnsupportedEncoding);
    }
  }
  static void OnDoctype(void* user, const char*, const char*, const char*, int) {
    Self(user).Fail(XmlError::kRestricted);
  }
  static void OnInstruction(void* user, const char*, const char*) {
    Self(user).Fail(XmlError::kRestricted);
  }
  static void OnComment(void* user, const char*) {
    // A document's comments say nothing and harm nobody; a stream's are forbidden.
    if (Self(user).shape_ == Shape::kStream) Self(user).Fail(XmlError::kRestricted);
  }

  Limits limits_;
  Shape shape_;
  XML_Parser parser_;
  std::vector<Event> events_;
  std::vector<Element> open_;
  // Offsets in bytes since the beginning.
  std::size_t fed_ = 0;
  std::size_t element_begin_ = 0;  // of the header, the stanza or the document being read
  std::size_t token_end_ = 0;      // of the last tag or text that expat handed over
  std::size_t stanza_end_ = 0;     // of the last Stanza
  std::size_t elements_ = 0;
  std::size_t namespaces_ = 0;
  std::size_t text_run_ = 0;
  bool opened_ = false;
  bool declares_dialback_ = false;
  bool failed_ = false;
  bool closed_ = false;  // the stream ended in order
  bool trailing_ = false;
};

StreamReader::StreamReader(const Limits& limits)
    : impl_(std::make_unique<Impl>(limits, Impl::Shape::kStream)) {}
StreamReader::~StreamReader() = default;
StreamReader::StreamReader(StreamReader&&) noexcept = default;
StreamReader& StreamReader::operator=(StreamReader&&) noexcept = default;

std::vector<StreamReader::Event> StreamReader::Feed(std::string_view bytes) {
  return impl_->Feed(bytes, false);
}
bool StreamReader::has_trailing_bytes() const { return impl_->trailing(); }
void StreamReader::SetLimits(const Limits& limits) { impl_->SetLimits(limits); }

Result<Element, XmlError> ParseDocument(std::string_view text, const Limits& limits) {
  StreamReader::Impl reader(limits, StreamReader::Impl::Shape::kDocument);
  std::vector<StreamReader::Event> events = reader.Feed(text, true);
  for (StreamReader::Event& event : events) {
    if (const auto* failed = std::get_if<StreamReader::Failed>(&event)) return Fail(failed->error);
  }
  for (StreamReader::Event& event : events) {
    if (auto* whole = std::get_if<StreamReader::Stanza>(&event)) return std::move(whole->element);
  }
  return Fail(XmlError::kNotWellFormed);
}

}  // namespace dragoman::xml
