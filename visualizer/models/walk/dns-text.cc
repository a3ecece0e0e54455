// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/walk/dns-text.h"

#include <string_view>

#include "wire/dns.h"

namespace lvs::view {
namespace {

QString textOfRecord(const wire::DnsRecord& record) {
  const QString type = QString::fromStdString(wire::dns_type_name(record.type));
  if (const auto address = record.address()) return type + " " + QString::fromStdString(address->text());
  if (const auto target = record.target()) return type + " " + QString::fromStdString(*target);
  return type;
}

}  // namespace

DnsText dnsTextOf(base::ByteView payload) {
  DnsText text;
  bool whole = false;
  const auto message = wire::read_dns_head({reinterpret_cast<const char*>(payload.data()), payload.size()}, whole);
  if (message.questions.empty()) return text;
  const wire::DnsQuestion& question = message.questions.front();
  const QString name = QString::fromStdString(question.name.empty() ? "." : question.name);
  const QString type = QString::fromStdString(wire::dns_type_name(question.type));
  if (!message.has(wire::dns_flag::qr)) {
    text.line = QString("DNS %1? %2").arg(type, name);
    return text;
  }
  for (const wire::DnsRecord& record : message.answers)
    text.rows.push_back(QString("%1  TTL %2").arg(textOfRecord(record)).arg(record.ttl));
  if (message.rcode() != 0) {
    text.line = QString("DNS %1 %2").arg(QString::fromStdString(wire::dns_rcode_name(message.rcode())), name);
  } else if (message.answers.empty()) {
    text.line = QString("DNS %1 no %2").arg(name, type);
  } else {
    text.line = QString("DNS %1 %2").arg(name, textOfRecord(message.answers.front()));
    if (message.answers.size() > 1) text.line += QString(" +%1").arg(message.answers.size() - 1);
  }
  return text;
}

}  // namespace lvs::view
