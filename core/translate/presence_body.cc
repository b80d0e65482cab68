#include "core/translate/presence_body.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/ocs/categories.h"
#include "core/ocs/presentity.h"
#include "core/sip/pidf.h"
#include "core/sip/xpidf.h"
#include "core/translate/address.h"
#include "core/translate/microsoft_presence.h"
#include "core/translate/sip_presence.h"
#include "core/translate/text.h"

namespace dragoman::translate {
namespace {

using envelope::PresenceFormat;
using envelope::ResourcePresence;
using Resources = std::vector<ResourcePresence>;
using Said = Result<std::optional<Resources>, NoPresence>;

using Order = std::array<PresenceFormat, 4>;
// Microsoft's own servers prefer their categories, which want a subscription to each of them: here
// they come last (ocs-dialect §4.6).
constexpr Order kPidfFirst = {PresenceFormat::kPidf, PresenceFormat::kMsrtc, PresenceFormat::kXpidf,
                              PresenceFormat::kCategories};
constexpr Order kMsrtcFirst = {PresenceFormat::kMsrtc, PresenceFormat::kPidf,
                               PresenceFormat::kXpidf, PresenceFormat::kCategories};

const Order& OrderOf(const policy::SipSettings& settings) {
  switch (settings.presence.notify_format) {
    case policy::NotifyFormat::kPidf:
      return kPidfFirst;
    case policy::NotifyFormat::kMsrtc:
      return kMsrtcFirst;
    case policy::NotifyFormat::kAuto:
      return settings.dialect == policy::Dialect::kStandard ? kPidfFirst : kMsrtcFirst;
  }
  return kPidfFirst;
}

std::string_view TypeOf(PresenceFormat format) {
  switch (format) {
    case PresenceFormat::kPidf:
      return sip::kPidfType;
    case PresenceFormat::kMsrtc:
      return ocs::kMsrtcPidfType;
    case PresenceFormat::kXpidf:
      return sip::kXpidfType;
    case PresenceFormat::kCategories:
      return ocs::kCategoriesType;
  }
  return sip::kPidfType;
}

// The language that all notes of all of them have; empty: there is no such.
std::string LanguageOf(const Resources& resources) {
  std::optional<std::string> language;
  for (const ResourcePresence& one : resources) {
    for (const envelope::Text& note : one.notes) {
      if (language && *language != note.lang) return {};
      language = note.lang;
    }
  }
  return language && IsLanguageTag(*language) ? *language : std::string();
}

// Whether `entity` names another user than `presentity`. What is no address names nobody.
bool IsAboutAnother(std::string_view entity, const envelope::Address& presentity) {
  std::string uri(entity);
  if (uri.find(':') == std::string::npos) uri.insert(0, "sip:");
  const auto named = ParseSipAddress(uri);
  return named && named->Bare() != presentity.Bare();
}

Said Malformed(std::string why) { return Fail(NoPresence{400, std::move(why)}); }

template <typename Document>
Said Take(const Result<Document, std::string>& document, std::string_view entity,
          const envelope::Address& presentity) {
  if (!document) return Malformed(document.error());
  if (IsAboutAnother(entity, presentity)) return Malformed("it is about somebody else");
  return ResourcesOf(*document);
}

Said ReadBody(const sip::Message& notify, const envelope::Address& presentity, WallTime now) {
  const std::string type = sip::MediaType(notify.Get("Content-Type"));
  if (type == sip::kPidfType) {
    const auto document = sip::ParsePidf(notify.body(), now);
    return Take(document, document ? document->entity : "", presentity);
  }
  if (type == ocs::kMsrtcPidfType) {
    const auto document = ocs::ParsePresentity(notify.body());
    return Take(document, document ? document->uri : "", presentity);
  }
  if (type == sip::kXpidfType) {
    const auto document = sip::ParseXpidf(notify.body());
    return Take(document, document ? document->uri : "", presentity);
  }
  if (type == ocs::kCategoriesType) {
    const auto document = ocs::ParseCategories(notify.body());
    return Take(document, document ? document->uri : "", presentity);
  }
  return Fail(NoPresence{415, {}});
}

}  // namespace

std::optional<PresenceFormat> FormatFor(const sip::Request& subscribe,
                                        const policy::SipSettings& settings) {
  if (subscribe.Count("Accept") == 0) return PresenceFormat::kPidf;
  for (const PresenceFormat format : OrderOf(settings)) {
    if (subscribe.Lists("Accept", TypeOf(format))) return format;
  }
  const bool anything =
      subscribe.Lists("Accept", "application/*") || subscribe.Lists("Accept", "*/*");
  if (anything) return PresenceFormat::kPidf;
  if (subscribe.Lists("Accept", "text/*")) return PresenceFormat::kMsrtc;
  return std::nullopt;
}

std::string_view AcceptedPresence(policy::Dialect dialect) {
  return dialect == policy::Dialect::kStandard ? "application/pidf+xml"
                                               : "application/pidf+xml, text/xml+msrtc.pidf";
}

PresenceBody WritePresence(PresenceFormat format, const envelope::Address& presentity,
                           std::string_view uri, const Resources& resources,
                           const policy::SipSettings& settings, WallTime now) {
  if (format == PresenceFormat::kPidf) {
    sip::PresenceDocument document = DocumentOf(presentity, resources, now);
    // Microsoft's readers want a SIP URI here (ocs-dialect §4.3).
    const bool standard = settings.dialect == policy::Dialect::kStandard;
    document.entity = standard ? PresUri(presentity) : std::string(uri);
    return {TypeOf(format), sip::PrintPidf(document), LanguageOf(resources)};
  }
  ResourcePresence best = MostAvailable(resources);
  best.notes.resize(std::min<std::size_t>(best.notes.size(), 1));
  const Telling telling{uri, now, settings.presence.dnd};
  PresenceBody body{TypeOf(format), {}, LanguageOf({best})};
  switch (format) {
    case PresenceFormat::kPidf:
    case PresenceFormat::kMsrtc:
      body.text = ocs::PrintPresentity(PresentityOf(best, telling));
      break;
    case PresenceFormat::kXpidf:
      body.text = sip::PrintXpidf(XpidfOf(best, telling));
      body.language.clear();  // it carries no note
      break;
    case PresenceFormat::kCategories:
      body.text = ocs::PrintCategories(CategoriesOf(best, telling));
      break;
  }
  return body;
}

Result<std::optional<Resources>, NoPresence> ReadPresence(const sip::Message& notify,
                                                          const envelope::Address& presentity,
                                                          WallTime now) {
  Said said = ReadBody(notify, presentity, now);
  if (!said || !*said) return said;
  const auto languages = notify.List("Content-Language");
  if (languages.size() != 1 || !IsLanguageTag(languages.front())) return said;
  for (ResourcePresence& one : **said) {
    for (envelope::Text& note : one.notes) {
      if (note.lang.empty()) note.lang = languages.front();  // PRES-8
    }
  }
  return said;
}

}  // namespace dragoman::translate
