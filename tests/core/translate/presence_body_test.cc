#include "core/translate/presence_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/ocs/categories.h"
#include "core/ocs/presentity.h"
#include "core/sip/pidf.h"
#include "core/sip/xpidf.h"
#include "tests/core/translate/samples.h"

namespace dragoman::translate {
namespace {

using envelope::PresenceFormat;
using envelope::ResourcePresence;
using envelope::Show;
using policy::Dialect;
using policy::NotifyFormat;
using testing::ElementsAre;

struct AcceptRow {
  std::string accept;  // empty: no such header
  std::optional<PresenceFormat> pidf, msrtc;
};

const char kAll[] =
    "application/msrtc-event-categories+xml, text/xml+msrtc.pidf, application/xpidf+xml, "
    "application/pidf+xml, application/rlmi+xml, multipart/related";
const AcceptRow kAccepts[] = {
    {"", PresenceFormat::kPidf, PresenceFormat::kPidf},
    {kAll, PresenceFormat::kPidf, PresenceFormat::kMsrtc},
    {"application/pidf+xml", PresenceFormat::kPidf, PresenceFormat::kPidf},
    {"Application/PIDF+xml;q=0.5", PresenceFormat::kPidf, PresenceFormat::kPidf},
    {"text/xml+msrtc.pidf", PresenceFormat::kMsrtc, PresenceFormat::kMsrtc},
    {"application/xpidf+xml, text/xml+msrtc.pidf", PresenceFormat::kMsrtc, PresenceFormat::kMsrtc},
    {"application/xpidf+xml, application/msrtc-event-categories+xml", PresenceFormat::kXpidf,
     PresenceFormat::kXpidf},
    {"application/msrtc-event-categories+xml", PresenceFormat::kCategories,
     PresenceFormat::kCategories},
    {"application/xpidf+xml, application/*", PresenceFormat::kXpidf, PresenceFormat::kXpidf},
    {"*/*", PresenceFormat::kPidf, PresenceFormat::kPidf},
    {"application/*", PresenceFormat::kPidf, PresenceFormat::kPidf},
    {"text/*", PresenceFormat::kMsrtc, PresenceFormat::kMsrtc},
    {"application/rlmi+xml, multipart/related", std::nullopt, std::nullopt},
    {"text/plain", std::nullopt, std::nullopt},
};

TEST(PresenceBodyTest, EVT8_TheWatchersAcceptChoosesTheFormat) {
  for (const AcceptRow& row : kAccepts) {
    const sip::Request subscribe =
        FromRomeo("SUBSCRIBE", row.accept.empty() ? "" : "Accept: " + row.accept + "\n");
    policy::SipSettings settings;
    const auto with = [&](NotifyFormat format, Dialect dialect) {
      settings.presence.notify_format = format;
      settings.dialect = dialect;
      return FormatFor(subscribe, settings);
    };
    EXPECT_EQ(FormatFor(subscribe, settings), row.pidf) << row.accept;
    EXPECT_EQ(with(NotifyFormat::kMsrtc, Dialect::kStandard), row.msrtc) << row.accept;
    EXPECT_EQ(with(NotifyFormat::kAuto, Dialect::kStandard), row.pidf) << row.accept;
    EXPECT_EQ(with(NotifyFormat::kAuto, Dialect::kMicrosoft), row.msrtc) << row.accept;
    EXPECT_EQ(with(NotifyFormat::kAuto, Dialect::kAuto), row.msrtc) << row.accept;
  }
}

ResourcePresence Open(const std::string& resource, Show show, const std::string& note,
                      const std::string& lang) {
  ResourcePresence presence;
  presence.resource = resource;
  presence.available = true;
  presence.show = show;
  presence.since = kNow;
  if (!note.empty()) presence.notes = {{lang, note}};
  return presence;
}

PresenceBody Write(PresenceFormat format, const std::vector<ResourcePresence>& resources) {
  return WritePresence(format, kJuliet, "sip:juliet@jabber.example.com", resources, {}, kNow);
}

sip::Request Notify(const std::string& type, const std::string& body,
                    const std::string& more = {}) {
  return FromRomeo("NOTIFY", more + "Content-Type: " + type + "\n\n" + body, "gw1");
}

TEST(PresenceBodyTest, ReadsEveryFormatThatItWrites) {
  const std::pair<PresenceFormat, std::string_view> formats[] = {
      {PresenceFormat::kPidf, sip::kPidfType},
      {PresenceFormat::kMsrtc, ocs::kMsrtcPidfType},
      {PresenceFormat::kXpidf, sip::kXpidfType},
      {PresenceFormat::kCategories, ocs::kCategoriesType}};
  for (const auto& [format, type] : formats) {
    const PresenceBody body = Write(format, {Open("balcony", Show::kAway, "Good night", "en")});
    EXPECT_EQ(body.type, type);
    const bool carries_notes = format != PresenceFormat::kXpidf;
    EXPECT_EQ(body.language, carries_notes ? "en" : "");
    const auto read = ReadPresence(
        Notify(std::string(type), body.text,
               body.language.empty() ? "" : "Content-Language: " + body.language + "\n"),
        kJuliet, kNow);
    ASSERT_TRUE(read && *read) << body.text;
    ASSERT_EQ((*read)->size(), 1u);
    const ResourcePresence& back = (*read)->at(0);
    EXPECT_TRUE(back.available);
    EXPECT_EQ(back.show, Show::kAway);
    EXPECT_EQ(back.resource, format == PresenceFormat::kPidf ? "balcony" : "");
    if (carries_notes) {
      EXPECT_THAT(back.notes, ElementsAre(envelope::Text{"en", "Good night"}));
    }
  }
}

TEST(PresenceBodyTest, OneStateStandsForAllResources) {
  const PresenceBody body =
      Write(PresenceFormat::kMsrtc,
            {Open("phone", Show::kDnd, "no", "en"), Open("balcony", Show::kNone, "ano", "cs")});
  const auto read = ocs::ParsePresentity(body.text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->activity, 400);
  EXPECT_EQ(read->note, "ano");
  EXPECT_EQ(body.language, "cs");
  EXPECT_EQ(ocs::ParsePresentity(Write(PresenceFormat::kMsrtc, {}).text)->availability, 0);
}

TEST(PresenceBodyTest, PRES8_AContentLanguageIsThatOfAllNotes) {
  EXPECT_EQ(Write(PresenceFormat::kPidf,
                  {Open("a", Show::kNone, "x", "en"), Open("b", Show::kNone, "y", "en")})
                .language,
            "en");
  EXPECT_EQ(Write(PresenceFormat::kPidf,
                  {Open("a", Show::kNone, "x", "en"), Open("b", Show::kNone, "y", "cs")})
                .language,
            "");
  EXPECT_EQ(Write(PresenceFormat::kPidf, {Open("a", Show::kNone, "x", "")}).language, "");
  EXPECT_EQ(Write(PresenceFormat::kPidf, {Open("a", Show::kNone, "x", "e\r\nn")}).language, "");
}

std::string Pidf(const std::string& inside, const std::string& entity = "pres:romeo@contoso.com") {
  return "<presence xmlns='urn:ietf:params:xml:ns:pidf' "
         "xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' "
         "xmlns:d='urn:ietf:params:xml:ns:pidf:data-model' entity='" +
         entity + "'>" + inside + "</presence>";
}

ResourcePresence ReadOne(const std::string& inside, const std::string& more = {}) {
  const auto read = ReadPresence(Notify("application/pidf+xml", Pidf(inside), more), kRomeo, kNow);
  EXPECT_TRUE(read && *read && (*read)->size() == 1) << inside;
  return read && *read && !(*read)->empty() ? (*read)->front() : ResourcePresence{};
}

TEST(PresenceBodyTest, PRES8_NotesInheritTheContentLanguage) {
  const std::string tuple =
      "<tuple id='a'><status><basic>open</basic></status><note>here</note>"
      "<note xml:lang='cs'>tady</note></tuple>";
  EXPECT_THAT(ReadOne(tuple, "Content-Language: en\n").notes,
              ElementsAre(envelope::Text{"en", "here"}, envelope::Text{"cs", "tady"}));
  EXPECT_THAT(ReadOne(tuple, "Content-Language: en, de\n").notes,
              ElementsAre(envelope::Text{"", "here"}, envelope::Text{"cs", "tady"}));
}

TEST(PresenceBodyTest, PRES18_NotesOfThePersonAndItsActivitiesComeLast) {
  const std::string tuple = "<tuple id='a'><status><basic>open</basic></status></tuple>";
  const std::string activities = "<r:activities><r:note>least</r:note><r:away/></r:activities>";
  const auto note = [&](const std::string& inside) { return ReadOne(inside).notes.at(0).text; };
  EXPECT_EQ(note(tuple + "<note>document</note><d:person id='p'>" + activities +
                 "<d:note>person</d:note></d:person>"),
            "document");
  EXPECT_EQ(note(tuple + "<d:person id='p'>" + activities + "<d:note>person</d:note></d:person>"),
            "person");
  EXPECT_EQ(note(tuple + "<d:person id='p'>" + activities + "</d:person>"), "least");
}

TEST(PresenceBodyTest, PRES7_2_ActivitiesCountOnlyInTheirTime) {
  const auto show = [](const std::string& span) {
    return ReadOne(
               "<tuple id='a'><status><basic>open</basic></status></tuple><d:person id='p'>"
               "<r:activities " +
               span + "><r:busy/></r:activities></d:person>")
        .show;
  };
  EXPECT_EQ(show(""), Show::kDnd);
  EXPECT_EQ(show("from='2026-11-23T20:00:00Z'"), Show::kDnd);
  EXPECT_EQ(show("from='2026-11-23T20:00:01Z'"), Show::kNone);
  EXPECT_EQ(show("until='2026-11-23T20:00:01Z'"), Show::kDnd);
  EXPECT_EQ(show("until='2026-11-23T20:00:00Z'"), Show::kNone);
  EXPECT_EQ(show("from='2026-11-23T21:30:00+02:00' until='2026-11-23T20:30:00Z'"), Show::kDnd);
  EXPECT_EQ(show("from='noon'"), Show::kDnd);
}

TEST(PresenceBodyTest, TheIdleTimeCrossesAndComesBack) {
  const std::string input =
      "<r:user-input idle-threshold='600' "
      "last-input='2026-11-23T20:00:00Z'>idle</r:user-input>";
  const std::string basic = "<status><basic>open</basic></status>";
  EXPECT_EQ(ReadOne("<tuple id='a'>" + basic + input + "</tuple>").idle_since, kNow);
  EXPECT_EQ(ReadOne("<tuple id='a'>" + basic + "</tuple><d:person id='p'>" + input + "</d:person>")
                .idle_since,
            kNow);
  EXPECT_EQ(ReadOne("<tuple id='a'>" + basic +
                    "<r:user-input last-input='2026-11-23T20:00:00Z'>active</r:user-input>"
                    "</tuple>")
                .idle_since,
            std::nullopt);
  ResourcePresence idle = Open("balcony", Show::kAway, "", "");
  idle.idle_since = kNow;
  const auto read = ReadPresence(
      Notify("application/pidf+xml", Write(PresenceFormat::kPidf, {idle}).text), kJuliet, kNow);
  ASSERT_TRUE(read && *read);
  EXPECT_EQ((*read)->at(0).idle_since, kNow);
}

TEST(PresenceBodyTest, PRES13_ADocumentAboutSomebodyElseIsRefused) {
  const auto taken = [](const std::string& type, const std::string& body) {
    const auto read = ReadPresence(Notify(type, body), kRomeo, kNow);
    EXPECT_TRUE(read || read.error().status == 400);
    return read.has_value();
  };
  const auto pidf = [&](const std::string& entity) {
    return taken("application/pidf+xml", Pidf("", entity));
  };
  for (const std::string own :
       {"sip:romeo@contoso.com", "sips:Romeo@CONTOSO.com;transport=tls", "pres:romeo@contoso.com",
        "romeo@contoso.com", "", "urn:uuid:1", "nobody in particular"}) {
    EXPECT_TRUE(pidf(own)) << own;
  }
  for (const std::string other : {"sip:tybalt@contoso.com", "romeo@fabrikam.com",
                                  "pres:romeo@sub.contoso.com", "sip:contoso.com"}) {
    EXPECT_FALSE(pidf(other)) << other;
  }
  const auto msrtc = [&](const std::string& uri) {
    return taken("text/xml+msrtc.pidf", "<presentity uri='" + uri + "'/>");
  };
  EXPECT_TRUE(msrtc("romeo@contoso.com"));
  EXPECT_FALSE(msrtc("tybalt@contoso.com"));
  const auto xpidf = [&](const std::string& uri) {
    return taken("application/xpidf+xml",
                 "<presence><presentity uri='" + uri + ";method=SUBSCRIBE'/></presence>");
  };
  EXPECT_TRUE(xpidf("sip:romeo@contoso.com"));
  EXPECT_FALSE(xpidf("sip:tybalt@contoso.com"));
  const auto categories = [&](const std::string& uri) {
    return taken("application/msrtc-event-categories+xml", "<categories uri='" + uri + "'/>");
  };
  EXPECT_TRUE(categories("sip:romeo@contoso.com"));
  EXPECT_FALSE(categories("sip:tybalt@contoso.com"));
}

TEST(PresenceBodyTest, PRES20_WhatCannotBeReadIsMalformedAndOtherTypesAreUnsupported) {
  const auto status = [](const std::string& type, const std::string& body) {
    const auto read = ReadPresence(Notify(type, body), kRomeo, kNow);
    return read ? 200 : read.error().status;
  };
  for (const std::string type :
       {"application/pidf+xml", "text/xml+msrtc.pidf", "application/xpidf+xml",
        "application/msrtc-event-categories+xml"}) {
    EXPECT_EQ(status(type, "<presence"), 400) << type;
    EXPECT_EQ(status(type, "<other/>"), 400) << type;
  }
  std::string nested;
  for (int i = 0; i < 100; ++i) nested += "<x>";
  for (int i = 0; i < 100; ++i) nested += "</x>";
  EXPECT_EQ(status("application/pidf+xml", Pidf(nested)), 400);
  EXPECT_EQ(status("application/pidf+xml", Pidf("<note>" + std::string(300'000, 'x') + "</note>")),
            400);
  EXPECT_EQ(status("application/pidf-diff+xml", "<x/>"), 415);
  EXPECT_EQ(status("application/rlmi+xml", "<list/>"), 415);
  EXPECT_EQ(status("text/plain", "open"), 415);
}

TEST(PresenceBodyTest, EVT16_CategoriesWithoutAStateLeaveItAsItWas) {
  const auto read = ReadPresence(
      Notify("application/msrtc-event-categories+xml",
             "<categories uri='sip:romeo@contoso.com'><category name='note'/></categories>"),
      kRomeo, kNow);
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->has_value());
}

}  // namespace
}  // namespace dragoman::translate
