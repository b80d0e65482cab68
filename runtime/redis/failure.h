// Why a command has no result: the server refused it, or there is no server that could be asked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dragoman::runtime {

// What the caller has to know.
enum class RedisError : std::uint8_t {
  kUnavailable,  // it was not carried out, or its connection was lost: in doubt
  kTimeout,      // no answer in time: in doubt
  kRefused,      // an error reply: it was not carried out
};

// What an operator has to know. A closed set: the values of a metric's label.
enum class RedisReason : std::uint8_t {
  kUnresolved,   // the server's name has no address
  kUnreachable,  // no connection
  kLost,         // the connection ended
  kTimeout,      // no answer in time
  kProtocol,     // what came is no reply, or a longer one than is taken
  kOverloaded,   // too many commands in flight here
  kNotMaster,    // the server is a replica
  kNoMaster,     // no sentinel knows a master, no node a slot
  // Error replies
  kReadOnly,
  kMasterDown,
  kLoading,
  kNoReplicas,
  kOutOfMemory,
  kNoAuth,
  kWrongPassword,
  kNoPermission,
  kClusterDown,
  kTryAgain,
  kMoved,
  kAsk,
  kBusy,
  kNoScript,
  kMisconfigured,
  kOther,
};
std::string_view Name(RedisReason reason);  // "read-only"

struct RedisFailure {
  RedisError error = RedisError::kUnavailable;
  RedisReason reason = RedisReason::kLost;
  std::string detail;  // for people and logs
};

// What follows from an error reply, besides telling the caller.
enum class RedisRemedy : std::uint8_t {
  kNone,       // nothing that this side could do
  kReconnect,  // the master is another one by now: look for it
  kWait,       // the same node takes it in a moment
  kRedirect,   // another node takes it: it is named
};

struct RedisRefusal {
  RedisReason reason;
  RedisRemedy remedy;
  bool routine;  // part of normal work: nothing for a log
};

// `text`: an error reply without its '-', "LOADING Redis is loading the dataset in memory". Every
// text has a refusal; what no row knows is kOther.
RedisRefusal ClassifyRefusal(std::string_view text);

}  // namespace dragoman::runtime
