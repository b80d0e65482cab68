#include "core/routing/ledger.h"

#include <gtest/gtest.h>

namespace dragoman::routing {
namespace {

using envelope::Kind;
using envelope::Side;

const Ledger::Entry kChat{Side::kSip, Kind::kChat};

TEST(LedgerTest, WhatIsTakenIsInFlightUntilItEnds) {
  Ledger ledger;
  EXPECT_TRUE(ledger.Take({1}, kChat));
  EXPECT_TRUE(ledger.Take({2}, kChat));
  EXPECT_EQ(ledger.in_flight().at(kChat), 2u);
  EXPECT_EQ(ledger.Settle({1}), kChat);
  EXPECT_EQ(ledger.in_flight().at(kChat), 1u);
  EXPECT_EQ(ledger.Settle({2}), kChat);
  EXPECT_EQ(ledger.in_flight().at(kChat), 0u);  // still told, as nothing
  EXPECT_EQ(ledger.size(), 0u);
}

TEST(LedgerTest, NothingIsTakenOrEndedTwice) {
  Ledger ledger;
  EXPECT_TRUE(ledger.Take({1}, kChat));
  EXPECT_FALSE(ledger.Take({1}, {Side::kXmpp, Kind::kProbe}));
  EXPECT_EQ(ledger.Settle({1}), kChat);
  EXPECT_EQ(ledger.Settle({1}), std::nullopt);
  EXPECT_EQ(ledger.Settle({9}), std::nullopt);
}

}  // namespace
}  // namespace dragoman::routing
