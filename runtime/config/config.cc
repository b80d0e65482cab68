#include "runtime/config/config.h"

#include <google/protobuf/descriptor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

namespace dragoman::runtime {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::size_t EditDistance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

// Walks the document and the schema side by side.
class Walker {
 public:
  Walker(LoadedConfig& loaded, std::vector<std::string>& errors)
      : loaded_(loaded), errors_(errors) {}

  void Walk(const YAML::Node& node, Message& message, const std::string& path, int depth) {
    Remember(path, node);
    if (node.IsNull()) return;
    if (!node.IsMap()) return Complain(node, path, "expected keys and values");
    if (depth > kConfigDepthMax) return Complain(node, path, "nested too deeply");
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
      const std::string at = path.empty() ? key : path + "." + key;
      const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(key);
      if (field == nullptr) {
        Complain(entry.first, at, "unknown key" + Suggestion(key, *message.GetDescriptor()));
      } else if (!seen.insert(key).second) {
        Complain(entry.first, at, "said twice");
      } else {
        Take(entry.second, message, *field, at, depth);
      }
    }
  }

 private:
  void Complain(const YAML::Node& node, const std::string& path, const std::string& text) {
    const YAML::Mark mark = node.Mark();
    errors_.push_back(loaded_.file + ":" + std::to_string(mark.line + 1) + ":" +
                      std::to_string(mark.column + 1) + ": " + (path.empty() ? "" : path + ": ") +
                      text);
  }

  void Remember(const std::string& path, const YAML::Node& node) {
    loaded_.lines[path] = node.Mark().line + 1;
  }

  static std::string Suggestion(const std::string& key, const Descriptor& schema) {
    std::string best;
    std::string all;
    for (int i = 0; i < schema.field_count(); ++i) {
      const std::string& name = schema.field(i)->name();
      all += (all.empty() ? "" : ", ") + name;
      if (best.empty() || EditDistance(key, name) < EditDistance(key, best)) best = name;
    }
    if (EditDistance(key, best) <= 2) return "; did you mean " + best + "?";
    return "; expected one of " + all;
  }

  void Take(const YAML::Node& node, Message& message, const FieldDescriptor& field,
            const std::string& path, int depth) {
    Remember(path, node);
    if (node.IsNull()) return;
    if (field.is_repeated()) {
      if (!node.IsSequence()) return Complain(node, path, "expected a list");
      for (std::size_t i = 0; i < node.size(); ++i) {
        TakeOne(node[i], message, field, path + "[" + std::to_string(i) + "]", depth);
      }
      return;
    }
    TakeOne(node, message, field, path, depth);
  }

  void TakeOne(const YAML::Node& node, Message& message, const FieldDescriptor& field,
               const std::string& path, int depth) {
    const google::protobuf::Reflection& reflection = *message.GetReflection();
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Message* child = field.is_repeated() ? reflection.AddMessage(&message, &field)
                                           : reflection.MutableMessage(&message, &field);
      return Walk(node, *child, path, depth + 1);
    }
    Remember(path, node);
    if (!node.IsScalar()) return Complain(node, path, "expected a single value");
    const std::string& text = node.Scalar();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        if (field.is_repeated()) return reflection.AddString(&message, &field, text);
        return reflection.SetString(&message, &field, text);
      case FieldDescriptor::CPPTYPE_UINT32: {
        std::uint32_t value = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
        if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
          return Complain(node, path, "expected a number, found \"" + text + "\"");
        }
        return reflection.SetUInt32(&message, &field, value);
      }
      case FieldDescriptor::CPPTYPE_BOOL:
        if (text != "true" && text != "false") {
          return Complain(node, path, "expected true or false, found \"" + text + "\"");
        }
        return reflection.SetBool(&message, &field, text == "true");
      default:
        return Complain(node, path, "this kind of value is not in the schema");
    }
  }

  LoadedConfig& loaded_;
  std::vector<std::string>& errors_;
};

// Anchors and aliases can build documents without end; a configuration needs none.
class AnchorFinder : public YAML::EventHandler {
 public:
  std::optional<YAML::Mark> found;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { See(mark, anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override { See(mark, anchor); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                const std::string&) override {
    See(mark, anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    See(mark, anchor);
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    See(mark, anchor);
  }
  void OnMapEnd() override {}

 private:
  void See(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0 && !found) found = mark;
  }
};

std::optional<YAML::Mark> FindAnchor(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  AnchorFinder finder;
  parser.HandleNextDocument(finder);
  return finder.found;
}

std::string At(const std::string& file, const YAML::Mark& mark) {
  return file + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1) + ": ";
}

}  // namespace

std::string LoadedConfig::Explain(const std::string& path, const std::string& text) const {
  std::string at = path;
  while (!at.empty() && !lines.contains(at)) {
    const std::size_t cut = at.find_last_of(".[");
    at.resize(cut == std::string::npos ? 0 : cut);
  }
  const auto line = lines.find(at);
  return file + ":" + std::to_string(line == lines.end() ? 1 : line->second) + ": " + path + ": " +
         text;
}

Result<LoadedConfig, std::vector<std::string>> LoadConfig(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  if (!stream || !(content << stream.rdbuf()))
    return Fail(std::vector<std::string>{file + ": cannot be read"});
  const std::string text = content.str();
  if (text.size() > kConfigBytesMax)
    return Fail(std::vector<std::string>{file + ": larger than 1 MiB"});
  LoadedConfig loaded;
  loaded.file = file;
  std::vector<std::string> errors;
  try {  // the library's way to say that a file is no YAML; it ends here
    if (const std::optional<YAML::Mark> anchor = FindAnchor(text)) {
      return Fail(std::vector<std::string>{
          At(file, *anchor) +
          "anchors and aliases are not allowed; quote a value that begins with & or *"});
    }
    const YAML::Node root = YAML::Load(text);
    Walker(loaded, errors).Walk(root, loaded.config, "", 0);
  } catch (const YAML::Exception& error) {
    errors.push_back(At(file, error.mark) + "not YAML: " + error.msg +
                     "; a value that begins with * or & needs quotes");
  }
  if (!errors.empty()) return Fail(std::move(errors));
  return loaded;
}

}  // namespace dragoman::runtime
