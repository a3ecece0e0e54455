// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include "base/json-writer.h"
#include "sweep/report.h"

namespace lvs::scenarios {
namespace {

using base::JsonWriter;

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

void add_points(JsonWriter& json, std::string_view name, const std::vector<SweepPoint>& points) {
  json.open('[', name);
  for (const SweepPoint& p : points) {
    const PointSpec& s = p.spec;
    const PointResult& r = p.result;
    json.line("\n    ").open('{').text("method", lower_name_of(s.method)).fixed("server_rate", s.server_rate, 0);
    json.number("servers", s.servers).fixed("director_bytes_per_s", r.director_bytes_per_s, 3);
    json.fixed("reply_bytes_per_s", r.reply_bytes_per_s, 3).fixed("cpu", r.cpu, 6).fixed("drops", r.drops, 0);
    json.fixed("mean_packet_bytes", r.mean_packet_bytes, 3)
        .fixed("director_packets_per_s", r.director_packets_per_s, 3);
    json.fixed("request_bytes_per_s", r.request_bytes_per_s, 3).fixed("requests_per_s", r.requests_per_s, 3);
    json.fixed("mean_latency_s", r.mean_latency_s, 9).fixed("nic", s.nic == 0 ? s.link_rate : s.nic, 0);
    json.number("directors", s.directors).close('}');
  }
  json.close(']');
}

void add_run(JsonWriter& json, const Sweep& sweep) {
  const SweepOptions& o = sweep.options;
  const PointSpec& b = o.base;
  json.open('{', "run").text("program", sweep.traits.name).number("servers", o.servers);
  json.text("scheduler", b.scheduler).text("load", name_of(b.load)).number("request_size", b.request_size);
  json.number("reply_size", b.reply_size).number("packet_size", b.packet_size).text("preset", o.preset_name);
  json.fixed("rewrite_s", seconds(b.cpu.rewrite), 9).fixed("droute_s", seconds(b.cpu.droute), 9);
  json.fixed("encapsulate_s", seconds(b.cpu.encapsulate), 9).fixed("link_rate", b.link_rate, 0);
  json.fixed("delay_s", seconds(b.delay), 9).fixed("warm_up_s", seconds(b.warm_up), 9);
  json.fixed("duration_s", seconds(b.duration), 9).number("seed", b.seed).number("run", b.run).close('}');
}

}  // namespace

std::string to_json(const Sweep& sweep) {
  std::string text;
  JsonWriter json(text);
  json.open('{');
  add_points(json, "points", sweep.points);
  json.line("\n ");
  add_points(json, "saturation", sweep.saturation);
  json.line("\n ").open('{', "published").fixed("nat_bytes_per_s", published::kMaxMBps * 1e6, 0);
  json.open('[', "nat_servers");
  for (const published::Claim& claim : published::kClaims)
    json.open('{').fixed("server_rate", claim.server_rate, 0).number("servers", claim.servers).close('}');
  json.close(']').close('}').line("\n ");
  add_run(json, sweep);
  json.close('}');
  return text += '\n';
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
