// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/check/tls-client.h"

#include <algorithm>
#include <cstring>

#define OPENSSL_SUPPRESS_DEPRECATED  // RAND_METHOD: the other way, a provider, is no simpler and no safer
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

namespace lvs::keepalived {
namespace {

using host::SocketError;

// Whose machine OpenSSL works for at this moment.
thread_local base::Rng* tls_random = nullptr;

int draw_random(unsigned char* to, int count) {
  if (tls_random == nullptr) return 0;
  for (int i = 0; i < count; ++i) to[i] = static_cast<unsigned char>(tls_random->next() >> 56);
  return 1;
}
int has_random() { return 1; }

class RandomOf {
 public:
  explicit RandomOf(base::Rng& random) {
    static const bool registered = [] {
      static const RAND_METHOD method{nullptr, draw_random, nullptr, nullptr, draw_random, has_random};
      return OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1 && RAND_set_rand_method(&method) == 1;
    }();
    static_cast<void>(registered);
    tls_random = &random;
    ERR_clear_error();
  }
  ~RandomOf() { tls_random = nullptr; }
  RandomOf(const RandomOf&) = delete;
  RandomOf& operator=(const RandomOf&) = delete;
};

host::TcpSocket& socket_of(BIO* bio) { return *static_cast<host::TcpSocket*>(BIO_get_data(bio)); }

int bio_read(BIO* bio, char* to, int most) {
  std::string bytes;
  SocketError error = SocketError::none;
  BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY | BIO_FLAGS_IN_EOF);
  const std::size_t read = socket_of(bio).read(bytes, static_cast<std::size_t>(most), error);
  if (read != 0) std::memcpy(to, bytes.data(), read);
  if (read == 0 && error == SocketError::again) BIO_set_retry_read(bio);
  if (read == 0 && error == SocketError::none) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return read != 0 ? static_cast<int>(read) : error == SocketError::none ? 0 : -1;
}

int bio_write(BIO* bio, const char* bytes, int size) {
  SocketError error = SocketError::none;
  BIO_clear_retry_flags(bio);
  const std::size_t written = socket_of(bio).write({bytes, static_cast<std::size_t>(size)}, error);
  if (written == 0 && error == SocketError::again) BIO_set_retry_write(bio);
  return written != 0 ? static_cast<int>(written) : -1;
}

long bio_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

int bio_create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

const BIO_METHOD* socket_bio() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket of the model");
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_ctrl(made, bio_control);
    BIO_meth_set_create(made, bio_create);
    return made;
  }();
  return method;
}

}  // namespace

struct TlsClient::State {
  State(host::TcpSocket& socket, base::Rng& drawn, const std::string& name) : random(drawn) {
    const RandomOf now(random);
    context = SSL_CTX_new(TLS_method());
    SSL_CTX_set_verify_depth(context, 1);
    ssl = SSL_new(context);
    BIO* bio = BIO_new(socket_bio());
    BIO_set_data(bio, &socket);
    SSL_set_bio(ssl, bio, bio);
    if (name.empty()) return;
    // OpenSSL copies the name, but takes it as any argument.
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(name.c_str()));
  }
  ~State() {
    const RandomOf now(random);
    SSL_free(ssl);
    SSL_CTX_free(context);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  base::Rng& random;
  SSL_CTX* context = nullptr;
  SSL* ssl = nullptr;
};

TlsClient::TlsClient(host::TcpSocket& socket, base::Rng& random, const std::string& name)
    : state_(std::make_unique<State>(socket, random, name)) {}
TlsClient::~TlsClient() = default;

TlsClient::Handshake TlsClient::shake() {
  const RandomOf now(state_->random);
  const int status = SSL_connect(state_->ssl);
  if (status == 1) return Handshake::done;
  const int error = SSL_get_error(state_->ssl, status);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Handshake::waits : Handshake::failed;
}

bool TlsClient::write(std::string_view text) {
  const RandomOf now(state_->random);
  return SSL_write(state_->ssl, text.data(), static_cast<int>(text.size())) == static_cast<int>(text.size());
}

TlsClient::Read TlsClient::read(std::string& bytes, std::size_t most) {
  const RandomOf now(state_->random);
  bytes.resize(most);
  const int status = SSL_read(state_->ssl, bytes.data(), static_cast<int>(most));
  bytes.resize(status > 0 ? static_cast<std::size_t>(status) : 0);
  if (status > 0) return Read::data;
  switch (SSL_get_error(state_->ssl, status)) {
    case SSL_ERROR_WANT_READ: return Read::waits;
    case SSL_ERROR_ZERO_RETURN: return Read::closed;
    default: return Read::broken;
  }
}

}  // namespace lvs::keepalived
