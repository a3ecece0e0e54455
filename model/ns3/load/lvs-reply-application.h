// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <map>

#include "ns3/application.h"
#include "ns3/socket.h"
#include "ns3/traced-callback.h"
#include "ns3/type-id.h"

namespace ns3 {

/**
 * \brief A server on ns-3's sockets: for each request of RequestSize bytes it sends ReplySize bytes.
 *
 * TCP: one request a connection, which the server closes after its reply. UDP: every datagram is a request; a reply
 * larger than 1472 bytes is several datagrams. It runs on any ns-3 stack; LvsRequestApplication is the other end.
 */
class LvsReplyApplication : public Application {
 public:
  static TypeId GetTypeId();

  uint64_t GetRequests() const { return m_requests; }
  uint64_t GetReplies() const { return m_replies; }

 protected:
  void DoDispose() override;

 private:
  struct Connection {
    uint32_t missing = 0;  // of the request
    uint32_t left = 0;     // of the reply
  };

  void StartApplication() override;
  void StopApplication() override;
  void Accept(Ptr<Socket> socket, const Address& from);
  void ReceiveStream(Ptr<Socket> socket);
  void SendStream(Ptr<Socket> socket, uint32_t room);
  void Closed(Ptr<Socket> socket);
  void ReceiveDatagram(Ptr<Socket> socket);

  TypeId m_protocol;
  uint16_t m_port = 80;
  uint32_t m_requestSize = 100;
  uint32_t m_replySize = 1000;
  Ptr<Socket> m_socket;
  std::map<Ptr<Socket>, Connection> m_connections;
  uint64_t m_requests = 0;
  uint64_t m_replies = 0;
  TracedCallback<const Address&> m_requestTrace;
};

}  // namespace ns3
