#include "xorb_codec.h"

#include <lz4frame.h>

#include <memory>

#include "xorb.h"

namespace localhub {
namespace {

struct FreeContext {
  void operator()(LZ4F_dctx* context) const { LZ4F_freeDecompressionContext(context); }
};

LZ4F_dctx* context_of_thread() {
  thread_local std::unique_ptr<LZ4F_dctx, FreeContext> context;
  if (!context) {
    LZ4F_dctx* made = nullptr;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&made, LZ4F_VERSION))) throw std::bad_alloc();
    context.reset(made);
  }
  LZ4F_resetDecompressionContext(context.get());
  return context.get();
}

/// x[0], x[4], ... then x[1], x[5], ... and so on: equal bytes of neighbouring floats meet.
std::string group(std::string_view plain) {
  std::string out;
  out.reserve(plain.size());
  for (size_t lane = 0; lane < 4; ++lane)
    for (size_t at = lane; at < plain.size(); at += 4) out += plain[at];
  return out;
}

std::string ungroup(std::string_view grouped) {
  std::string out(grouped.size(), '\0');
  size_t from = 0;
  for (size_t lane = 0; lane < 4; ++lane)
    for (size_t at = lane; at < out.size(); at += 4) out[at] = grouped[from++];
  return out;
}

std::string to_frame(std::string_view plain) {
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.blockSizeID = LZ4F_max256KB;
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  std::string out(LZ4F_compressFrameBound(plain.size(), &preferences), '\0');
  size_t made = LZ4F_compressFrame(out.data(), out.size(), plain.data(), plain.size(), &preferences);
  if (LZ4F_isError(made)) throw std::runtime_error("LZ4 cannot pack a chunk");
  out.resize(made);
  return out;
}

std::string from_frame(std::string_view packed, size_t length) {
  LZ4F_dctx* context = context_of_thread();
  // A byte more than announced, so that a frame that holds more is noticed and not followed.
  std::string out(length + 1, '\0');
  size_t made = 0;
  while (!packed.empty()) {
    size_t room = out.size() - made, taken = packed.size();
    size_t hint = LZ4F_decompress(context, out.data() + made, &room, packed.data(), &taken, nullptr);
    if (LZ4F_isError(hint)) throw FormatError("a chunk is not a valid LZ4 frame");
    made += room;
    packed.remove_prefix(taken);
    if (made > length) throw FormatError("a chunk unpacks to more than its header says");
    if (hint == 0 && !packed.empty()) throw FormatError("bytes follow the LZ4 frame of a chunk");
    if (hint == 0) break;
    if (taken == 0 && room == 0) break;
    if (packed.empty()) throw FormatError("the LZ4 frame of a chunk is cut short");
  }
  if (made != length) throw FormatError("a chunk unpacks to less than its header says");
  out.resize(made);
  return out;
}

}  // namespace

std::string pack(std::string_view plain, Packing packing) {
  if (packing == Packing::kNone) return std::string(plain);
  return packing == Packing::kGroupedLz4 ? to_frame(group(plain)) : to_frame(plain);
}

std::string unpack(std::string_view packed, Packing packing, size_t length) {
  if (packing == Packing::kNone) {
    if (packed.size() != length) throw FormatError("a stored chunk is not as long as its header says");
    return std::string(packed);
  }
  std::string plain = from_frame(packed, length);
  return packing == Packing::kGroupedLz4 ? ungroup(plain) : plain;
}

}  // namespace localhub
