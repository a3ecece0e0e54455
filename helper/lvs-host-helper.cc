// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-host-helper.h"

#include "ns3/names.h"
#include "ns3/node.h"
#include "ns3/string.h"

namespace ns3 {

LvsHostHelper::LvsHostHelper() { m_factory.SetTypeId(LvsHost::GetTypeId()); }

void LvsHostHelper::SetAttribute(const std::string& name, const AttributeValue& value) { m_factory.Set(name, value); }

Ptr<LvsHost> LvsHostHelper::Create(const std::string& name) const {
  Ptr<Node> node = CreateObject<Node>();
  Names::Add(name, node);
  return Install(node);
}

Ptr<LvsHost> LvsHostHelper::Install(Ptr<Node> node) const {
  if (Ptr<LvsHost> present = node->GetObject<LvsHost>()) return present;
  Ptr<LvsHost> host = m_factory.Create<LvsHost>();
  node->AggregateObject(host);
  return host;
}

void LvsHostHelper::Install(const NodeContainer& nodes) const {
  for (auto node = nodes.Begin(); node != nodes.End(); ++node) Install(*node);
}

void LvsHostHelper::Run(const NodeContainer& nodes, const std::string& lines) {
  for (auto node = nodes.Begin(); node != nodes.End(); ++node) (*node)->GetObject<LvsHost>()->MustRun(lines);
}

int64_t LvsHostHelper::AssignStreams(const NodeContainer& nodes, int64_t stream) {
  const int64_t first = stream;
  for (auto node = nodes.Begin(); node != nodes.End(); ++node) {
    if (Ptr<LvsHost> host = (*node)->GetObject<LvsHost>()) stream += host->AssignStreams(stream);
  }
  return stream - first;
}

}  // namespace ns3
