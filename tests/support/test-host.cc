// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/test-host.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <utility>

namespace lvs::test {

namespace {

template <class T>
T parsed(std::string_view text) {
  const auto value = T::parse(text);
  if (!value) {
    ADD_FAILURE() << "not an address: " << text;
    std::abort();
  }
  return *value;
}

}  // namespace

base::Ipv4Addr addr(std::string_view text) { return parsed<base::Ipv4Addr>(text); }
base::Ipv4Prefix prefix(std::string_view text) { return parsed<base::Ipv4Prefix>(text); }
base::MacAddr mac(std::string_view text) { return parsed<base::MacAddr>(text); }

void CapturePort::transmit(host::PacketPtr frame) {
  Frame bytes(frame->size());
  frame->copy_to(bytes);
  if (frame->checksum == host::ChecksumState::partial) {
    const std::size_t start = frame->csum_start;
    const std::size_t field = start + frame->csum_offset;
    const base::ByteView covered{bytes.data() + start, bytes.size() - start};
    base::store_be16(bytes.data() + field, wire::checksum_of(wire::sum_bytes(covered)));
  }
  frames.push_back(std::move(bytes));
}

TestHost::TestHost(std::string name, trace::HostId id) : host(std::move(name), id, 1, clock) {}

host::Device& TestHost::eth(unsigned number) {
  while (devices_.size() <= number) {
    const auto next = static_cast<std::uint8_t>(devices_.size());
    const auto id = static_cast<std::uint8_t>(host.id());
    ports_.push_back(std::make_unique<CapturePort>());
    host::Device& dev =
        host.add_ethernet("eth" + std::to_string(next), base::MacAddr{{2, 0, 0, 0, id, next}}, ports_.back().get());
    host.set_up(dev, true);
    devices_.push_back(&dev);
  }
  return *devices_[number];
}

host::ConfigError TestHost::add(host::Device& dev, std::string_view address, host::Scope scope) {
  return host.add_address(dev, {.prefix = prefix(address), .scope = scope});
}

host::ConfigError TestHost::remove(host::Device& dev, std::string_view address) {
  return host.remove_address(dev, prefix(address));
}

void TestHost::receive(unsigned number, base::ByteView frame) {
  host.receive(eth(number), host::Packet::from_frame(frame));
}

std::vector<Frame> TestHost::sent(unsigned number) {
  eth(number);
  return std::exchange(ports_[number]->frames, {});
}

void TestHost::advance_to(base::Time when) {
  while (clock.wake_ <= when) {
    clock.now_ = std::max(clock.now_, std::exchange(clock.wake_, base::kNever));
    host.advance();
  }
  clock.now_ = when;
}

}  // namespace lvs::test
