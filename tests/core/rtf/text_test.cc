#include "core/rtf/text.h"

#include <gtest/gtest.h>

#include <string>

namespace dragoman::rtf {
namespace {

struct Row {
  std::string rtf;
  std::string text;
};

TEST(RtfTest, KeepsWordsAndLineEnds) {
  const Row rows[] = {
      {"{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fnil\\fcharset0 Segoe UI;}}\r\n"
       "{\\colortbl ;\\red0\\green0\\blue0;}\r\n\\viewkind4\\uc1\\pard\\cf1\\fs20 Hello\\par\r\n}",
       "Hello"},
      {"{\\rtf1 a\\par b\\line c\\tab d}", "a\nb\nc\td"},
      {"{\\rtf1 \\b bold\\b0  and {\\i italic}.}", "bold and italic."},
      {"{\\rtf1 a\r\nb}", "ab"},
      {"{\\rtf1 a\\\nb}", "a\nb"},
      {"{\\rtf1 \\{x\\}\\\\ a\\~b c\\_d e\\-f}", "{x}\\ a b c-d ef"},
      {"{\\rtf1 \\lquote a\\rquote \\emdash \\ldblquote b\\rdblquote}", "‘a’—“b”"},
      {"{\\rtf1 caf\\'e9 \\'80}", "café €"},
      {"{\\rtf1\\ansi\\ansicpg1251 \\'cf\\'f0\\'e8}", "При"},
      {"{\\rtf1\\ansicpg1250 \\'b9}", "ą"},
      {"{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset204 B;}}"
       "\\'e9\\f1\\'cf{\\f0\\'e9}\\'f0\\plain\\'e9}",
       "éПéрé"},
      {"{\\rtf1{\\fonttbl\\f0\\fcharset128 A;}\\'82\\'a0}", "あ"},
      {"{\\rtf1 \\u1055?\\u-8704 ?x}", "П\xEF\xBF\xBDx"},
      {"{\\rtf1\\uc2 \\u8364\\'80\\'81x{\\uc0\\u8364 y}\\u8364 abz}", "€x€y€z"},
      {"{\\rtf1 \\u-10179?\\u-8704?}", "😀"},
      {"{\\rtf1 \\u8364{x}}", "€x"},
      {"{\\rtf1{\\*\\generator Riched20 10.0;}{\\stylesheet{\\s0 Normal;}}{\\info{\\author A}}"
       "{\\pict\\wmetafile8 010009}x{\\header h}}",
       "x"},
      {"{\\rtf1{\\field{\\*\\fldinst HYPERLINK \"http://x/\"}{\\fldrslt there}}}", "there"},
      {"{\\rtf1 a\\v hidden\\v0 b{\\v x}c}", "abc"},
      {"{\\rtf1 a\\bin3 }{\\b}", "ab"},
      {"{\\rtf1 unclosed {group", "unclosed group"},
      {"{\\rtf1 x}behind", "x"},
      {"{\\rtf1 x\\'", "x"},
      {"{\\rtf1 x\\'g0\\", "xg0"},
      {"{\\rtf1\\bin99999999999 x}", ""},
      {"{\\rtf1 a\\'01b}",
       "a\xEF\xBF\xBD"
       "b"},
      {"{\\rtf}", ""},
  };
  for (const Row& row : rows) EXPECT_EQ(ToText(row.rtf), row.text) << row.rtf;
}

TEST(RtfTest, RefusesWhatIsNoRtf) {
  for (const char* rtf : {"", "Hello", "{", "{\\html}", " {\\rtf1 x}"}) {
    EXPECT_FALSE(ToText(rtf).has_value()) << rtf;
  }
}

TEST(RtfTest, KeepsGroupsToABound) {
  const std::string deepest(kGroupDepthMax - 1, '{');
  EXPECT_EQ(ToText("{\\rtf1" + deepest + "x"), "x");
  EXPECT_FALSE(ToText("{\\rtf1" + deepest + "{x").has_value());
}

TEST(RtfTest, KeepsFontsToABound) {
  std::string fonts;
  for (std::size_t i = 0; i <= kFontsMax; ++i)
    fonts += "{\\f" + std::to_string(i) + "\\fcharset204 A;}";
  const auto with_font = [&](std::size_t font) {
    return ToText("{\\rtf1{\\fonttbl" + fonts + "}\\f" + std::to_string(font) + "\\'cf}");
  };
  EXPECT_EQ(with_font(kFontsMax - 1), "П");
  EXPECT_EQ(with_font(kFontsMax), "Ï");
}

}  // namespace
}  // namespace dragoman::rtf
