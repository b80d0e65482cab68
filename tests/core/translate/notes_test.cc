// How much of a presence's notes is taken, from either side. PRES-8; L-27.
#include "core/translate/notes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/sip/pidf.h"
#include "core/translate/microsoft_presence.h"
#include "core/translate/presence_stanza.h"
#include "core/translate/sip_presence.h"
#include "tests/core/translate/samples.h"

namespace dragoman::translate {
namespace {

using envelope::Text;
using testing::SizeIs;
using Texts = std::vector<Text>;

Texts Numbered(std::size_t languages, const std::string& text) {
  Texts notes;
  for (std::size_t i = 0; i < languages; ++i) notes.push_back({"x-" + std::to_string(i), text});
  return notes;
}

// As a stanza, and as a document from SIP, say it.
Texts FromStanza(const Texts& said) {
  xml::Element stanza = Xml("<presence xmlns='jabber:server'/>");
  for (const Text& note : said) {
    xml::Element status(stanza.ns(), "status");
    status.SetAttr("lang", note.lang, xml::kXmlNamespace);
    status.AddText(note.text);
    stanza.Add(std::move(status));
  }
  return PresenceOf(stanza, "en", kNow).notes;
}
Texts FromPidf(const Texts& said) {
  sip::PresenceDocument document;
  document.tuples.emplace_back();
  document.tuples.back().open = true;
  for (const Text& note : said) document.tuples.back().notes.push_back({note.lang, note.text});
  return ResourcesOf(document).at(0).notes;
}

TEST(NotesTest, L27_SoManyLanguagesAreTakenAndTheFirstOnes) {
  for (const auto& from : {FromStanza, FromPidf}) {
    EXPECT_EQ(from(Numbered(8, "here")), Numbered(8, "here"));
    EXPECT_EQ(from(Numbered(9, "here")), Numbered(8, "here"));
  }
}

TEST(NotesTest, L27_ANoteIsCutBetweenTwoCharacters) {
  struct Row {
    std::string said;
    std::size_t bytes;
  };
  const Row rows[] = {
      {std::string(1024, 'a'), 1024},
      {std::string(1025, 'a'), 1024},
      {std::string(1022, 'a') + "\u00E9", 1024},       // ends at the bound
      {std::string(1023, 'a') + "\u00E9", 1023},       // would end behind it
      {std::string(1022, 'a') + "\u20AC!", 1022},      // three bytes
      {std::string(1021, 'a') + "\U0001F339!", 1021},  // four
      {std::string(1020, 'a') + "\U0001F339!", 1024},  // and what follows goes
      {std::string(20 * 1024, 'a'), 1024},
  };
  for (const Row& row : rows) {
    for (const auto& from : {FromStanza, FromPidf}) {
      const Texts notes = from({{"it", row.said}});
      ASSERT_THAT(notes, SizeIs(1));
      EXPECT_EQ(notes[0].text, row.said.substr(0, row.bytes));
    }
    ocs::Presentity presentity;
    presentity.note = row.said;
    const Texts notes = ResourcesOf(presentity).at(0).notes;
    ASSERT_THAT(notes, SizeIs(1));
    EXPECT_EQ(notes[0].text, row.said.substr(0, row.bytes));
  }
}

TEST(NotesTest, PRES8_OneForEachLanguageAndWhatIsNoTagIsNone) {
  Texts notes;
  AddNote(notes, "it", "qui");
  AddNote(notes, "it", "altrove");
  AddNote(notes, "en", "");
  AddNote(notes, std::string(20 * 1024, 'x'), "somewhere");
  AddNote(notes, "", "elsewhere");
  EXPECT_EQ(notes, (Texts{{"it", "qui"}, {"", "somewhere"}}));
}

}  // namespace
}  // namespace dragoman::translate
