#include "core/xmpp/jid.h"

#include <optional>
#include <utility>

#include "core/base/utf8.h"
#include "core/xmpp/precis.h"

namespace dragoman::xmpp {
namespace {

bool TooLong(std::string_view part) { return part.size() > kJidPartBytesMax; }

}  // namespace

Result<Jid, JidError> Jid::Parse(std::string_view text) {
  std::string_view local, resource;
  // Cut from the first '/', then up to the first '@' (RFC 7622 §3.1): both are data in a resource.
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    resource = text.substr(slash + 1);
    text = text.substr(0, slash);
    if (resource.empty()) return Fail(JidError::kEmptyPart);
  }
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    local = text.substr(0, at);
    text = text.substr(at + 1);
    if (local.empty()) return Fail(JidError::kEmptyPart);
  }
  return FromParts(local, text, resource);
}

Result<Jid, JidError> Jid::FromParts(std::string_view local, std::string_view domain,
                                     std::string_view resource) {
  if (domain.empty()) return Fail(JidError::kEmptyPart);
  if (TooLong(local) || TooLong(domain) || TooLong(resource)) return Fail(JidError::kPartTooLong);
  if (!IsUtf8(local) || !IsUtf8(domain) || !IsUtf8(resource)) return Fail(JidError::kBadUtf8);
  std::optional<Domain> prepared_domain = PrepareDomain(domain);
  if (!prepared_domain) return Fail(JidError::kBadDomain);
  std::optional<std::string> prepared_local = PrepareLocal(local);
  if (!prepared_local) return Fail(JidError::kBadLocal);
  std::optional<std::string> prepared_resource = PrepareResource(resource);
  if (!prepared_resource) return Fail(JidError::kBadResource);
  if (TooLong(*prepared_local) || TooLong(prepared_domain->unicode) ||
      TooLong(*prepared_resource)) {
    return Fail(JidError::kPartTooLong);  // preparation can make a string longer (T-15)
  }
  Jid jid;
  jid.local_ = *std::move(prepared_local);
  jid.domain_ = std::move(prepared_domain->unicode);
  jid.ascii_domain_ = std::move(prepared_domain->ascii);
  jid.resource_ = *std::move(prepared_resource);
  return jid;
}

Jid Jid::Bare() const {
  Jid bare = *this;
  bare.resource_.clear();
  return bare;
}

std::string Jid::ToString() const {
  std::string text;
  if (!local_.empty()) text = local_ + "@";
  text += domain_;
  if (!resource_.empty()) text += "/" + resource_;
  return text;
}

}  // namespace dragoman::xmpp
