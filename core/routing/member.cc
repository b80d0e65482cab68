#include "core/routing/member.h"

namespace dragoman::routing {

std::string_view Name(Loss how) {
  switch (how) {
    case Loss::kClosed:
      return "closed";
    case Loss::kSilent:
      return "silent";
    case Loss::kDeaf:
      return "deaf";
    case Loss::kRestarted:
      return "restarted";
    case Loss::kAway:
      return "away";
  }
  return "unknown";
}

std::string_view Name(Objection why) {
  switch (why) {
    case Objection::kVersion:
      return "version";
    case Objection::kRole:
      return "role";
    case Objection::kDuplicate:
      return "duplicate";
    case Objection::kSender:
      return "sender";
    case Objection::kUnasked:
      return "unasked";
    case Objection::kStranger:
      return "stranger";
    case Objection::kUnknown:
      return "unknown";
    case Objection::kMalformed:
      return "malformed";
    case Objection::kTooMany:
      return "too-many";
  }
  return "unknown";
}

}  // namespace dragoman::routing
