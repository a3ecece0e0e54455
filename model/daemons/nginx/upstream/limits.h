// SPDX-License-Identifier: GPL-2.0-or-later
// What is counted under a key, for all workers (nginx: ngx_http_limit_req_module, ngx_http_limit_conn_module).
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace lvs::nginx {

// In thousandths of a request; the rate by the second.
struct RateRule {
  std::uint64_t rate = 1000, burst = 0, delay = 0;
};

// The requests of a zone by key: a bucket each, that leaks at the zone's rate.
class RateZone {
 public:
  explicit RateZone(std::uint64_t bytes);

  enum class Verdict : std::uint8_t { passed, held, refused, no_room };
  // `excess`: what is in the bucket with this request. `last`: of several zones of one request; the others are only
  // looked at ("held"), until settle() or release(). `now`: in milliseconds.
  Verdict look(const std::string& key, const RateRule& rule, std::int64_t now, bool last, std::uint64_t& excess);
  // The request counts; what is in the bucket with it.
  std::uint64_t settle(const std::string& key, const RateRule& rule, std::int64_t now);
  void release(const std::string& key);
  std::size_t size() const { return buckets_.size(); }

 private:
  struct Bucket {
    std::string key;
    std::uint64_t excess = 0;
    std::int64_t last = 0;  // milliseconds
    unsigned held = 0;
  };
  static std::uint64_t level(const Bucket& bucket, const RateRule& rule, std::int64_t now, std::int64_t& passed);
  void drop_old(const RateRule& rule, std::int64_t now, bool by_force);

  std::uint64_t most_;
  std::list<Bucket> buckets_;  // the one asked for last in front
  std::unordered_map<std::string, std::list<Bucket>::iterator> places_;
};

// Requests at work by key.
class ConnectionZone {
 public:
  explicit ConnectionZone(std::uint64_t bytes);
  // False: there are as many already, or there is no room.
  bool enter(const std::string& key, unsigned most);
  void leave(const std::string& key);

 private:
  std::uint64_t most_;
  std::unordered_map<std::string, unsigned> counts_;
};

// The zones of a running nginx, by name. A reload keeps them.
struct LimitZones {
  std::map<std::string, RateZone> rates;
  std::map<std::string, ConnectionZone> connections;
};

}  // namespace lvs::nginx
