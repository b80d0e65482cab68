// A server on the loop of the test that answers as the test says: what no real one does on demand.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/net/listener.h"
#include "runtime/redis/reply_reader.h"

namespace dragoman::runtime {

class ScriptedRedis {
 public:
  // The reply to a command, as it goes on the wire. "": none; nullopt: the connection is closed
  // instead.
  using Answer = std::function<std::optional<std::string>(const std::vector<std::string>& words)>;

  // PING is answered, unless there is a `greeting`: that is said to everybody, unasked.
  ScriptedRedis(Loop& loop, Answer answer, std::optional<std::string> greeting = {})
      : answer_(std::move(answer)), mute_(greeting.has_value()) {
    auto listening = Listener::Listen(
        loop, "127.0.0.1:0",
        [this, greeting = greeting.value_or("")](std::unique_ptr<Listener::Pending> pending) {
          clients_.push_back(std::make_unique<Client>(*this));
          clients_.back()->Adopt(*pending, greeting);
        });
    listener_ = *std::move(listening);
  }

  policy::HostPort where() const {
    return {"127.0.0.1", static_cast<std::uint16_t>(listener_->port())};
  }
  std::size_t heard(const std::string& verb) const {
    const auto found = heard_.find(verb);
    return found == heard_.end() ? 0 : found->second;
  }

  // The reply to CLUSTER SLOTS by which `masters` own as many slots each from 0 on, the last one
  // the rest.
  static std::string Slots(const std::vector<policy::HostPort>& masters) {
    std::string reply = "*" + std::to_string(masters.size()) + "\r\n";
    for (std::size_t i = 0; i < masters.size(); ++i) {
      const bool last = i + 1 == masters.size();
      reply += "*3\r\n:" + std::to_string(i) + "\r\n:" + std::to_string(last ? 16383 : i) +
               "\r\n*2\r\n$" + std::to_string(masters[i].host.size()) + "\r\n" + masters[i].host +
               "\r\n:" + std::to_string(masters[i].port) + "\r\n";
    }
    return reply;
  }

 private:
  class Client : private ConnectionOwner {
   public:
    explicit Client(ScriptedRedis& server) : server_(server) {}
    void Adopt(Listener::Pending& pending, const std::string& greeting) {
      connection_ = pending.Adopt(*this);
      connection_->Write(greeting);
    }

   private:
    void OnBytes(std::string_view bytes) override {
      requests_.Feed(bytes);
      while (const auto request = requests_.Next()) {  // a request is an array of strings
        std::vector<std::string> words;
        for (const RedisReply& word : *(*request)->items()) words.push_back(*word.text());
        ++server_.heard_[words.front()];
        const std::optional<std::string> reply = words.front() == "PING" && !server_.mute_
                                                     ? std::string("+PONG\r\n")
                                                     : server_.answer_(words);
        if (!reply) return connection_->Abort();
        connection_->Write(*reply);
      }
    }
    void OnClosed(const CloseInfo&) override {}

    ScriptedRedis& server_;
    ReplyReader requests_;
    std::unique_ptr<Connection> connection_;
  };

  Answer answer_;
  bool mute_;
  std::map<std::string, std::size_t> heard_;
  std::unique_ptr<Listener> listener_;
  std::vector<std::unique_ptr<Client>> clients_;
};

}  // namespace dragoman::runtime
