// The dialog of the SIP side and the one that travels on the bus: the same fields, and the two that
// only the bus knows (Edge, event id). ARCH-3.
#pragma once

#include <optional>
#include <string_view>

#include "core/envelope/payload.h"
#include "core/policy/settings.h"
#include "core/sip/dialog.h"

namespace dragoman::translate {

sip::Dialog ToSip(const envelope::SipDialog& dialog);
// `dialog` with what `changed` says; Edge and event id stay.
envelope::SipDialog Updated(envelope::SipDialog dialog, const sip::Dialog& changed);

// The dialog that an INVITE or SUBSCRIBE without To tag opens, `local_tag` being ours, or the one
// that a request with a To tag belongs to. nullopt: no usable Contact where one is needed (400).
std::optional<envelope::SipDialog> DialogOf(const sip::Request& request, std::string_view local_tag,
                                            std::string_view edge);

// The To tag; empty outside dialogs.
std::string ToTag(const sip::Request& request);

// Whether a NOTIFY or BENOTIFY is the last of its subscription (RFC 6665 §4.1.3): no later one
// makes up for it.
bool EndsSubscription(const sip::Request& notify);

sip::Self SelfOf(const policy::Settings& settings);

}  // namespace dragoman::translate
