#include "router/store_reason.h"

namespace dragoman::router {

using policy::Reason;
using store::StoreError;

Reason ReasonOf(StoreError error) {
  switch (error) {
    case StoreError::kUnavailable:
      return Reason::kStoreUnavailable;
    case StoreError::kTooMany:
      return Reason::kTooManySubscriptions;
    case StoreError::kConflict:
      return Reason::kOverloaded;
    case StoreError::kTooLarge:  // and will be the next time
      return Reason::kMessageTooLarge;
  }
  return Reason::kInternal;
}

}  // namespace dragoman::router
