// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/named/message.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace lvs::named {
namespace {

using wire::DnsRecord;
using wire::DnsType;

constexpr std::size_t kFarthest = 0x3fff;

void put16(std::string& to, unsigned value) {
  to += static_cast<char>(value >> 8 & 0xff);
  to += static_cast<char>(value & 0xff);
}

class Writer {
 public:
  std::string bytes;

  // A name as sent, not compressed; gives how many bytes of `wire` it has. `whole`: it points nowhere, but others may
  // to it.
  std::size_t name(std::string_view wire, bool whole = false) {
    std::size_t size = 0;
    while (size < wire.size() && wire[size] != 0) size += 1 + static_cast<unsigned char>(wire[size]);
    ++size;
    // Of a name the first two endings are looked for, and of what is written in full the first two are kept.
    unsigned looked = 0;
    for (std::size_t at = 0; at + 1 < size; at += 1 + static_cast<unsigned char>(wire[at]), ++looked) {
      const std::string rest(wire.substr(at, size - at));
      const auto known = looked < 2 && !whole ? names_.find(rest) : names_.end();
      if (known != names_.end()) {
        put16(bytes, 0xc000 | static_cast<unsigned>(known->second));
        return size;
      }
      if (looked < 2 && bytes.size() <= kFarthest) names_.emplace(rest, bytes.size());
      bytes += wire.substr(at, 1 + static_cast<unsigned char>(wire[at]));
    }
    bytes += '\0';
    return size;
  }

  void record(const DnsRecord& record) {
    name(wire::dns_name(record.name).value_or(std::string(1, '\0')));
    put16(bytes, record.type);
    put16(bytes, record.cls);
    put16(bytes, record.ttl >> 16);
    put16(bytes, record.ttl & 0xffff);
    const std::size_t length = bytes.size();
    put16(bytes, 0);
    data(record);
    base::store_be16(reinterpret_cast<std::uint8_t*>(&bytes[length]),
                     static_cast<std::uint16_t>(bytes.size() - length - 2));
  }

  // Back to what it was: names that are gone are not pointed to.
  void cut(std::size_t size) {
    bytes.resize(size);
    std::erase_if(names_, [&](const auto& each) { return each.second >= size; });
  }

 private:
  void data(const DnsRecord& record) {
    std::string_view rest = record.data;
    unsigned names = 0;
    switch (static_cast<DnsType>(record.type)) {
      case DnsType::ns:
      case DnsType::cname:
      case DnsType::ptr: names = 1; break;
      case DnsType::soa: names = 2; break;
      case DnsType::mx:
        bytes += rest.substr(0, 2);
        rest.remove_prefix(std::min<std::size_t>(2, rest.size()));
        names = 1;
        break;
      case DnsType::srv: {
        const std::size_t fixed = std::min<std::size_t>(6, rest.size());
        bytes += rest.substr(0, fixed);
        rest.remove_prefix(fixed);
        if (!rest.empty()) rest.remove_prefix(std::min(name(rest, true), rest.size()));
        break;
      }
      default: break;
    }
    for (; names > 0 && !rest.empty(); --names) rest.remove_prefix(std::min(name(rest), rest.size()));
    bytes += rest;
  }

  std::map<std::string, std::size_t> names_;
};

}  // namespace

std::string write_message(wire::DnsMessage message, std::size_t most, bool asked_ad) {
  const auto opt = std::ranges::find(message.additional, static_cast<std::uint16_t>(DnsType::opt), &DnsRecord::type);
  const bool has_opt = opt != message.additional.end();
  DnsRecord last;
  if (has_opt) {
    last = *opt;
    message.additional.erase(opt);
    most -= std::min(most, 11 + last.data.size());
  }
  Writer writer;
  writer.bytes.assign(wire::kDnsHeader, '\0');
  for (const wire::DnsQuestion& each : message.questions) {
    writer.name(wire::dns_name(each.name).value_or(std::string(1, '\0')));
    put16(writer.bytes, each.type);
    put16(writer.bytes, each.cls);
  }
  unsigned counts[3] = {};
  const std::vector<DnsRecord>* const sections[] = {&message.answers, &message.authority, &message.additional};
  bool full = false;
  for (unsigned section = 0; section < 3 && !full; ++section) {
    const auto& records = *sections[section];
    for (std::size_t begin = 0, end = 0; begin < records.size(); begin = end) {
      const std::size_t before = writer.bytes.size();
      std::size_t fits = before, fitting = 0;
      for (; end < records.size() && records[end].type == records[begin].type &&
             wire::same_dns_name(records[end].name, records[begin].name);
           ++end) {
        writer.record(records[end]);
        if (writer.bytes.size() > most) continue;
        fits = writer.bytes.size();
        ++fitting;
      }
      if (writer.bytes.size() <= most) {
        counts[section] += static_cast<unsigned>(end - begin);
        continue;
      }
      const bool partly = section == 0 && !has_opt && fitting > 0;
      writer.cut(partly ? fits : before);
      if (section == 2) continue;
      if (partly) counts[0] += static_cast<unsigned>(fitting);
      message.flags |= wire::dns_flag::tc;
      if (partly && asked_ad) message.flags |= wire::dns_flag::ad;
      full = true;
      break;
    }
  }
  if (has_opt) {
    writer.record(last);
    ++counts[2];
  }
  std::string head;
  put16(head, message.id);
  put16(head, message.flags);
  put16(head, static_cast<unsigned>(message.questions.size()));
  for (const unsigned count : counts) put16(head, count);
  std::ranges::copy(head, writer.bytes.begin());
  return std::move(writer.bytes);
}

}  // namespace lvs::named
