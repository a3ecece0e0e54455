// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/point-pcap.h"

#include <fmt/format.h>
#include <ns3/node.h>
#include <ns3/simulator.h>
#include <ns3/trace-helper.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <string>

#include "ns3/lvs-eth-net-device.h"

namespace lvs::scenarios {

class PointPcap::Nic final : public ns3::LvsFrameObserver {
 public:
  Nic(std::string name, int fd) : name_(std::move(name)), fd_(fd) {
    constexpr std::uint32_t kMagic = 0xa1b2c3d4, kVersion = 2 | 4u << 16, kSnapLength = 262144, kEthernet = 1;
    for (const std::uint32_t value : {kMagic, kVersion, 0u, 0u, kSnapLength, kEthernet}) number(value);
  }

  void FrameSent(ns3::LvsEthNetDevice&, const host::Packet& frame) override { keep(frame); }
  void FrameReceived(ns3::LvsEthNetDevice&, const host::Packet& frame) override { keep(frame); }

  // Empty, or why not everything could be written.
  std::string finish() {
    flush();
    return error_ == 0 ? std::string() : fmt::format("cannot write {}: {}", name_, std::strerror(error_));
  }

 private:
  void number(std::uint32_t value) { buffer_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void keep(const host::Packet& frame) {
    constexpr std::int64_t kMillion = 1'000'000;
    constexpr std::size_t kBuffer = 256 << 10;
    const std::int64_t now = ns3::Simulator::Now().GetMicroSeconds();
    for (const std::int64_t value : {now / kMillion, now % kMillion}) number(static_cast<std::uint32_t>(value));
    const auto size = static_cast<std::uint32_t>(frame.size());
    number(size);
    number(size);
    bytes_.resize(size);
    frame.copy_to(bytes_);
    buffer_.append(reinterpret_cast<const char*>(bytes_.data()), size);
    if (buffer_.size() > kBuffer) flush();
  }
  void flush() {
    if (error_ == 0 && !write_all(fd_, buffer_)) error_ = errno;
    buffer_.clear();
  }

  std::string name_;
  int fd_;
  int error_ = 0;
  std::string buffer_;
  std::vector<std::uint8_t> bytes_;
};

PointPcap::PointPcap(const PointSpec& spec, const ns3::NodeContainer& nodes) {
  if (spec.pcap_prefix.empty()) return;
  ns3::PcapHelper names;
  for (auto node = nodes.Begin(); node != nodes.End(); ++node) {
    for (std::uint32_t i = 0; i < (*node)->GetNDevices() && !failed_; ++i) {
      const auto device = ns3::DynamicCast<ns3::LvsEthNetDevice>((*node)->GetDevice(i));
      if (device == nullptr) continue;
      const std::string name = names.GetFilenameFromDevice(spec.pcap_prefix, device);
      if (const std::string why = files_.open(name); !why.empty()) {
        fail(fmt::format("cannot write {}: {}", name, why));
        return;
      }
      nics_.push_back(std::make_unique<Nic>(name, files_.descriptor(name)));
      device->SetFrameObserver(nics_.back().get());
    }
  }
}

PointPcap::~PointPcap() = default;

void PointPcap::fail(const std::string& why) {
  failed_ = true;
  std::cerr << program_invocation_short_name << ": " << why << '\n';
}

bool PointPcap::finish() {
  for (const auto& nic : nics_) {
    const std::string why = failed_ ? std::string() : nic->finish();
    if (!why.empty()) fail(why);
  }
  const std::string why = failed_ ? std::string() : files_.commit();
  if (!why.empty()) fail(why);
  return !failed_;
}

}  // namespace lvs::scenarios
