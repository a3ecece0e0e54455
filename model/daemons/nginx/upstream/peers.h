// SPDX-License-Identifier: GPL-2.0-or-later
// Which server of a group a request or a session gets, and what its failures come to (nginx:
// ngx_http_upstream_*_module, the same in ngx_stream_upstream_*_module). Times are whole seconds of the day's clock, as
// nginx has them here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/addr.h"
#include "base/rng.h"
#include "daemons/nginx/conf/address.h"
#include "daemons/nginx/conf/values.h"

namespace lvs::nginx {

struct Peer {
  const UpstreamServer* conf = nullptr;
  int current = 0, effective = 0;
  unsigned fails = 0, conns = 0;
  std::int64_t accessed = 0, checked = 0;  // seconds

  int weight() const { return static_cast<int>(conf->weight); }
  bool usable(std::int64_t now) const;
};

// Those that are asked first, or those that stand by.
struct PeerSet {
  std::vector<Peer> peers;
  unsigned total_weight = 0, tries = 0;
  bool single = false;
};

class Group {
 public:
  // `conf` must outlive the group.
  explicit Group(const UpstreamConf& conf);

  const UpstreamConf& conf() const { return conf_; }
  unsigned tries() const { return primary_.tries + backup_.tries; }
  const std::vector<Peer>& peers() const { return primary_.peers; }

 private:
  friend class Choice;
  struct Point {
    std::uint32_t hash;
    const UpstreamServer* server;
  };
  void place_points();

  const UpstreamConf& conf_;
  PeerSet primary_, backup_;
  std::vector<Point> points_;  // of a consistent hash
};

// The group that a name means which is known while a request runs; end: none.
std::vector<UpstreamConf>::const_iterator named_group(const std::vector<UpstreamConf>& groups, const ConfUrl& url);

// A server that has no group, but an address that is known while a request runs.
struct OwnGroup {
  OwnGroup(const ConfUrl& url, std::string written);

  UpstreamConf conf;
  Group group;
};

// The choices for one request.
class Choice {
 public:
  // `key`: of a hash. `most`: proxy_next_upstream_tries, 0: no limit.
  Choice(Group& group, base::Ipv4Addr client, std::string key, std::uint64_t most, base::Rng& rng);

  // nullptr: none is left that could be asked.
  const UpstreamServer* next(std::int64_t now);
  enum class Verdict : std::uint8_t { good, failed };
  // The one chosen last is done with. True: it is left out for a while from now on.
  bool release(Verdict verdict, std::int64_t now);
  unsigned tries() const { return tries_; }
  void add_try() { ++tries_; }
  Group& group() { return group_; }

 private:
  Peer* round_robin(std::int64_t now);
  Peer* smooth(std::int64_t now);
  Peer* least_conn(std::int64_t now);
  Peer* ip_hash(std::int64_t now);
  Peer* hash(std::int64_t now);
  Peer* consistent(std::int64_t now);
  Peer* random(std::int64_t now, bool two);
  Peer* choose(std::int64_t now);
  std::size_t random_index();
  bool may(std::size_t i, std::int64_t now) const { return !tried_[i] && set_->peers[i].usable(now); }
  Peer* take(std::size_t i, std::int64_t now);
  std::size_t by_weight(std::uint64_t w) const;
  bool to_backup();

  Group& group_;
  PeerSet* set_;
  base::Rng& rng_;
  base::Ipv4Addr client_;
  std::string key_;
  std::vector<bool> tried_;
  Peer* current_ = nullptr;
  std::uint64_t hash_ = 0;
  unsigned tries_, misses_ = 0, rehash_ = 0;
};

// Of zlib and Ethernet (ngx_crc32_long()).
std::uint32_t crc32(std::string_view bytes, std::uint32_t before = 0);

}  // namespace lvs::nginx
