// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/capture/tcpdump-file.h"

#include <fmt/format.h>

#include "trace/pcapng/pcapng.h"

namespace lvs::control {
namespace {

constexpr std::uint32_t kMicroseconds = 0xa1b2c3d4, kNanoseconds = 0xa1b23c4d;
constexpr std::uint32_t kSnapLength = 262144, kEthernet = 1;
constexpr std::size_t kHeader = 24, kRecord = 16;

void put32(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xff);
}

class PcapReader {
 public:
  PcapReader(std::string_view file, std::string& error) : file_(file), error_(error) {}

  std::vector<FileFrame> run() {
    std::vector<FileFrame> frames;
    const std::uint32_t magic = load(0);
    swapped_ = magic == __builtin_bswap32(kMicroseconds) || magic == __builtin_bswap32(kNanoseconds);
    const std::uint32_t known = load(0);
    if (known != kMicroseconds && known != kNanoseconds) {
      error_ = "unknown file format";
      return frames;
    }
    if (file_.size() < kHeader) {
      error_ =
          fmt::format("truncated dump file; tried to read {} file header bytes, only got {}", kHeader, file_.size());
      return frames;
    }
    if (load(20) != kEthernet) {
      error_ = "only Ethernet captures are modelled";
      return frames;
    }
    const std::int64_t unit = known == kNanoseconds ? 1 : 1000;
    for (std::size_t at = kHeader; at < file_.size();) {
      if (file_.size() - at < kRecord) {
        error_ =
            fmt::format("truncated dump file; tried to read {} header bytes, only got {}", kRecord, file_.size() - at);
        return frames;
      }
      const std::uint32_t length = load(at + 8);
      if (length > kSnapLength || file_.size() - at - kRecord < length) {
        error_ = fmt::format("truncated dump file; tried to read {} captured bytes, only got {}", length,
                             file_.size() - at - kRecord);
        return frames;
      }
      FileFrame frame;
      frame.at = std::chrono::seconds(load(at)) + base::Time(load(at + 4) * unit);
      const std::string_view bytes = file_.substr(at + kRecord, length);
      frame.bytes.assign(bytes.begin(), bytes.end());
      frames.push_back(std::move(frame));
      at += kRecord + length;
    }
    return frames;
  }

 private:
  std::uint32_t load(std::size_t at) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4 && at + i < file_.size(); ++i)
      value |= std::uint32_t{static_cast<std::uint8_t>(file_[at + i])} << 8 * i;
    return swapped_ ? __builtin_bswap32(value) : value;
  }

  std::string_view file_;
  std::string& error_;
  bool swapped_ = false;
};

std::vector<FileFrame> read_pcapng(std::string_view file, std::string& error) {
  std::vector<FileFrame> frames;
  trace::pcapng::Reader reader({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()});
  while (const auto block = reader.next()) {
    const auto* packet = std::get_if<trace::pcapng::Packet>(&*block);
    if (packet != nullptr) frames.push_back({packet->at, {packet->bytes.begin(), packet->bytes.end()}});
  }
  error = reader.error();
  return frames;
}

}  // namespace

std::string pcap_header() {
  std::string out;
  put32(out, kMicroseconds);
  put32(out, 2 | 4 << 16);  // version 2.4
  put32(out, 0);
  put32(out, 0);
  put32(out, kSnapLength);
  put32(out, kEthernet);
  return out;
}

std::string pcap_record(base::Time at, base::ByteView frame) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(at).count();
  std::string out;
  put32(out, static_cast<std::uint32_t>(micros / 1'000'000));
  put32(out, static_cast<std::uint32_t>(micros % 1'000'000));
  put32(out, static_cast<std::uint32_t>(frame.size()));
  put32(out, static_cast<std::uint32_t>(frame.size()));
  out.append(reinterpret_cast<const char*>(frame.data()), frame.size());
  return out;
}

std::vector<FileFrame> read_capture(std::string_view file, std::string& error) {
  if (file.size() < 4) {
    error = fmt::format("truncated dump file; tried to read 4 file header bytes, only got {}", file.size());
    return {};
  }
  if (file.starts_with("\x0a\x0d\x0d\x0a")) return read_pcapng(file, error);
  return PcapReader(file, error).run();
}

}  // namespace lvs::control
