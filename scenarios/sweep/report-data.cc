// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/json-writer.h"
#include "sweep/fields.h"
#include "sweep/moments.h"
#include "sweep/report.h"

namespace lvs::scenarios {
namespace {

using base::JsonWriter;

// JSON has no NaN.
void add_number(JsonWriter& json, std::string_view name, double value, int digits) {
  if (std::isnan(value)) {
    json.raw(name, "null");
  } else {
    json.fixed(name, value, digits);
  }
}

void add_points(JsonWriter& json, std::string_view name, const std::vector<SweepPoint>& points) {
  json.open('[', name);
  for (const SweepPoint& p : points) {
    json.line("\n    ").open('{').text("method", lower_name_of(p.spec.method));
    json.fixed("server_rate", p.spec.server_rate, 0).number("servers", p.spec.servers);
    for (const Measure& each : measures()) add_number(json, each.name, p.result.*each.value, each.digits);
    for (const Parameter& each : parameters(p.spec)) {
      if (each.quoted) {
        json.text(each.name, each.value);
      } else {
        json.raw(each.name, each.value);
      }
    }
    for (const Measure& each : measures())
      add_number(json, std::string(each.name) + "_half95", p.half.*each.value, each.digits + 3);
    json.open('[', "latency_series_s");
    for (const double value : p.result.series) add_number(json, "", value, 9);
    json.close(']').open('[', "server_requests");
    const std::size_t shown = std::min<std::size_t>(p.spec.servers, p.result.server_requests.size());
    for (std::size_t i = 0; i < shown; ++i) add_number(json, "", double{p.result.server_requests[i]}, 1);
    json.close(']').close('}');
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
  json.fixed("duration_s", seconds(b.duration), 9)
      .number("seed", b.seed)
      .number("run", b.run)
      .number("replications", o.replications)
      .close('}');
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

std::string csv_word(const std::string& word) {
  if (word.find_first_of(",\"\n") == std::string::npos) return word;
  std::string out = "\"";
  for (const char c : word) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

std::string csv_head(const PointSpec& spec) {
  std::string out = "method,server_rate,servers";
  for (const Measure& each : measures()) out += fmt::format(",{}", each.name);
  for (const Parameter& each : parameters(spec)) out += "," + csv_word(std::string(each.name));
  out += ",replications";
  for (const Measure& each : measures()) out += fmt::format(",{}_half95", each.name);
  return out + '\n';
}

std::string csv_row(const SweepPoint& p, unsigned replications) {
  std::string out = fmt::format("{},{:.0f},{}", lower_name_of(p.spec.method), p.spec.server_rate, p.spec.servers);
  const auto cell = [&](double value, int digits) {
    out += ',';
    if (!std::isnan(value)) out += fmt::format("{:.{}f}", value, digits);
  };
  for (const Measure& each : measures()) cell(p.result.*each.value, each.digits);
  for (const Parameter& each : parameters(p.spec)) out += "," + csv_word(each.value);
  out += fmt::format(",{}", replications);
  for (const Measure& each : measures()) cell(p.half.*each.value, each.digits + 3);
  return out + '\n';
}

std::string to_csv(const Sweep& sweep) {
  std::string out = csv_head(sweep.points.front().spec);
  for (const SweepPoint& p : sweep.points) out += csv_row(p, sweep.options.replications);
  return out;
}

}  // namespace lvs::scenarios
