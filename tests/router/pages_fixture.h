// The pages on a store of their own, with a process behind them that the test plays.
#pragma once

#include <google/protobuf/util/json_util.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "presence-store/records.h"
#include "router/subscription_pages.h"
#include "tests/presence-store/store_fixture.h"
#include "tests/router/records.h"

namespace dragoman::router {

class PagesTest : public store::StoreTest {
 protected:
  using Query = std::map<std::string, std::string>;

  runtime::AdminAnswer Ask(const std::string& page, Query query, bool post = false) {
    std::optional<runtime::AdminAnswer> answer;
    pages_.Pages().at(page)({post, std::move(query)}, [&](runtime::AdminAnswer told) {
      EXPECT_FALSE(answer) << "a second answer";
      answer = std::move(told);
    });
    EXPECT_TRUE(bench_.Until([&] { return answer.has_value(); }));
    return answer.value_or(runtime::AdminAnswer{0, {}, {}});
  }
  runtime::AdminAnswer Post(const std::string& page, Query query) {
    return Ask(page, std::move(query), true);
  }

  template <typename Message>
  static Message Read(const runtime::AdminAnswer& answer) {
    Message message;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(answer.body, &message).ok())
        << answer.body;
    EXPECT_EQ(answer.type, "application/json");
    return message;
  }
  // "400 malformed"; of what was done "200 ".
  static std::string Told(const runtime::AdminAnswer& answer) {
    return std::to_string(answer.status) + " " + Read<admin::Done>(answer).reason();
  }

  void Given(const presence::Record& record) {
    const store::RecordKey key = Watches(record.watcher, record.presentity);
    MustSave(*one_, key, {.bytes = store::Encode(record), .pending = presence::IsPending(record)});
  }
  void Given(const envelope::Address& watcher, const envelope::Address& presentity,
             presence::State state) {
    Given(RecordFor(Watches(watcher, presentity), state));
  }
  void Garbage(const store::RecordKey& key) {
    server_->Ask({"HSET", store::HashOf(key), store::FieldOf(key), "garbage"});
  }

  static Query Pair(const envelope::Address& watcher, const envelope::Address& presentity) {
    return {{"watcher", ToString(watcher)}, {"presentity", ToString(presentity)}};
  }

  // What the process does with an event; by default it takes it and saves nothing.
  using OnActed = SubscriptionPages::Powers::OnActed;
  std::function<void(const store::RecordKey&, OnActed)> carry_out_ =
      [](const store::RecordKey&, const OnActed& done) { done(policy::Reason::kNone); };
  std::vector<std::pair<store::RecordKey, presence::Event>> acted_;
  admin::Path path_;
  SubscriptionPages pages_{
      *other_,  // another router's: what it knows comes from Redis
      {.act =
           [this](const store::RecordKey& key, presence::Event event, auto done) {
             acted_.emplace_back(key, std::move(event));
             carry_out_(key, std::move(done));
           },
       .path = [this](const auto&, const auto&) { return path_; },
       .is_sip = [](const std::string& domain) { return domain == "montague.example"; },
       .partner = [](const std::string& domain) -> std::string {
         return domain.ends_with("capulet.example") ? "verona" : "";
       }}};
};

}  // namespace dragoman::router
