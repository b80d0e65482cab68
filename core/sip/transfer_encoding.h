// The transfer encodings of MIME parts, undone. RFC 2045 §6.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dragoman::sip {

// `encoding` is the value of Content-Transfer-Encoding; empty, 7bit, 8bit and binary change
// nothing. nullopt: an unknown encoding, or content that is not in it.
std::optional<std::string> DecodeTransfer(std::string_view encoding, std::string_view content);

}  // namespace dragoman::sip
