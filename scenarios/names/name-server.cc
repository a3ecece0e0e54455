// SPDX-License-Identifier: GPL-2.0-or-later
#include "names/name-server.h"

#include <fmt/format.h>
#include <ns3/simulator.h>

#include <algorithm>
#include <stdexcept>

#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "control/programs/dns/exchange.h"
#include "daemons/daemons.h"

namespace lvs::scenarios {
namespace {

constexpr const char* kName = "www.example.com";

class NameServer final : public HybridNames {
 public:
  NameServer(const ns3::Ptr<ns3::LvsHost>& server, const std::string& address, const std::vector<std::string>& vips,
             unsigned ttl);

  void add_resolver(const ns3::Ptr<ns3::LvsHost>& machine) override;
  void start() override;

 private:
  class Resolver;

  std::string address_;
  std::vector<std::string> vips_;
  std::vector<std::unique_ptr<Resolver>> resolvers_;
};

class NameServer::Resolver {
 public:
  Resolver(NameServer& names, unsigned number, const ns3::Ptr<ns3::LvsHost>& host)
      : names_(names),
        number_(number),
        host_(host),
        exchange_(host->GetMachine(), {}, [](const std::string&, bool) {}),
        again_(host->GetMachine().host(), [this] { ask(); }) {}

  // Its time has come when the answer before has none left.
  void ask() {
    wire::DnsMessage question;
    question.id = static_cast<std::uint16_t>(host_->GetMachine().host().rng.next());
    question.flags = wire::dns_flag::rd;
    question.questions.push_back({kName, static_cast<std::uint16_t>(wire::DnsType::a), wire::kDnsIn});
    control::DnsExchange::Setting setting;
    setting.servers = {{*base::Ipv4Addr::parse(names_.address_), wire::kDnsPort}};
    exchange_.ask(question, setting, [this](const control::DnsExchange::Outcome& outcome) { answered(outcome); });
  }
  void begin() {
    const ns3::LvsHost::Entry entry(*host_);
    ask();
  }

 private:
  void answered(const control::DnsExchange::Outcome& outcome) {
    base::Time wait = std::chrono::seconds(1);  // nobody answers, or there is no such name: later
    if (outcome.reply && !outcome.reply->answers.empty()) {
      const wire::DnsRecord& first = outcome.reply->answers.front();
      wait = std::chrono::seconds(first.ttl);
      const auto at = std::ranges::find(names_.vips_, dns_value_text(first));
      if (at != names_.vips_.end()) names_.chosen_(number_, static_cast<unsigned>(at - names_.vips_.begin()));
    }
    again_.set_after(std::max<base::Time>(wait, std::chrono::milliseconds(1)));
  }

  NameServer& names_;
  unsigned number_;
  ns3::Ptr<ns3::LvsHost> host_;
  control::DnsExchange exchange_;
  control::Alarm again_;
};

NameServer::NameServer(const ns3::Ptr<ns3::LvsHost>& server, const std::string& address,
                       const std::vector<std::string>& vips, unsigned ttl)
    : address_(address), vips_(vips) {
  daemons::add_daemons();
  std::string command = fmt::format("dnsmasq -C /dev/null -R -h --local-ttl={}", ttl);
  for (const std::string& vip : vips) command += fmt::format(" --host-record={},{}", kName, vip);
  server->MustRun(command);
}

void NameServer::add_resolver(const ns3::Ptr<ns3::LvsHost>& machine) {
  resolvers_.push_back(std::make_unique<Resolver>(*this, static_cast<unsigned>(resolvers_.size()), machine));
}

void NameServer::start() {
  for (const auto& each : resolvers_) each->begin();
}

}  // namespace

std::unique_ptr<HybridNames> make_hybrid_names(const ns3::Ptr<ns3::LvsHost>& server, const std::string& address,
                                               const std::vector<std::string>& vips, unsigned ttl) {
  return std::make_unique<NameServer>(server, address, vips, ttl);
}

}  // namespace lvs::scenarios
