// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include "sweep/report.h"

namespace lvs::scenarios {
namespace {

std::string json_point(const SweepPoint& p) {
  const PointSpec& s = p.spec;
  const PointResult& r = p.result;
  return fmt::format(
      R"({{"method":"{}","server_rate":{:.0f},"servers":{},"director_bytes_per_s":{:.3f},"reply_bytes_per_s":{:.3f},)"
      R"("cpu":{:.6f},"drops":{:.0f},"mean_packet_bytes":{:.3f},"director_packets_per_s":{:.3f},)"
      R"("request_bytes_per_s":{:.3f},"requests_per_s":{:.3f},"mean_latency_s":{:.9f},"nic":{:.0f},"directors":{}}})",
      lower_name_of(s.method), s.server_rate, s.servers, r.director_bytes_per_s, r.reply_bytes_per_s, r.cpu, r.drops,
      r.mean_packet_bytes, r.director_packets_per_s, r.request_bytes_per_s, r.requests_per_s, r.mean_latency_s,
      s.nic == 0 ? s.link_rate : s.nic, s.directors);
}

std::string json_points(const std::vector<SweepPoint>& points) {
  std::string out;
  for (const SweepPoint& p : points) {
    if (!out.empty()) out += ",";
    out += "\n    " + json_point(p);
  }
  return out;
}

}  // namespace

std::string to_json(const Sweep& sweep) {
  const SweepOptions& o = sweep.options;
  const PointSpec& b = o.base;
  const std::string run = fmt::format(
      R"({{"program":"{}","servers":{},"scheduler":"{}","load":"{}","request_size":{},"reply_size":{},"packet_size":{},)"
      R"("preset":"{}","rewrite_s":{:.9f},"droute_s":{:.9f},"encapsulate_s":{:.9f},"link_rate":{:.0f},"delay_s":{:.9f},)"
      R"("warm_up_s":{:.9f},"duration_s":{:.9f},"seed":{},"run":{}}})",
      sweep.traits.name, o.servers, b.scheduler, name_of(b.load), b.request_size, b.reply_size, b.packet_size,
      o.preset_name, std::chrono::duration<double>(b.cpu.rewrite).count(),
      std::chrono::duration<double>(b.cpu.droute).count(), std::chrono::duration<double>(b.cpu.encapsulate).count(),
      b.link_rate, std::chrono::duration<double>(b.delay).count(), std::chrono::duration<double>(b.warm_up).count(),
      std::chrono::duration<double>(b.duration).count(), b.seed, b.run);
  std::string claims;
  for (const published::Claim& claim : published::kClaims) {
    if (!claims.empty()) claims += ",";
    claims += fmt::format(R"({{"server_rate":{:.0f},"servers":{}}})", claim.server_rate, claim.servers);
  }
  return fmt::format(
      "{{\"points\":[{}],\n \"saturation\":[{}],\n \"published\":{{\"nat_bytes_per_s\":{:.0f},\"nat_servers\":[{}]}},\n"
      " \"run\":{}}}\n",
      json_points(sweep.points), json_points(sweep.saturation), published::kMaxMBps * 1e6, claims, run);
}

std::string to_csv(const Sweep& sweep) {
  std::string out =
      "method,server_rate,servers,director_bytes_per_s,reply_bytes_per_s,cpu,drops,mean_packet_bytes,"
      "director_packets_per_s,request_bytes_per_s,requests_per_s,mean_latency_s,nic,directors\n";
  for (const SweepPoint& p : sweep.points) {
    const PointSpec& s = p.spec;
    const PointResult& r = p.result;
    out += fmt::format("{},{:.0f},{},{:.3f},{:.3f},{:.6f},{:.0f},{:.3f},{:.3f},{:.3f},{:.3f},{:.9f},{:.0f},{}\n",
                       lower_name_of(s.method), s.server_rate, s.servers, r.director_bytes_per_s, r.reply_bytes_per_s,
                       r.cpu, r.drops, r.mean_packet_bytes, r.director_packets_per_s, r.request_bytes_per_s,
                       r.requests_per_s, r.mean_latency_s, s.nic == 0 ? s.link_rate : s.nic, s.directors);
  }
  return out;
}

}  // namespace lvs::scenarios
