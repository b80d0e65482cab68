// Records as they lie in Redis: zstd with a dictionary of what records have in common, because
// memory for each dialog is a budget (design §5) and a record is too short to tell its own pattern.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman::store {

inline constexpr std::size_t kRecordBytesMax = 64 * 1024;  // L-27: as it is in memory

// One for each thread: zstd's contexts are kept from one record to the next.
class Packer {
 public:
  Packer();
  ~Packer();

  // Shorter by half to two thirds for a record with a dialog; what gains nothing stays as it is.
  std::string Pack(std::string_view record);
  // nullopt: garbage, of a dictionary that is not known here, or above kRecordBytesMax (T-55).
  std::optional<std::string> Unpack(std::string_view packed);

 private:
  struct Zstd;
  std::unique_ptr<Zstd> zstd_;
};

}  // namespace dragoman::store
