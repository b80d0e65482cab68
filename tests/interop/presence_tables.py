"""The rows of tables 8.1 and 8.2, and which tests play each.

`interop` names tests between real servers (without `test_`), each of which is played with Prosody and with ejabberd; `unit` those of
tests/core/presence. No real clock and no server that we have reaches what stands under UNREACHED; the unit tests do.
"""

import dataclasses

UNREACHED = {
    "a day": "a request that nobody answers ends, and an idle watcher's dialog lapses, after 24 hours",
    "an hour": "what is known is asked for again at a refresh when it is an hour old; unanswered questions after ten minutes",
    "a minute": "a dialog that ended and is not replaced within 60 s takes what it showed with it",
    "no server": "neither Prosody 0.12.3 nor ejabberd 23.01 answers the probe of somebody whom its user has removed",
    "not yet": "docs/limits.md says that it is not there",
}


@dataclasses.dataclass(frozen=True)
class Row:
    state: str
    event: str
    interop: tuple = ()
    unit: tuple = ()
    unreached: str = ""  # a key of UNREACHED: what of it, or all of it, has unit tests only


def _row(state, event, interop="", unit="", unreached=""):
    return Row(state, event, tuple(interop.split()), tuple(unit.split()), unreached)


# An XMPP user W watches a SIP user P. N none; R SUBSCRIBE sent; P pending; A authorised, with a dialog; S without.
XMPP_WATCHER = (
    _row("N", "subscribe W->P", "xmpp_watcher_N_subscribe presence_server_N_R_A",
         "ASubscribeBecomesASubscribeWithADialogOfItsOwn"),
    _row("R", "2xx", "xmpp_watcher_R_2xx", "SUB4_OnlyAnActiveNotifyApproves"),
    _row("R", "423", "xmpp_watcher_R_423 presence_server_423_and_refresh", "R_423IsTriedOnceMoreWithWhatThePeerWants"),
    _row("R", "403, 489, 603", "xmpp_watcher_R_403_489_603", "R_ARefusalIsUnsubscribedAndAFailureAnErrorForTheRequest"),
    _row("R", "404, 410, 416, 484, 485, 604, 405, 501", "xmpp_watcher_R_404_and_the_like", "FollowsTheTable"),
    _row("R", "401/407 without credentials", "xmpp_watcher_R_401_407", "FollowsTheTable"),
    _row("R", "408, 5xx, transport failure, Timer N", "xmpp_watcher_R_408_and_the_like xmpp_watcher_R_2xx_without_NOTIFY",
         "R_ARequestThatNobodyAnswersEndsAfterADay", "a day"),
    _row("R, P", "NOTIFY pending", "xmpp_watcher_R_P_pending", "P_NothingIsToldUntilItIsActive"),
    _row("R, P", "NOTIFY active", "xmpp_watcher_R_active xmpp_watcher_R_active_before_the_2xx xmpp_watcher_P_active "
         "presence_server_N_R_A presence_server_R_active_without_body", "SUB4_OnlyAnActiveNotifyApproves"),
    _row("R, P", "NOTIFY terminated;rejected or noresource", "xmpp_watcher_R_P_rejected_noresource",
         "SUB1_RejectedEndsTheAuthorisation"),
    _row("R, P", "NOTIFY terminated, other reason", "xmpp_watcher_R_P_terminated_otherwise",
         "P_NothingIsToldUntilItIsActive"),
    _row("P, A", "refresh due", "xmpp_watcher_P_refresh_due xmpp_watcher_A_refresh_due presence_server_423_and_refresh",
         "SUB3_RefreshesBeforeTheEnd P_A_TheFirstNotifyEndsTheWaitForItAndTheRefreshIsNext"),
    _row("A", "NOTIFY active with body", "xmpp_watcher_A_active_with_body presence_server_N_R_A "
         "presence_server_A_withdrawn presence_server_A_two_devices", "PRES14_TellsWhatChangedAndNothingElse"),
    _row("A", "NOTIFY pending", "xmpp_watcher_A_pending", "A_APendingNotifyTakesBackWhatWasShown"),
    _row("A, P, S", "SUBSCRIBE answered 403, 489, 603", "xmpp_watcher_A_refresh_403_489_603 "
         "xmpp_watcher_P_refresh_refused xmpp_watcher_S_403_489_603", "A_ARefreshThatIsRefusedEndsTheAuthorisation"),
    _row("A, P", "refresh answered 423", "xmpp_watcher_A_refresh_423 xmpp_watcher_P_refresh_423 "
         "presence_server_423_and_refresh", "R_423IsTriedOnceMoreWithWhatThePeerWants"),
    _row("A", "refresh answered 481", "xmpp_watcher_A_refresh_481", "A_ARefreshThatFindsNoDialogBeginsANewOneAtOnce"),
    _row("A", "refresh answered 404, 405, 410, 416, 480, 482-485, 501, 604", "xmpp_watcher_A_refresh_404_and_the_like",
         "A_WhatNobodyVouchesForAnyMoreIsGoneAtTheOldExpiry"),
    _row("A", "refresh fails otherwise (408, 5xx, transport)", "xmpp_watcher_A_refresh_fails_otherwise",
         "A_WhatNobodyVouchesForAnyMoreIsGoneAtTheOldExpiry"),
    _row("A", "NOTIFY terminated;deactivated, timeout, unknown", "xmpp_watcher_A_deactivated_timeout_unknown",
         "ADeactivatedDialogIsReplacedAtOnce ADialogThatIsNotReplacedTakesItsStateWithIt", "a minute"),
    _row("A", "NOTIFY terminated;probation, giveup", "xmpp_watcher_A_probation_giveup xmpp_watcher_A_invariant",
         "FollowsTheTableOfReasons S_ALostFrontEndLeavesThePeersRetryAfterAlone"),
    _row("A", "NOTIFY terminated;rejected, noresource", "xmpp_watcher_A_rejected_noresource "
         "hidden_from_whom_he_has_removed", "SUB1_RejectedEndsTheAuthorisation"),
    _row("S", "new SUBSCRIBE confirmed by NOTIFY active", "xmpp_watcher_A_refresh_481 xmpp_watcher_S_probe",
         "A_ARefreshThatFindsNoDialogBeginsANewOneAtOnce"),
    _row("A", "subscribe again", "xmpp_watcher_A_subscribe_again", "A_ProbesAndRequestsAreAnsweredFromWhatIsKnown"),
    _row("S", "subscribe again", "xmpp_watcher_S_subscribe_again", "S_ARequestOrAProbeOpensADialog"),
    _row("R, P, A", "unsubscribe", "xmpp_watcher_R_unsubscribe xmpp_watcher_P_unsubscribe xmpp_watcher_A_unsubscribe "
         "presence_server_A_unsubscribe both_ways_one_ends", "AnUnsubscribeEndsTheDialogAndTellsTheWatcher"),
    _row("S", "unsubscribe", "xmpp_watcher_S_unsubscribe"),
    _row("N", "unsubscribe", "xmpp_watcher_N_unsubscribe", "N_AnUnsubscribeIsConfirmed"),
    _row("A", "probe from W", "xmpp_watcher_A_probe presence_server_A_probe",
         "A_ProbesAndRequestsAreAnsweredFromWhatIsKnown"),
    _row("S", "probe from W", "xmpp_watcher_S_probe", "S_ARequestOrAProbeOpensADialog"),
    _row("R, P", "probe from W", "xmpp_watcher_R_P_probe", "P_NothingIsToldUntilItIsActive"),
    _row("N", "probe from W", "xmpp_watcher_N_probe xmpp_watcher_N_probe_by_her_server xmpp_watcher_N_probe_refused "
         "xmpp_watcher_N_probe_unanswered xmpp_watcher_N_probe_without_an_answer_that_shows_him presence_server_N_probe",
         "N_AProbeAsksOnce_SUB9 F7_AProbeThatShowsPresenceIsFollowedByASubscription "
         "F7_AProbeThatShowsPresenceInventsNothingThatIsRefused "
         "N_AProbeThatIsRefusedIsUnsubscribedAndOneWithoutAnswerNothing"),
    _row("A", "W known offline, or no sign of life from W for the idle limit", unreached="not yet"),
    _row("any", "restart with store intact", "restart_xmpp_watcher_R restart_xmpp_watcher_P restart_xmpp_watcher_A "
         "restart_xmpp_watcher_S restart_xmpp_watcher_removed", "ALostFrontEndLeadsToARefresh"),
    _row("any", "restart with store lost", "loss_xmpp_watcher_A_probe loss_xmpp_watcher_A_subscribe loss_xmpp_watcher_P",
         "EVT15_RefusesANotifyOfAnotherDialog"),
)

# A SIP user W watches an XMPP user P. N none; P asked, with a dialog; A authorised, with a dialog; C without.
SIP_WATCHER = (
    _row("N", "initial SUBSCRIBE, Expires > 0", "sip_watcher_N_subscribe",
         "EVT5_AnswersWithPendingAtOnceAndAsksTheContact"),
    _row("P", "another dialog of W", "sip_watcher_P_another_dialog", "P_AnotherEndpointAsksNobodyAgainForAWhile"),
    _row("C", "initial SUBSCRIBE", "sip_watcher_C_subscribe restart_sip_watcher_C",
         "SUB1_TheAuthorisationOutlivesTheDialogs P_C_WhatIsNotKnownHasNoDocument"),
    _row("A", "another dialog of W", "sip_watcher_A_another_dialog", "A_AnotherEndpointSeesWhatIsKnown"),
    _row("P", "subscribed", "sip_watcher_P_subscribed",
         "ApprovalAndNewsReachEveryEndpoint P_AnApprovalThatNoPresenceFollowsIsProbedFor"),
    _row("P", "unsubscribed", "sip_watcher_P_unsubscribed both_ways_approved_again", "ADenialTerminatesEveryDialog"),
    _row("P", "presence error for our subscribe", "sip_watcher_P_presence_error", "AnErrorSaysWhyByTheTable"),
    _row("P", "refresh SUBSCRIBE", "sip_watcher_P_refresh", "P_AnotherEndpointAsksNobodyAgainForAWhile", "an hour"),
    _row("P", "dialog expires", "sip_watcher_P_dialog_expires sip_watcher_P_one_dialog_expires",
         "P_ADialogThatEndsLeavesTheQuestionWithThePresentity"),
    _row("N", "late subscribed without dialog", "sip_watcher_N_late_subscribed sip_watcher_P_dialog_expires",
         "P_ADialogThatEndsLeavesTheQuestionWithThePresentity"),
    _row("A", "presence from P", "sip_watcher_A_presence both_ways_several_resources",
         "EVT11_NewsThatFollowsQuicklyIsToldAsOne PRES1_EachNotifyHoldsTheWholeState"),
    _row("A", "refresh SUBSCRIBE", "sip_watcher_A_refresh", "A_ARefreshAsksAgainForWhatIsOld", "an hour"),
    _row("A, P", "SUBSCRIBE Expires 0 in dialog", "sip_watcher_P_expires_0 sip_watcher_A_expires_0 both_ways_one_ends",
         "SUB7_WithTheLastDialogThePresentityIsBidFarewell"),
    _row("A", "dialog expires", "sip_watcher_A_dialog_expires sip_watcher_A_one_dialog_expires",
         "SUB1_TheAuthorisationOutlivesTheDialogs"),
    _row("A, C", "unsubscribed from P", "sip_watcher_A_unsubscribed sip_watcher_C_unsubscribed both_ways_approved_again "
         "hidden_from_whom_she_has_removed", "ADenialTerminatesEveryDialog"),
    _row("A", "NOTIFY fails with a code of EVT-10 or times out", "sip_watcher_A_NOTIFY_fails",
         "EVT10_ANotifyThatFindsNobodyEndsItsDialog SIP32_AProxysTimeoutEndsItsDialogToo "
         "EVT10_ANotifyThatFailsOtherwiseIsFollowedByTheNewestState"),
    _row("N, C", "SUBSCRIBE Expires 0 outside a dialog", "sip_watcher_N_expires_0_outside "
         "sip_watcher_C_expires_0_outside sip_watcher_A_expires_0_outside sip_watcher_P_expires_0_outside",
         "SUB10_AFetchWaitsForTheProbeAndNoLongerThanThreeSeconds P_AFetchShowsNothingAndLeavesTheQuestionAlone"),
    _row("any", "in-dialog SUBSCRIBE for an unknown dialog", "sip_watcher_unknown_dialog",
         "ARefreshOfADialogThatNobodyKnowsIsRefused"),
    _row("A", "probe answered unsubscribed", "restart_sip_watcher_A_removed_meanwhile", "ADenialTerminatesEveryDialog",
         "no server"),
    _row("any", "restart with store intact", "restart_sip_watcher_P restart_sip_watcher_P_approved_meanwhile "
         "restart_sip_watcher_A restart_sip_watcher_C restart_sip_watcher_removed restart_sip_watcher_A_expired",
         "ALostFrontEndLeadsToAProbe"),
    _row("any", "restart with store lost", "loss_sip_watcher_A loss_sip_watcher_removed",
         "ARefreshOfADialogThatNobodyKnowsIsRefused"),
)
