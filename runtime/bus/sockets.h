// What both ends of the bus have in common: how their sockets are set up, and how frames are read.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "runtime/bus/zmq_handles.h"

namespace dragoman::runtime {

ZmqContext MakeBusContext();

// `type`: ZMQ_DEALER or ZMQ_ROUTER, with every limit and time of the bus.
ZmqSocket MakeBusSocket(void* context, int type);

// Reads up to a turn's worth of messages. `named`: each begins with the name of its connection
// (ROUTER). True: there may be more.
using OnPair = std::function<void(const std::string& peer, ZmqFrame& header, std::string payload)>;
bool DrainPairs(void* socket, bool named, const OnPair& on_pair);

}  // namespace dragoman::runtime
