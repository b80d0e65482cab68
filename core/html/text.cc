#include "core/html/text.h"

#include <optional>
#include <utility>
#include <vector>

#include "core/base/ascii.h"
#include "core/html/link.h"
#include "core/html/reader.h"

namespace dragoman::html {
namespace {

constexpr std::string_view kNoBreakSpace = "\xC2\xA0";

class Writer {
 public:
  void operator()(const std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
      if (text.compare(i, kNoBreakSpace.size(), kNoBreakSpace) == 0) {
        Put(' ');
        ++i;
      } else if (!blank) {
        Put(c);
      } else if (preformatted_ == 0) {
        space_ = true;
      } else if (c == '\n') {
        EndLine();
      } else if (c != '\r') {
        Put(c);
      }
    }
  }

  void operator()(const Tag& tag) {
    if (tag.name == "br") {
      EndLine();
    } else if (tag.name == "img") {
      (*this)(std::string(tag.Attr("alt")));
    } else if (tag.name == "a") {
      EndLink();
      if (!tag.closes) BeginLink(tag);
    } else if (tag.name == "td" || tag.name == "th") {
      if (!tag.closes && !line_empty_) Put('\t');
    } else if (IsBlock(tag.name)) {
      Block(tag);
    }
  }

  std::string Finish() {
    EndLink();
    return std::string(Trim(out_));
  }

 private:
  struct List {
    bool numbered = false;
    std::size_t items = 0;
  };
  struct Link {
    std::string address;
    std::size_t from;  // in out_
  };

  void Put(char c) {
    if (line_empty_) {
      out_ += std::exchange(prefix_, {});
    } else if (space_) {
      out_ += ' ';
    }
    out_ += c;
    space_ = line_empty_ = false;
  }

  void EndLine() {
    prefix_.clear();
    while (out_.ends_with(' ')) out_.pop_back();
    out_ += '\n';
    space_ = false;
    line_empty_ = true;
  }

  void Block(const Tag& tag) {
    if (!line_empty_) EndLine();
    space_ = false;
    if (tag.name == "pre") {
      if (!tag.closes) ++preformatted_;
      if (tag.closes && preformatted_ > 0) --preformatted_;
    } else if (tag.name == "ul" || tag.name == "ol") {
      if (!tag.closes && lists_.size() < kListDepthMax) lists_.push_back({tag.name == "ol", 0});
      if (tag.closes && !lists_.empty()) lists_.pop_back();
    } else if (tag.name == "li" && !tag.closes) {
      const bool numbered = !lists_.empty() && lists_.back().numbered;
      prefix_.assign(lists_.empty() ? 0 : 2 * (lists_.size() - 1), ' ');
      prefix_ += numbered ? std::to_string(++lists_.back().items) + ". " : "- ";
    }
  }

  void BeginLink(const Tag& tag) {
    if (auto address = SafeLink(tag.Attr("href"))) link_ = Link{*std::move(address), out_.size()};
  }

  void EndLink() {
    if (!link_) return;
    const Link link = *std::move(link_);
    link_.reset();
    const std::string_view text =
        Trim(std::string_view(out_).substr(std::min(link.from, out_.size())));
    std::string_view bare = link.address;  // as people write it
    for (const std::string_view front : {"http://", "https://", "mailto:", "xmpp:", "sip:"}) {
      if (bare.starts_with(front)) bare.remove_prefix(front.size());
    }
    if (bare.ends_with('/')) bare.remove_suffix(1);
    if (text.empty() || text.find(bare) != std::string_view::npos) return;
    space_ = true;
    for (const char c : "<" + link.address + ">") Put(c);
  }

  std::string out_;
  std::string prefix_;      // stands in front of the line once something stands in it
  bool line_empty_ = true;  // nothing stands in the line yet
  bool space_ = false;      // white space has come since the last character
  std::size_t preformatted_ = 0;
  std::vector<List> lists_;
  std::optional<Link> link_;
};

}  // namespace

std::string ToText(std::string_view html) {
  Writer writer;
  Reader reader(html);
  while (const auto event = reader.Next()) std::visit(writer, *event);
  return writer.Finish();
}

}  // namespace dragoman::html
