#include "cli/translate/mapping.h"

#include <gtest/gtest.h>

namespace dragoman::cli {
namespace {

struct Row {
  std::string address;
  std::string form;          // empty: none
  std::string refused_with;  // if there is none
};

const Row kRows[] = {
    // both sides know it
    {"romeo@example.net", "sip:romeo@example.net", ""},
    {"sip:romeo@example.net", "romeo@example.net", ""},
    {"SIPS:Romeo@EXAMPLE.net:5061;transport=tls?x=y", "romeo@example.net", ""},
    {"im:romeo@example.net", "romeo@example.net", ""},
    {"pres:romeo@example.net", "romeo@example.net", ""},
    {"example.net", "sip:example.net", ""},
    {"sip:example.net", "example.net", ""},
    {"sip:romeo:secret@example.net", "romeo@example.net", ""},
    // ADDR-8..12: escapes
    {"sip:d'artagnan@example.net", "d\\27artagnan@example.net", ""},
    {"d\\27artagnan@example.net", "sip:d'artagnan@example.net", ""},
    {"sip:a%40b@example.net", "a\\40b@example.net", ""},
    {"a\\40b@example.net", "sip:a%40b@example.net", ""},
    {"sip:a%5C40b@example.net", "a\\5c40b@example.net", ""},
    {"a\\5c40b@example.net", "sip:a%5C40b@example.net", ""},
    {"a#%b@example.net", "sip:a%23%25b@example.net", ""},
    {"a\\5cb@example.net", "", "jid-malformed"},
    {"\\20a@example.net", "", "jid-malformed"},
    {"sip:%20a@example.net", "", "404"},
    // ADDR-5, ADDR-6
    {"sip:a%4@example.net", "", "400"},
    {"sip:a%00b@example.net", "", "400"},
    {"sip:%FF@example.net", "", "400"},
    // ADDR-14..16: letters and domains
    {"j\u00fcrgen@b\u00fccher.example", "sip:j%C3%BCrgen@xn--bcher-kva.example", ""},
    {"sip:j%C3%BCrgen@xn--bcher-kva.example", "j\u00fcrgen@b\u00fccher.example", ""},
    {"sip:a@xn--99999999.example", "", "404"},
    {"a b@example.net", "", "jid-malformed"},
    {"@example.net", "", "jid-malformed"},
    {"a@example.net/", "", "jid-malformed"},
    // ADDR-18..20: resource and gr
    {"romeo@example.net/bal cony", "sip:romeo@example.net;gr=bal%20cony", ""},
    {"romeo@example.net/a@b/c:d", "sip:romeo@example.net;gr=a%40b/c:d", ""},
    {"sip:romeo@example.net;gr=bal%20cony", "romeo@example.net/bal cony", ""},
    {"sip:romeo@example.net;gr", "romeo@example.net", ""},
    // ADDR-25
    {"tel:+15551234", "", "416"},
    {"https://example.net/", "", "416"},
    {"sip:anonymous@anonymous.invalid", "", "404"},
    // RFC 5122
    {"xmpp:d%5C27artagnan@example.net/bal%20cony?message",
     "sip:d'artagnan@example.net;gr=bal%20cony", ""},
    {"xmpp:a%@example.net", "", "jid-malformed"},
};

TEST(MappingTest, EachAddressHasItsFormOrItsRefusal) {
  for (const Row& row : kRows) {
    const Mapping mapping = MapAddress(row.address);
    EXPECT_EQ(mapping.form, row.form) << row.address;
    EXPECT_EQ(mapping.refused_with, row.refused_with) << row.address;
    EXPECT_EQ(mapping.found(), !row.form.empty()) << row.address;
    EXPECT_EQ(mapping.why.empty(), mapping.found()) << row.address;
  }
}

TEST(MappingTest, WhatHasAFormLeadsBackToOneThatLeadsThereAgain) {
  for (const Row& row : kRows) {
    if (row.form.empty()) continue;
    const Mapping back = MapAddress(row.form);
    ASSERT_TRUE(back.found()) << row.form;
    EXPECT_EQ(MapAddress(back.form).form, row.form);
  }
}

TEST(MappingTest, TheArrowsStandBelowOneAnother) {
  EXPECT_EQ(PrintMappings({MapAddress("romeo@example.net"), MapAddress("j\u00fc@a.example"),
                           MapAddress("sip:a%4@example.net")}),
            "romeo@example.net    ->  sip:romeo@example.net\n"
            "j\u00fc@a.example         ->  sip:j%C3%BC@a.example\n"
            "sip:a%4@example.net  ->  none: address-malformed (400): a '%' without two hexadecimal "
            "digits\n");
}

TEST(MappingTest, NoAddressWritesToTheTerminalWhatItIsNotToldTo) {
  EXPECT_EQ(PrintMappings({MapAddress("a@example.net/\x1b[2J\r\nx")}).find('\x1b'),
            std::string::npos);
  const std::string json = PrintMappingJson(MapAddress("a\"\x1b\xff@example.net"));
  EXPECT_EQ(
      json,
      "{\"address\":\"a\\\"\\u001b\\ufffd@example.net\",\"side\":\"xmpp\",\"reason\":"
      "\"address-malformed\",\"code\":61017,\"refused_with\":\"jid-malformed\",\"text\":\"not "
      "UTF-8\"}\n");
}

TEST(MappingTest, JsonHasOneObjectForEachAddress) {
  EXPECT_EQ(
      PrintMappingJson(MapAddress("romeo@example.net")),
      "{\"address\":\"romeo@example.net\",\"side\":\"xmpp\",\"form\":\"sip:romeo@example.net\"}\n");
}

}  // namespace
}  // namespace dragoman::cli
