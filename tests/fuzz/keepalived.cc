// SPDX-License-Identifier: GPL-2.0-or-later
// keepalived.conf and received VRRP: any bytes as a configuration are read or complained about; any bytes as a packet
// of protocol 112 leave an instance in one of its states.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemons/keepalived/conf/grammar/read.h"
#include "daemons/keepalived/vrrp/vrrp.h"

using namespace lvs::keepalived;

namespace {

class OneFile final : public ConfHost {
 public:
  explicit OneFile(std::string text) : text_(std::move(text)) {}
  std::optional<std::string> read(std::string_view path) const override {
    return path == "k.conf" ? std::optional(text_) : std::nullopt;
  }
  bool has_interface(std::string_view name) const override { return name == "lo" || name == "eth0"; }
  bool exists(std::string_view) const override { return true; }
  bool can_execute(std::string_view) const override { return true; }
  std::optional<lvs::base::Ipv4Addr> address(std::string_view) const override {
    return lvs::base::Ipv4Addr::of(10, 0, 0, 11);
  }

 private:
  std::string text_;
};

class QuietWorld final : public VrrpWorld {
 public:
  lvs::base::Time now() const override { return std::chrono::seconds(1); }
  void wake_at(lvs::base::Time) override {}
  void log(std::string_view) override {}
  bool detail() const override { return true; }
  std::string send(const VrrpInstance&, std::span<const std::uint8_t>) override { return {}; }
  void gratuitous_arp(const std::string&, lvs::base::Ipv4Addr) override {}
  bool interface_up(const std::string&) const override { return true; }
  std::optional<lvs::base::Ipv4Addr> interface_address(const std::string&,
                                                       const std::vector<lvs::base::Ipv4Addr>&) const override {
    return lvs::base::Ipv4Addr::of(10, 0, 0, 11);
  }
  void set_address(const ConfAddress&, const std::string&, bool) override {}
  bool set_route(const ConfRoute&, bool) override { return true; }
  void notify(const ConfScript&, const std::vector<std::string>&, bool) override {}
  void mail(const std::string&, const std::string&) override {}
  void entered(const VrrpInstance&) override {}
};

}  // namespace

// The configuration, a zero byte, the packet.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\0'), text.size());
  const OneFile host(text.substr(0, end));
  test_conf({"k.conf", {}, true, nullptr}, host);
  const ConfReading reading = read_conf({"k.conf", {}, false, nullptr}, ConfReaderKind::vrrp, host);
  if (!reading.usable) return 0;
  QuietWorld world;
  Vrrp vrrp(reading.conf, world);
  vrrp.begin(false);
  vrrp.adopt(nullptr);
  vrrp.start();
  if (end < size) vrrp.receive("eth0", false, {data + end + 1, size - end - 1});
  for (const auto& instance : vrrp.instances()) {
    if (name_of(instance->state).empty()) std::abort();
  }
  return 0;
}
