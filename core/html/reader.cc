#include "core/html/reader.h"

#include <algorithm>
#include <array>

#include "core/base/ascii.h"
#include "core/html/entities.h"

namespace dragoman::html {
namespace {

constexpr std::string_view kBlank = " \t\r\n\f";

constexpr auto kRaw = std::to_array<std::string_view>({"script", "style", "title", "xml"});

constexpr auto kBlocks = std::to_array<std::string_view>(
    {"address", "article",  "aside",      "blockquote", "body",   "center", "dd", "div",  "dl",
     "dt",      "fieldset", "figcaption", "figure",     "footer", "form",   "h1", "h2",   "h3",
     "h4",      "h5",       "h6",         "header",     "hr",     "html",   "li", "main", "nav",
     "ol",      "p",        "pre",        "section",    "table",  "tr",     "ul"});

bool IsBlank(char c) { return kBlank.find(c) != std::string_view::npos; }

std::size_t LastOf(std::string_view text, char c) {
  const std::size_t found = text.rfind(c);
  return found == std::string_view::npos ? 0 : found;  // a tag has one character before it anyway
}

}  // namespace

std::string_view Tag::Attr(std::string_view wanted) const {
  for (const auto& [attribute, value] : attributes) {
    if (attribute == wanted) return value;
  }
  return {};
}

bool IsBlock(std::string_view name) { return std::ranges::find(kBlocks, name) != kBlocks.end(); }

Reader::Reader(std::string_view html)
    : html_(html),
      last_close_(LastOf(html, '>')),
      last_quote_(LastOf(html, '\'')),
      last_double_quote_(LastOf(html, '"')) {}

std::optional<Reader::Event> Reader::Next() {
  std::size_t text_from = at_;
  while (at_ < html_.size()) {
    if (html_[at_] != '<') {
      at_ = std::min(html_.find('<', at_), html_.size());
      continue;
    }
    if (text_from != at_) break;  // the text first
    if (Skip("<!--", "-->") || Skip("<!", ">") || Skip("<?", ">")) {
      text_from = at_;
      continue;
    }
    if (std::optional<Tag> tag = TakeTag()) {
      if (!tag->closes && std::ranges::find(kRaw, tag->name) != kRaw.end()) SkipRaw(tag->name);
      return *std::move(tag);
    }
    ++at_;  // a '<' that begins no tag is text
  }
  if (text_from == at_) return std::nullopt;
  return DecodeEntities(html_.substr(text_from, at_ - text_from));
}

// Past the construct that begins here; to the end if it never closes.
bool Reader::Skip(std::string_view opening, std::string_view closing) {
  if (!html_.substr(at_).starts_with(opening)) return false;
  const std::size_t end = html_.find(closing, at_ + opening.size());
  at_ = end == std::string_view::npos ? html_.size() : end + closing.size();
  return true;
}

// "<" ["/"] letter … ">"; nullopt, and nothing taken, if that does not stand here.
std::optional<Tag> Reader::TakeTag() {
  if (at_ >= last_close_) return std::nullopt;
  std::size_t from = at_ + 1;
  Tag tag;
  tag.closes = html_[from] == '/';
  if (tag.closes) ++from;
  if (!IsAlpha(html_[from])) return std::nullopt;
  at_ = html_.find_first_of(" \t\r\n\f/>", from);  // there is a '>' at least
  tag.name = LowerCase(html_.substr(from, at_ - from));
  while (at_ < html_.size() && html_[at_] != '>') {
    if (IsBlank(html_[at_]) || html_[at_] == '/') {
      ++at_;
    } else {
      TakeAttribute(tag);
    }
  }
  if (at_ < html_.size()) ++at_;
  return tag;
}

void Reader::TakeAttribute(Tag& tag) {
  const std::size_t from = at_;
  // A '=' at the front belongs to the name, as in browsers: so every turn takes something.
  at_ = std::min(html_.find_first_of(" \t\r\n\f/>=", at_ + 1), html_.size());
  const std::string_view name = html_.substr(from, at_ - from);
  const std::size_t next = std::min(html_.find_first_not_of(kBlank, at_), html_.size());
  std::string_view value;
  if (next < html_.size() && html_[next] == '=') {
    at_ = std::min(html_.find_first_not_of(kBlank, next + 1), html_.size());
    value = TakeValue();
  }
  if (tag.closes || tag.attributes.size() == kAttributesMax) return;
  tag.attributes.emplace_back(LowerCase(name), DecodeEntities(value));
}

std::string_view Reader::TakeValue() {
  const char first = at_ < html_.size() ? html_[at_] : '>';
  if (first == '"' || first == '\'') {
    const std::size_t last = first == '"' ? last_double_quote_ : last_quote_;
    // A quote that never ends is taken to end with its tag.
    const std::size_t end = last > at_ ? html_.find(first, at_ + 1) : html_.find('>', at_);
    const std::size_t from = at_ + 1;
    at_ = std::min(end, html_.size());
    const std::string_view value = html_.substr(from, at_ - std::min(from, at_));
    if (at_ < html_.size() && html_[at_] == first) ++at_;
    return value;
  }
  const std::size_t from = at_;
  at_ = std::min(html_.find_first_of(" \t\r\n\f>", at_), html_.size());
  return html_.substr(from, at_ - from);
}

// To the end tag of that name, or to the end.
void Reader::SkipRaw(std::string_view name) {
  for (; at_ < html_.size(); at_ += 2) {
    at_ = html_.find("</", at_);
    if (at_ == std::string_view::npos) break;
    if (EqualsIgnoreCase(html_.substr(at_ + 2, name.size()), name)) return;
  }
  at_ = html_.size();
}

}  // namespace dragoman::html
