#include "presence-store/pack.h"

#include <zstd.h>

#include "presence-store/dictionary.h"

namespace dragoman::store {
namespace {

constexpr int kLevel = 1;  // higher ones gain nothing on a few hundred bytes

// Protobuf never begins so: 0x28 would be a number in field 5, and no record has one there.
constexpr std::string_view kMagic = "\x28\xB5\x2F\xFD";

template <typename Handle, std::size_t (*Free)(Handle*)>
struct ZstdFree {
  void operator()(Handle* handle) const { Free(handle); }
};
template <typename Handle, std::size_t (*Free)(Handle*)>
using ZstdHandle = std::unique_ptr<Handle, ZstdFree<Handle, Free>>;

}  // namespace

struct Packer::Zstd {
  ZstdHandle<ZSTD_CDict, ZSTD_freeCDict> packing{
      ZSTD_createCDict(kDictionary.data(), kDictionary.size(), kLevel)};
  ZstdHandle<ZSTD_DDict, ZSTD_freeDDict> unpacking{
      ZSTD_createDDict(kDictionary.data(), kDictionary.size())};
  ZstdHandle<ZSTD_CCtx, ZSTD_freeCCtx> packer{ZSTD_createCCtx()};
  ZstdHandle<ZSTD_DCtx, ZSTD_freeDCtx> unpacker{ZSTD_createDCtx()};
};

Packer::Packer() : zstd_(std::make_unique<Zstd>()) {
  ZSTD_CCtx_refCDict(zstd_->packer.get(), zstd_->packing.get());
}
Packer::~Packer() = default;

std::string Packer::Pack(std::string_view record) {
  std::string packed(ZSTD_compressBound(record.size()), '\0');
  const std::size_t size = ZSTD_compress2(zstd_->packer.get(), packed.data(), packed.size(),
                                          record.data(), record.size());
  if (ZSTD_isError(size) || size >= record.size()) return std::string(record);
  packed.resize(size);
  return packed;
}

std::optional<std::string> Packer::Unpack(std::string_view packed) {
  if (!packed.starts_with(kMagic)) {
    if (packed.size() > kRecordBytesMax) return std::nullopt;
    return std::string(packed);
  }
  const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size > kRecordBytesMax) return std::nullopt;  // unknown and broken are the highest numbers
  std::string record(static_cast<std::size_t>(size), '\0');
  const std::size_t got =
      ZSTD_decompress_usingDDict(zstd_->unpacker.get(), record.data(), record.size(), packed.data(),
                                 packed.size(), zstd_->unpacking.get());
  if (ZSTD_isError(got) || got != record.size()) return std::nullopt;
  return record;
}

}  // namespace dragoman::store
