// What a failure of the store is called to those who asked.
#pragma once

#include "core/policy/reason.h"
#include "presence-store/store.h"

namespace dragoman::router {

policy::Reason ReasonOf(store::StoreError error);

}  // namespace dragoman::router
