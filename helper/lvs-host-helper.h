// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "ns3/attribute.h"
#include "ns3/lvs-host.h"
#include "ns3/node-container.h"
#include "ns3/object-factory.h"

namespace ns3 {

/**
 * Makes Linux machines of nodes.
 *
 * \code
 *   LvsHostHelper hosts;
 *   Ptr<LvsHost> director = hosts.Create("director");
 *   Ptr<LvsHost> client = hosts.Create("client");
 *   LvsEthHelper().Install(director->GetNode(), client->GetNode());
 *   director->MustRun("ip addr add 10.0.0.1/24 dev eth0");
 * \endcode
 *
 * These machines run the core's own programs and the load generator; for ns-3's sockets see LvsStackHelper.
 */
class LvsHostHelper {
 public:
  LvsHostHelper();

  /** Attributes of the LvsHosts that are made from now on. */
  void SetAttribute(const std::string& name, const AttributeValue& value);

  /** A new node with a machine on it; \p name is known to ns3::Names. */
  Ptr<LvsHost> Create(const std::string& name) const;
  /** A machine on \p node; the one that is there if there is one. */
  Ptr<LvsHost> Install(Ptr<Node> node) const;
  void Install(const NodeContainer& nodes) const;

  /** Runs shell lines that must succeed on each of \p nodes. */
  static void Run(const NodeContainer& nodes, const std::string& lines);
  /** Fixes the random numbers of the machines. \returns how many streams were used */
  static int64_t AssignStreams(const NodeContainer& nodes, int64_t stream);

 private:
  ObjectFactory m_factory;
};

}  // namespace ns3
