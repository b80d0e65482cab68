#include "core/translate/errors.h"

#include <gtest/gtest.h>

#include <set>

namespace dragoman::translate {
namespace {

using policy::Reason;
using xmpp::Condition;
using xmpp::ErrorType;

envelope::Outcome Failed(Reason reason, std::uint16_t sip_status = 0) {
  envelope::Outcome outcome;
  outcome.reason = reason;
  outcome.sip_status = sip_status;
  return outcome;
}

struct StatusTest {
  std::uint16_t status;
  Condition condition;
  ErrorType type;
};

// Requirements §18.2, row by row.
const StatusTest kStatusTests[] = {
    {300, Condition::kRedirect, ErrorType::kModify},
    {301, Condition::kItemNotFound, ErrorType::kCancel},  // ERR-2: no address to name
    {302, Condition::kRedirect, ErrorType::kModify},
    {305, Condition::kRedirect, ErrorType::kModify},
    {380, Condition::kNotAcceptable, ErrorType::kModify},
    {399, Condition::kRedirect, ErrorType::kModify},
    {400, Condition::kBadRequest, ErrorType::kModify},
    {401, Condition::kNotAuthorized, ErrorType::kAuth},
    {402, Condition::kBadRequest, ErrorType::kModify},
    {403, Condition::kForbidden, ErrorType::kAuth},
    {404, Condition::kItemNotFound, ErrorType::kCancel},
    {405, Condition::kFeatureNotImplemented, ErrorType::kCancel},
    {406, Condition::kNotAcceptable, ErrorType::kModify},
    {407, Condition::kRegistrationRequired, ErrorType::kAuth},
    {408, Condition::kRemoteServerTimeout, ErrorType::kWait},
    {410, Condition::kGone, ErrorType::kCancel},
    {413, Condition::kPolicyViolation, ErrorType::kModify},
    {414, Condition::kPolicyViolation, ErrorType::kModify},
    {415, Condition::kNotAcceptable, ErrorType::kModify},
    {416, Condition::kNotAcceptable, ErrorType::kModify},
    {420, Condition::kFeatureNotImplemented, ErrorType::kCancel},
    {421, Condition::kNotAcceptable, ErrorType::kModify},
    {423, Condition::kResourceConstraint, ErrorType::kWait},
    {430, Condition::kRecipientUnavailable, ErrorType::kWait},
    {439, Condition::kFeatureNotImplemented, ErrorType::kCancel},
    {440, Condition::kPolicyViolation, ErrorType::kModify},
    {480, Condition::kRecipientUnavailable, ErrorType::kWait},
    {481, Condition::kItemNotFound, ErrorType::kCancel},
    {482, Condition::kNotAcceptable, ErrorType::kModify},
    {483, Condition::kNotAcceptable, ErrorType::kModify},
    {484, Condition::kItemNotFound, ErrorType::kCancel},
    {485, Condition::kItemNotFound, ErrorType::kCancel},
    {486, Condition::kRecipientUnavailable, ErrorType::kWait},
    {487, Condition::kRecipientUnavailable, ErrorType::kWait},
    {488, Condition::kNotAcceptable, ErrorType::kModify},
    {489, Condition::kPolicyViolation, ErrorType::kModify},
    {491, Condition::kUnexpectedRequest, ErrorType::kWait},
    {493, Condition::kBadRequest, ErrorType::kModify},
    {499, Condition::kBadRequest, ErrorType::kModify},
    {500, Condition::kInternalServerError, ErrorType::kCancel},
    {501, Condition::kFeatureNotImplemented, ErrorType::kCancel},
    {502, Condition::kRemoteServerNotFound, ErrorType::kCancel},
    {503, Condition::kInternalServerError, ErrorType::kCancel},
    {504, Condition::kRemoteServerTimeout, ErrorType::kWait},
    {505, Condition::kNotAcceptable, ErrorType::kModify},
    {513, Condition::kPolicyViolation, ErrorType::kModify},
    {599, Condition::kInternalServerError, ErrorType::kCancel},
    {600, Condition::kRecipientUnavailable, ErrorType::kWait},
    {603, Condition::kRecipientUnavailable, ErrorType::kWait},
    {604, Condition::kItemNotFound, ErrorType::kCancel},
    {606, Condition::kNotAcceptable, ErrorType::kModify},
    {699, Condition::kRecipientUnavailable, ErrorType::kWait},
};

TEST(ErrorsTest, ERR1_EachStatusHasItsConditionAndType) {
  for (const StatusTest& row : kStatusTests) {
    EXPECT_EQ(XmppErrorOf(row.status), (XmppError{row.condition, row.type})) << row.status;
  }
}

TEST(ErrorsTest, EveryReasonHasOneRowOnBothWires) {
  std::set<Reason> seen;
  for (const ReasonRow& row : ReasonRows()) {
    EXPECT_TRUE(seen.insert(row.reason).second) << policy::Name(row.reason);
    EXPECT_GE(row.status, 400) << policy::Name(row.reason);
    EXPECT_NE(row.status, 503) << policy::Name(row.reason);  // ARCH-15
    EXPECT_NE(row.status, 408) << policy::Name(row.reason);  // SIP-16
  }
  for (std::uint32_t code = 1; code < 65'536; ++code) {
    if (const auto reason = policy::ReasonFromCode(code)) {
      EXPECT_TRUE(seen.contains(*reason)) << policy::Name(*reason);
    }
  }
}

TEST(ErrorsTest, ThePeersOwnStatusCountsBeforeTheReason) {
  EXPECT_EQ(XmppErrorOf(Failed(Reason::kSipRefused, 486)),
            (XmppError{Condition::kRecipientUnavailable, ErrorType::kWait}));
  EXPECT_EQ(XmppErrorOf(Failed(Reason::kSipRefused, 403)),
            (XmppError{Condition::kForbidden, ErrorType::kAuth}));
  EXPECT_EQ(XmppErrorOf(Failed(Reason::kStoreUnavailable)),
            (XmppError{Condition::kResourceConstraint, ErrorType::kWait}));
}

TEST(ErrorsTest, AnInviteIsRefusedInItsOwnWords) {
  EXPECT_EQ(SipStatusOf(Failed(Reason::kUnsupportedMedia), RequestKind::kInvite), 488);
  EXPECT_EQ(SipStatusOf(Failed(Reason::kUnsupportedMedia), RequestKind::kOther), 415);
  EXPECT_EQ(SipStatusOf(Failed(Reason::kDeadline), RequestKind::kInvite), 408);
  EXPECT_EQ(SipStatusOf(Failed(Reason::kDeadline), RequestKind::kOther), 504);
}

struct RefusalTest {
  Condition condition;
  Reason reason;
};

// Requirements §8.3: noresource, rejected, giveup and probation stay apart.
const RefusalTest kRefusals[] = {
    {Condition::kItemNotFound, Reason::kItemNotFound},
    {Condition::kGone, Reason::kItemNotFound},
    {Condition::kJidMalformed, Reason::kItemNotFound},
    {Condition::kRemoteServerNotFound, Reason::kRemoteServerNotFound},
    {Condition::kForbidden, Reason::kForbidden},
    {Condition::kNotAuthorized, Reason::kForbidden},
    {Condition::kNotAllowed, Reason::kForbidden},
    {Condition::kPolicyViolation, Reason::kForbidden},
    {Condition::kRegistrationRequired, Reason::kForbidden},
    {Condition::kSubscriptionRequired, Reason::kForbidden},
    {Condition::kServiceUnavailable, Reason::kUnsupportedRequest},
    {Condition::kFeatureNotImplemented, Reason::kUnsupportedRequest},
    {Condition::kNotAcceptable, Reason::kUnsupportedMedia},
    {Condition::kRemoteServerTimeout, Reason::kRemoteServerTimeout},
    {Condition::kInternalServerError, Reason::kRecipientUnavailable},
    {Condition::kResourceConstraint, Reason::kOverloaded},
    {Condition::kRecipientUnavailable, Reason::kRecipientUnavailable},
    {Condition::kUndefinedCondition, Reason::kRecipientUnavailable},
    {Condition::kUnexpectedRequest, Reason::kRecipientUnavailable},
};

TEST(ErrorsTest, SUB8_3_KeepsTheFourKindsOfRefusalApart) {
  for (const RefusalTest& row : kRefusals) EXPECT_EQ(ReasonOf(row.condition), row.reason);
}

}  // namespace
}  // namespace dragoman::translate
