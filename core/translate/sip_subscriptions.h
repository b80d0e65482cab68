// SUBSCRIBE and NOTIFY on their way in. EVT-1..8, EVT-15, EVT-16; ocs-dialect §4.2.
#pragma once

#include "core/translate/sip_arrival.h"

namespace dragoman::translate {

SipIntake ReceiveSubscribe(const SipArrival& arrival);
SipIntake ReceiveNotify(const SipArrival& arrival);  // BENOTIFY too: an event without budget

}  // namespace dragoman::translate
