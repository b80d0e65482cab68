#include "core/html/xhtml.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "core/base/ascii.h"
#include "core/html/link.h"
#include "core/html/reader.h"
#include "core/html/style.h"

namespace dragoman::html {
namespace {

using xml::Element;

constexpr std::string_view kNoBreakSpace = "\xC2\xA0";

// The elements of HTML that only say how a text looks, as XHTML-IM says it.
struct FormatRow {
  std::string_view name;
  std::string_view element;
  std::string_view style;
};
constexpr auto kFormats = std::to_array<FormatRow>({
    {"b", "strong", ""},
    {"strong", "strong", ""},
    {"h1", "strong", ""},
    {"h2", "strong", ""},
    {"h3", "strong", ""},
    {"h4", "strong", ""},
    {"h5", "strong", ""},
    {"h6", "strong", ""},
    {"i", "em", ""},
    {"em", "em", ""},
    {"dfn", "em", ""},
    {"var", "em", ""},
    {"cite", "cite", ""},
    {"u", "span", "text-decoration: underline"},
    {"ins", "span", "text-decoration: underline"},
    {"s", "span", "text-decoration: line-through"},
    {"del", "span", "text-decoration: line-through"},
    {"strike", "span", "text-decoration: line-through"},
    {"tt", "span", "font-family: monospace"},
    {"code", "span", "font-family: monospace"},
    {"kbd", "span", "font-family: monospace"},
    {"samp", "span", "font-family: monospace"},
    {"big", "span", "font-size: larger"},
    {"small", "span", "font-size: smaller"},
    {"span", "span", ""},
    {"font", "span", ""},
    {"p", "span", ""},
    {"div", "span", ""},
});

constexpr auto kFontSizes = std::to_array<std::string_view>(
    {"x-small", "small", "medium", "large", "x-large", "xx-large", "xx-large"});

bool IsContainer(std::string_view name) {
  return name == "blockquote" || name == "ul" || name == "ol" || name == "li";
}

std::string StyleOf(const Tag& tag, std::string_view own) {
  std::string style(own);
  const auto add = [&](std::string_view property, std::string_view value) {
    if (value.empty()) return;
    style += std::string(style.empty() ? "" : "; ") + std::string(property) + ": ";
    style += value;
  };
  if (tag.name == "font") {
    add("color", tag.Attr("color"));
    add("font-family", tag.Attr("face"));
    const std::string_view size = tag.Attr("size");
    if (size.size() == 1 && size[0] >= '1' && size[0] <= '7')
      add("font-size", kFontSizes.at(static_cast<std::size_t>(size[0] - '1')));
  }
  if (!tag.Attr("style").empty())
    style += (style.empty() ? "" : "; ") + std::string(tag.Attr("style"));
  return SafeStyle(style);
}

// The element that `tag` asks for; nullopt: it changes nothing about how its content looks.
std::optional<Element> FormatOf(const Tag& tag) {
  if (tag.name == "a") {
    const auto address = SafeLink(tag.Attr("href"));
    if (!address) return std::nullopt;
    Element link(kXhtmlNs, "a");
    link.SetAttr("href", *address);
    return link;
  }
  const auto* const row = std::ranges::find(kFormats, tag.name, &FormatRow::name);
  Element element(kXhtmlNs, row->element);
  if (row->element != "span") return element;
  const std::string style = StyleOf(tag, row->style);
  if (style.empty()) return std::nullopt;
  element.SetAttr("style", style);
  return element;
}

bool IsFormat(std::string_view name) {
  return name == "a" || std::ranges::find(kFormats, name, &FormatRow::name) != kFormats.end();
}

// Builds the body from tags in any order. Formats are remembered, and opened (again) only where a
// text stands, so that however they overlap with blocks the elements nest.
class Builder {
 public:
  Builder() { open_.emplace_back(kXhtmlNs, "body"); }

  void operator()(const std::string& text) {
    std::string run;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
      if (blank && !preformatted_) {
        space_ = true;
      } else if (blank && c == '\n') {
        PutText(std::exchange(run, {}));
        BreakLine();
      } else if (blank) {
        run += kNoBreakSpace;
        line_empty_ = false;
      } else {
        if (space_ && !line_empty_) run += ' ';
        run += c;
        space_ = line_empty_ = false;
      }
    }
    PutText(run);
  }

  void operator()(const Tag& tag) {
    if (tag.name == "br") return BreakLine();
    if (tag.name == "img") return (*this)(std::string(tag.Attr("alt")));
    if (IsBlock(tag.name)) EndParagraph();
    if (tag.name == "pre") preformatted_ = !tag.closes;
    if (tag.name == "td" && !tag.closes) space_ = true;
    if (IsContainer(tag.name)) {
      tag.closes ? CloseContainer(tag.name) : OpenContainer(tag.name);
    } else if (IsFormat(tag.name)) {
      // A paragraph ends where the next one begins, and links do not nest.
      if (tag.closes || tag.name == "p" || tag.name == "a") CloseFormat(tag.name);
      if (!tag.closes && formats_.size() < kFormatsMax) {
        formats_.push_back({tag.name, FormatOf(tag)});
      }
    }
  }

  std::optional<Element> Finish() {
    EndParagraph();
    while (open_.size() > 1) Pop();
    if (full_ || open_.front().content().empty()) return std::nullopt;
    if (xml::Print(open_.front()).size() > kXhtmlBytesMax) return std::nullopt;
    return std::move(open_.front());
  }

 private:
  struct Format {
    std::string name;  // of the tag that closes it
    std::optional<Element> element;
  };

  void Push(Element element) {
    if (++count_ > kElementsMax) full_ = true;
    open_.push_back(std::move(element));
  }

  void Pop() {
    Element done = std::move(open_.back());
    open_.pop_back();
    if (done.content().empty()) return;
    open_.back().Add(std::move(done));
  }

  void PutText(const std::string& text) {
    if (text.empty() || full_) return;
    OpenFormats();
    open_.back().AddText(text);
  }

  void BreakLine() {
    space_ = false;
    line_empty_ = true;
    if (full_) return;
    OpenFormats();
    if (++count_ > kElementsMax) full_ = true;
    open_.back().Add(Element(kXhtmlNs, "br"));
  }

  // What may hold a text, then every format in force.
  void OpenFormats() {
    if (opened_ == 0) {
      const std::string name = open_.back().name();
      if (name == "ul" || name == "ol") Push(Element(kXhtmlNs, "li"));
      if (name == "body" || name == "blockquote") Push(Element(kXhtmlNs, "p"));
    }
    for (; opened_ < formats_.size(); ++opened_) {
      const Format& format = formats_[opened_];
      if (format.element) Push(*format.element);
    }
  }

  // Closes the elements of the formats from the n-th on; the formats stay in force.
  void CloseFormatsFrom(std::size_t n) {
    for (; opened_ > n; --opened_) {
      if (formats_[opened_ - 1].element) Pop();
    }
  }

  void CloseFormat(std::string_view name) {
    const auto last = std::find_if(formats_.rbegin(), formats_.rend(),
                                   [&](const Format& format) { return format.name == name; });
    if (last == formats_.rend()) return;
    const auto found = std::prev(last.base());
    CloseFormatsFrom(static_cast<std::size_t>(found - formats_.begin()));
    formats_.erase(found);
  }

  void EndParagraph() {
    CloseFormatsFrom(0);
    if (open_.back().name() == "p") Pop();
    space_ = false;
    line_empty_ = true;
  }

  bool InList() const {
    return std::ranges::any_of(
        open_, [](const Element& it) { return it.name() == "ul" || it.name() == "ol"; });
  }

  void OpenContainer(const std::string& name) {
    if (name == "li") {
      if (!InList()) return;
      while (open_.back().name() != "ul" && open_.back().name() != "ol") Pop();
    } else if (open_.back().name() == "ul" || open_.back().name() == "ol") {
      Push(Element(kXhtmlNs, "li"));  // lists hold items only
    }
    if (open_.size() < kContainersMax && !full_) Push(Element(kXhtmlNs, name));
  }

  void CloseContainer(const std::string& name) {
    for (std::size_t i = open_.size(); i-- > 1;) {
      if (open_[i].name() == name) {
        while (open_.size() > i) Pop();
        return;
      }
      // An item ends inside its own list only.
      if (name == "li" && (open_[i].name() == "ul" || open_[i].name() == "ol")) return;
    }
  }

  std::vector<Element> open_;  // the body, containers, perhaps a p, the formats that are open
  std::vector<Format> formats_;
  std::size_t opened_ = 0;  // how many formats, from the first on, have their element in open_
  std::size_t count_ = 0;
  bool full_ = false;
  bool line_empty_ = true;
  bool space_ = false;
  bool preformatted_ = false;
};

}  // namespace

std::optional<xml::Element> ToXhtmlIm(std::string_view html) {
  Builder builder;
  Reader reader(html);
  while (const auto event = reader.Next()) std::visit(builder, *event);
  return builder.Finish();
}

xml::Element StyledText(std::string_view text, std::string_view style) {
  xml::Element span(kXhtmlNs, "span");
  span.SetAttr("style", SafeStyle(style));
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (at > 0) span.Add(xml::Element(kXhtmlNs, "br"));
    span.AddText(text.substr(at, end - at));
    at = end + 1;
  }
  xml::Element paragraph(kXhtmlNs, "p");
  paragraph.Add(std::move(span));
  xml::Element body(kXhtmlNs, "body");
  body.Add(std::move(paragraph));
  return body;
}

}  // namespace dragoman::html
