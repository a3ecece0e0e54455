// SPDX-License-Identifier: GPL-2.0-or-later
// What nginx receives: any bytes as a request, as an answer and as a body in chunks, whole or in pieces, come to the
// same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "daemons/nginx/http/request.h"
#include "daemons/nginx/http/response.h"

using namespace lvs::nginx;

namespace {

template <class Parser>
typename Parser::State in_pieces(Parser& parser, std::string_view bytes, std::size_t piece) {
  auto state = Parser::State::more;
  for (std::size_t size = piece; state == Parser::State::more; size += piece) {
    state = parser.parse(bytes.substr(0, std::min(size, bytes.size())));
    if (size >= bytes.size()) break;
  }
  return state;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  RequestParser whole({}), parts({});
  const auto state = whole.parse(bytes);
  if (state == RequestParser::State::done) {
    if (whole.head().size > size || whole.head().target.empty()) std::abort();
    if (in_pieces(parts, bytes, 3) != state || parts.head().size != whole.head().size) std::abort();
    if (!whole.head().uri.path.starts_with('/')) std::abort();
  }
  AnswerParser answer;
  if (answer.parse(bytes) == AnswerParser::State::done && answer.head().size > size) std::abort();
  Dechunker one, many;
  std::string a, b;
  std::string_view rest = bytes;
  const auto end = one.take(rest, a);
  Dechunker::State last = Dechunker::State::more;
  for (std::size_t i = 0; i < size && last == Dechunker::State::more; ++i) {
    std::string_view byte = bytes.substr(i, 1);
    last = many.take(byte, b);
  }
  if (a != b || (end == Dechunker::State::done) != (last == Dechunker::State::done)) std::abort();
  return 0;
}
