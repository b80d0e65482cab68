// One way of reading a message, and what it found: so that nobody wins by not reading.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman::bench {

struct Found {
  std::string call_id;
  std::string from_tag;
  std::string method;  // of the CSeq
  unsigned long cseq = 0;
  std::size_t vias = 0;
  std::size_t contacts = 0;
  std::size_t record_routes = 0;
  std::size_t body_bytes = 0;
  friend bool operator==(const Found&, const Found&) = default;
};

class Reader {
 public:
  virtual ~Reader() = default;
  virtual std::string name() const = 0;
  // Reads the message into its structure and lets it go. False: the message was refused.
  virtual bool Read(std::string_view bytes) = 0;
  // The same, and what From, Call-ID, CSeq, Via, Contact and Record-Route say.
  virtual Found Look(std::string_view bytes) = 0;
};

std::unique_ptr<Reader> MakeFramed();     // ours
std::unique_ptr<Reader> MakeValidated();  // ours, and every check that a request must pass
std::unique_ptr<Reader> MakeTyped();      // ours, and the seven fields as values, as the others do
std::unique_ptr<Reader> MakeOsip();
std::unique_ptr<Reader> MakeSofia();

}  // namespace dragoman::bench
