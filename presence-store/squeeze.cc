#include "presence-store/squeeze.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "core/base/ascii.h"

namespace dragoman::store {
namespace {

constexpr std::string_view kSame = "=";

// Its SIP URI, where that is the address as it stands; empty otherwise.
std::string UriOf(const envelope::Address& address) {
  const bool plain = !address.local.empty() && std::ranges::all_of(address.local, [](char c) {
    return IsAlpha(c) || IsDigit(c) || c == '.' || c == '-' || c == '_';
  });
  return plain ? "sip:" + address.local + "@" + address.domain : std::string();
}

// The Edge as its own entry begins: "<sip:sip.contoso.com:5061;".
std::string_view EdgeOf(const bus::SipDialog& dialog) {
  constexpr std::string_view kBegin = "<sip:";
  if (dialog.route_set().empty()) return {};
  const std::string_view route = dialog.route_set(0);
  const std::size_t end = route.find(';');
  if (!route.starts_with(kBegin) || end == std::string_view::npos) return {};
  return route.substr(kBegin.size(), end - kBegin.size());
}

}  // namespace

void Squeeze(bus::SipDialog& dialog, const envelope::Address& ours,
             const envelope::Address& theirs) {
  const std::string local = UriOf(ours);
  const std::string remote = UriOf(theirs);
  if (!remote.empty() && dialog.remote_target().starts_with(remote))
    dialog.set_remote_target(std::string(kSame) + dialog.remote_target().substr(remote.size()));
  if (!local.empty() && dialog.local_uri() == local) dialog.set_local_uri(std::string(kSame));
  if (!remote.empty() && dialog.remote_uri() == remote) dialog.set_remote_uri(std::string(kSame));
  const std::string_view edge = EdgeOf(dialog);
  if (!edge.empty() && dialog.edge() == edge) dialog.set_edge(std::string(kSame));
}

void Expand(bus::SipDialog& dialog, const envelope::Address& ours,
            const envelope::Address& theirs) {
  if (dialog.local_uri() == kSame) dialog.set_local_uri(UriOf(ours));
  if (dialog.remote_uri() == kSame) dialog.set_remote_uri(UriOf(theirs));
  if (dialog.remote_target().starts_with(kSame))
    dialog.set_remote_target(UriOf(theirs) + dialog.remote_target().substr(kSame.size()));
  if (dialog.edge() == kSame) dialog.set_edge(std::string(EdgeOf(dialog)));
}

}  // namespace dragoman::store
