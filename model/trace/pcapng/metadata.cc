// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/pcapng/metadata.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace lvs::trace {
namespace {

template <class Value>
Value little(Value value) {
  if constexpr (std::endian::native == std::endian::little || sizeof(Value) == 1) return value;
  if constexpr (sizeof(Value) == 2) return static_cast<Value>(__builtin_bswap16(value));
  if constexpr (sizeof(Value) == 4) return static_cast<Value>(__builtin_bswap32(value));
  return static_cast<Value>(__builtin_bswap64(value));
}

template <class Value>
void store(std::uint8_t* at, Value value) {
  value = little(value);
  std::memcpy(at, &value, sizeof value);
}

template <class Value>
Value load(const std::uint8_t* at) {
  Value value;
  std::memcpy(&value, at, sizeof value);
  return little(value);
}

}  // namespace

std::size_t Metadata::encode(std::uint8_t* out) const {
  const std::size_t name = std::min<std::size_t>(hook_name.size(), 255);
  out[0] = kMetadataVersion;
  out[1] = static_cast<std::uint8_t>(stage);
  out[2] = static_cast<std::uint8_t>(verdict);
  out[3] = static_cast<std::uint8_t>(drop);
  store(out + 4, step);
  store(out + 6, static_cast<std::uint16_t>(why.id));
  store(out + 8, host);
  store(out + 12, part);
  store(out + 16, ifindex);
  out[20] = flags;
  out[21] = static_cast<std::uint8_t>(name);
  out[22] = out[23] = 0;
  store(out + 24, connection);
  for (std::size_t i = 0; i < why.args.size(); ++i) store(out + 32 + 8 * i, why.args[i]);
  if (name != 0) std::memcpy(out + kMetadataSize, hook_name.data(), name);
  return kMetadataSize + name;
}

bool Metadata::decode(base::ByteView bytes) {
  if (bytes.size() < kMetadataSize || bytes[0] != kMetadataVersion) return false;
  const std::uint8_t* at = bytes.data();
  const std::size_t name = at[21];
  if (kMetadataSize + name > bytes.size()) return false;
  stage = static_cast<Stage>(at[1]);
  verdict = static_cast<Verdict>(at[2]);
  drop = static_cast<Drop>(at[3]);
  step = load<std::uint16_t>(at + 4);
  why.id = static_cast<WhyId>(load<std::uint16_t>(at + 6));
  host = load<std::uint32_t>(at + 8);
  part = load<std::uint32_t>(at + 12);
  ifindex = load<std::uint32_t>(at + 16);
  flags = at[20];
  connection = load<std::uint64_t>(at + 24);
  for (std::size_t i = 0; i < why.args.size(); ++i) why.args[i] = load<std::uint64_t>(at + 32 + 8 * i);
  hook_name = {reinterpret_cast<const char*>(at) + kMetadataSize, name};
  return true;
}

}  // namespace lvs::trace
