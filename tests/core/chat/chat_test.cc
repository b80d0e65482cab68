// Conversations: sessions from SIP, and messages to SIP by session or page.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/chat/machine.h"
#include "core/chat/sending.h"
#include "tests/core/counting_random.h"

namespace dragoman::chat {
namespace {

using namespace std::chrono_literals;
using namespace envelope;
using policy::Dialect;
using policy::Reason;

constexpr WallTime kNow{Duration(1'000'000'000)};

Record NewRecord() {
  Record record;
  record.sip_user = {"romeo", "montague.example", {}};
  record.xmpp_user = {"juliet", "capulet.example", {}};
  return record;
}

SipDialog Session(const std::string& call_id, std::uint32_t remote_cseq = 1) {
  SipDialog dialog;
  dialog.call_id = call_id;
  dialog.local_tag = "ours";
  dialog.remote_tag = "theirs";
  dialog.remote_cseq = remote_cseq;
  return dialog;
}

Chat Words(std::optional<SipDialog> dialog = {}) {
  Chat chat;
  chat.bodies.push_back({"", "Ay me!"});
  chat.dialog = std::move(dialog);
  return chat;
}

const Outcome* AnswerOf(const Step& step) {
  for (const Effect& effect : step.effects) {
    if (const auto* answer = std::get_if<Answer>(&effect)) return &answer->outcome;
  }
  return nullptr;
}

const SipCommand* CommandOf(const Step& step) {
  for (const Effect& effect : step.effects) {
    if (const auto* to_sip = std::get_if<ToSip>(&effect)) return &to_sip->command;
  }
  return nullptr;
}

TEST(ConversationTest, IM22_AMessageOfAnUnknownDialogIsRefused) {
  const Step step = Advance(NewRecord(), Words(Session("nobody's")), kNow);
  ASSERT_NE(AnswerOf(step), nullptr);
  EXPECT_EQ(AnswerOf(step)->reason, Reason::kNoSuchDialog);
  EXPECT_FALSE(step.forward);
}

TEST(ConversationTest, AMessageInsideASessionGoesOnToXmpp) {
  Record record =
      Advance(NewRecord(), SessionOpen{.dialog = Session("a"), .subject = {}}, kNow).record;
  const Step step = Advance(record, Words(Session("a", 2)), kNow);
  ASSERT_TRUE(step.forward);
  EXPECT_EQ(step.forward->local, "juliet");
  EXPECT_EQ(step.record.dialogs.front().remote_cseq, 2u);
}

TEST(ConversationTest, SIP30_AnOlderCSeqIsRefused) {
  Record record =
      Advance(NewRecord(), SessionOpen{.dialog = Session("a", 5), .subject = {}}, kNow).record;
  const Step step = Advance(record, Words(Session("a", 4)), kNow);
  ASSERT_NE(AnswerOf(step), nullptr);
  EXPECT_EQ(AnswerOf(step)->reason, Reason::kOutOfOrder);
}

TEST(ConversationTest, TheNewestSessionIsWhereMessagesGoAndTheBoundHolds) {
  Record record = NewRecord();
  for (std::size_t i = 0; i <= kDialogsMax; ++i) {
    record = Advance(record, SessionOpen{.dialog = Session(std::to_string(i)), .subject = {}}, kNow)
                 .record;
  }
  EXPECT_EQ(record.dialogs.size(), kDialogsMax);
  EXPECT_EQ(record.dialogs.front().call_id, std::to_string(kDialogsMax));
}

TEST(ConversationTest, AByeIsAlwaysWelcomeAndEndsItsSession) {
  Record record =
      Advance(NewRecord(), SessionOpen{.dialog = Session("a"), .subject = {}}, kNow).record;
  const Step step = Advance(record, SessionClose{Session("a", 2)}, kNow);
  EXPECT_TRUE(AnswerOf(step)->accepted());
  EXPECT_TRUE(step.record.dialogs.empty());
  EXPECT_TRUE(AnswerOf(Advance(NewRecord(), SessionClose{Session("x")}, kNow))->accepted());
}

TEST(ConversationTest, AnIdleSessionIsEndedByBye) {
  Record record =
      Advance(NewRecord(), SessionOpen{.dialog = Session("a"), .subject = {}}, kNow).record;
  ASSERT_EQ(DueAt(record), kNow + kIdleMax);
  EXPECT_EQ(CommandOf(Advance(record, Due{}, kNow + kIdleMax - 1ms)), nullptr);
  const Step step = Advance(record, Due{}, kNow + kIdleMax);
  ASSERT_NE(CommandOf(step), nullptr);
  EXPECT_TRUE(std::holds_alternative<SessionClose>(CommandOf(step)->act));
  EXPECT_EQ(CommandOf(step)->dialog.local_cseq, 1u);
}

SipDialog Timed(const std::string& call_id, std::uint32_t seconds) {
  SipDialog dialog = Session(call_id);
  dialog.session_expires = seconds;
  return dialog;
}

TEST(ConversationTest, ASessionThatFellToUsIsRefreshedAtHalfItsInterval) {
  Record record =
      Advance(NewRecord(), SessionOpen{.dialog = Timed("a", 600), .subject = {}}, kNow).record;
  ASSERT_EQ(DueAt(record), kNow + 300s);
  EXPECT_EQ(CommandOf(Advance(record, Due{}, kNow + 299s)), nullptr);
  Step step = Advance(record, Due{}, kNow + 300s);
  ASSERT_NE(CommandOf(step), nullptr);
  EXPECT_TRUE(std::holds_alternative<SessionOpen>(CommandOf(step)->act));
  EXPECT_EQ(CommandOf(step)->dialog.local_cseq, 1u);
  EXPECT_EQ(step.record.dialogs.front().local_cseq, 1u);
  ASSERT_EQ(DueAt(step.record), kNow + 600s);

  Outcome done{.dialog = step.record.dialogs.front()};
  done.dialog->remote_target = "sip:elsewhere";
  done.dialog->session_expires = 0;  // the peer does it from now on
  step = Advance(step.record, CommandDone{*CommandOf(step), done}, kNow + 301s);
  EXPECT_EQ(step.record.dialogs.front().remote_target, "sip:elsewhere");
  EXPECT_EQ(DueAt(step.record), kNow + kIdleMax);  // a refresh is no activity
}

// A peer that grants a second would be refreshed at every tick.
TEST(ConversationTest, SEC_ASessionIsRefreshedNoOftenerThanTheMinimumAllows) {
  const std::pair<std::uint32_t, Duration> rows[] = {{1, 45s}, {89, 45s}, {90, 45s}, {100, 50s}};
  for (const auto& [seconds, after] : rows) {
    Record record =
        Advance(NewRecord(), SessionOpen{.dialog = Timed("a", seconds), .subject = {}}, kNow)
            .record;
    EXPECT_EQ(DueAt(record), kNow + after) << seconds;
    EXPECT_EQ(DueAt(Advance(record, Due{}, kNow + after).record), kNow + 2 * after) << seconds;
  }
}

TEST(ConversationTest, SIP32_ARefreshThatFindsNoSessionEndsIt) {
  for (const std::uint16_t status : {std::uint16_t{408}, std::uint16_t{481}, std::uint16_t{500}}) {
    Record record =
        Advance(NewRecord(), SessionOpen{.dialog = Timed("a", 600), .subject = {}}, kNow).record;
    const Step due = Advance(record, Due{}, kNow + 300s);
    Outcome refused;
    refused.reason = Reason::kSipRefused;
    refused.sip_status = status;
    const Step step = Advance(due.record, CommandDone{*CommandOf(due), refused}, kNow + 301s);
    EXPECT_EQ(step.record.dialogs.empty(), status != 500) << status;
  }
}

TEST(ConversationTest, SIP31_APeersRefreshMovesItsTarget) {
  Record record =
      Advance(NewRecord(), SessionOpen{.dialog = Session("a"), .subject = {}}, kNow).record;
  SipDialog moved = Session("a", 2);
  moved.remote_target = "sip:romeo@elsewhere";
  const Step step = Advance(record, SessionOpen{moved, {}, true}, kNow + 1min);
  ASSERT_TRUE(AnswerOf(step)->accepted());
  EXPECT_EQ(step.record.dialogs.front().remote_target, "sip:romeo@elsewhere");
  EXPECT_EQ(step.record.last_activity, kNow);
  EXPECT_EQ(AnswerOf(Advance(NewRecord(), SessionOpen{moved, {}, true}, kNow))->reason,
            Reason::kNoSuchDialog);
}

class SendingTest : public testing::Test {
 protected:
  SendContext Context(Dialect dialect = Dialect::kMicrosoft) { return {kNow, random_, dialect}; }
  static Outcome Confirmed(const SipCommand& invite) {
    Outcome outcome;
    outcome.dialog = invite.dialog;
    outcome.dialog->remote_tag = "theirs";
    return outcome;
  }
  static Outcome Refused(std::uint16_t status) {
    Outcome outcome;
    outcome.reason = Reason::kSipRefused;
    outcome.sip_status = status;
    return outcome;
  }
  CountingRandom random_;
  Sending sending_{{"juliet", "capulet.example", "balcony"}, Words()};
};

TEST_F(SendingTest, TheFirstMessageOpensASessionAndFollowsInIt) {
  Step step = sending_.Start(NewRecord(), Context());
  ASSERT_TRUE(std::holds_alternative<SessionOpen>(CommandOf(step)->act));
  EXPECT_EQ(AnswerOf(step), nullptr);
  step = sending_.OnOutcome(step.record, Confirmed(*CommandOf(step)), Context());
  ASSERT_NE(CommandOf(step), nullptr);
  EXPECT_TRUE(std::holds_alternative<Chat>(CommandOf(step)->act));
  EXPECT_EQ(CommandOf(step)->dialog.local_cseq, 2u);
  EXPECT_EQ(step.record.dialogs.front().local_cseq, 2u);  // ARCH-4: saved before it is sent
  step = sending_.OnOutcome(step.record, {}, Context());
  EXPECT_TRUE(AnswerOf(step)->accepted());
}

TEST_F(SendingTest, ASessionThatCannotBeRecordedIsTakenBack) {
  Step step = sending_.Start(NewRecord(), Context());
  EXPECT_FALSE(sending_.TakeBack(NewRecord().sip_user, Refused(486)));
  const Outcome opened = Confirmed(*CommandOf(step));
  const auto bye = sending_.TakeBack(NewRecord().sip_user, opened);
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->to, NewRecord().sip_user);
  EXPECT_TRUE(std::holds_alternative<SessionClose>(bye->command.act));
  EXPECT_EQ(bye->command.dialog.remote_tag, "theirs");
  EXPECT_EQ(bye->command.dialog.local_cseq, 2u);
  step = sending_.OnOutcome(step.record, opened, Context());
  EXPECT_FALSE(sending_.TakeBack(NewRecord().sip_user, {}));  // the message's, in the session
}

TEST_F(SendingTest, LaterMessagesStayInTheSession) {
  Record record = NewRecord();
  record.dialogs.push_back(Session("a"));
  const Step step = sending_.Start(record, Context());
  EXPECT_TRUE(std::holds_alternative<Chat>(CommandOf(step)->act));
  EXPECT_EQ(CommandOf(step)->dialog.call_id, "a");
  EXPECT_EQ(step.record.xmpp_resource, "balcony");
}

TEST_F(SendingTest, COMP6_TypingIsAPageOnlyForWhoMayBeTold) {
  for (const bool may_be_told : {false, true}) {
    for (const ChatStateKind kind : {ChatStateKind::kComposing, ChatStateKind::kGone}) {
      Sending typing{{"juliet", "capulet.example", "balcony"}, ChatState{kind, {}, {}}};
      SendContext context = Context(Dialect::kStandard);
      context.tell_typing = may_be_told;
      const Step step = typing.Start(NewRecord(), context);
      const bool carried = may_be_told && kind == ChatStateKind::kComposing;
      EXPECT_EQ(CommandOf(step) != nullptr, carried);
      EXPECT_EQ(AnswerOf(step) != nullptr, !carried);
    }
  }
}

TEST_F(SendingTest, L24_WhoOpenedTooManySessionsOpensNoMoreAndMayGoOnInOne) {
  SendContext context = Context();
  context.may_open = false;
  const Step refused = sending_.Start(NewRecord(), context);
  EXPECT_EQ(CommandOf(refused), nullptr);
  EXPECT_EQ(AnswerOf(refused)->reason, Reason::kTooManyConversations);
  Record record = NewRecord();
  record.dialogs.push_back(Session("a"));
  EXPECT_NE(CommandOf(Sending{{"juliet", "capulet.example", {}}, Words()}.Start(record, context)),
            nullptr);
}

TEST_F(SendingTest, SIP32_ASessionThatGivesNoAnswerEndsAndTheMessageIsRefused) {
  Record record = NewRecord();
  record.dialogs.push_back(Session("a"));
  Step step = sending_.Start(record, Context());
  Outcome silent;
  silent.reason = Reason::kRemoteServerTimeout;
  step = sending_.OnOutcome(step.record, silent, Context());
  EXPECT_EQ(CommandOf(step), nullptr);
  EXPECT_EQ(AnswerOf(step)->reason, Reason::kRemoteServerTimeout);
  EXPECT_TRUE(step.record.dialogs.empty());
}

TEST_F(SendingTest, ASessionWhoseEdgeIsGoneIsReplacedAndTheMessageSentThere) {
  Record record = NewRecord();
  record.dialogs.push_back(Session("a"));
  Step step = sending_.Start(record, Context());
  Outcome unsent;
  unsent.reason = Reason::kEdgeUnreachable;
  step = sending_.OnOutcome(step.record, unsent, Context());
  ASSERT_NE(CommandOf(step), nullptr);
  EXPECT_TRUE(std::holds_alternative<SessionOpen>(CommandOf(step)->act));
}

TEST_F(SendingTest, ADanglingSessionIsReplacedOnceAndOnlyOnce) {
  Record record = NewRecord();
  record.dialogs.push_back(Session("a"));
  Step step = sending_.Start(record, Context());
  step = sending_.OnOutcome(step.record, Refused(481), Context());
  ASSERT_TRUE(std::holds_alternative<SessionOpen>(CommandOf(step)->act));
  step = sending_.OnOutcome(step.record, Confirmed(*CommandOf(step)), Context());
  step = sending_.OnOutcome(step.record, Refused(481), Context());
  ASSERT_NE(AnswerOf(step), nullptr);
  EXPECT_EQ(AnswerOf(step)->sip_status, 481);
}

TEST_F(SendingTest, TheStandardDialectSendsPages) {
  const Step step = sending_.Start(NewRecord(), Context(Dialect::kStandard));
  EXPECT_TRUE(std::holds_alternative<Chat>(CommandOf(step)->act));
  EXPECT_TRUE(CommandOf(step)->dialog.call_id.empty());
}

TEST_F(SendingTest, AutoTriesASessionAndFallsBackToPages) {
  Step step = sending_.Start(NewRecord(), Context(Dialect::kAuto));
  ASSERT_TRUE(std::holds_alternative<SessionOpen>(CommandOf(step)->act));
  step = sending_.OnOutcome(step.record, Refused(488), Context(Dialect::kAuto));
  ASSERT_TRUE(std::holds_alternative<Chat>(CommandOf(step)->act));
  EXPECT_EQ(step.record.mode, Mode::kPage);
}

TEST_F(SendingTest, ARefusedInvitationIsTheMessagesAnswer) {
  Step step = sending_.Start(NewRecord(), Context());
  step = sending_.OnOutcome(step.record, Refused(486), Context());
  ASSERT_NE(AnswerOf(step), nullptr);
  EXPECT_EQ(AnswerOf(step)->sip_status, 486);
}

TEST_F(SendingTest, COMP6_TypingOpensNoSession) {
  Sending typing{{"juliet", "capulet.example", {}}, ChatState{ChatStateKind::kComposing, {}, {}}};
  const Step step = typing.Start(NewRecord(), Context());
  EXPECT_EQ(CommandOf(step), nullptr);
  EXPECT_TRUE(AnswerOf(step)->accepted());
}

}  // namespace
}  // namespace dragoman::chat
