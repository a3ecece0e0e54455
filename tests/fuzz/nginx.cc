// SPDX-License-Identifier: GPL-2.0-or-later
// nginx.conf: any bytes are read, complained about, or refused by name.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemons/nginx/conf/read.h"

using namespace lvs::nginx;

namespace {

class OneFile final : public ConfHost {
 public:
  explicit OneFile(std::string text) : text_(std::move(text)) {}
  Content read(std::string_view path) const override { return path == "/n.conf" ? Content{0, text_} : Content{2, {}}; }
  std::vector<std::string> list(std::string_view) const override { return {"n.conf"}; }

 private:
  std::string text_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const OneFile host(std::string(reinterpret_cast<const char*>(data), size));
  const ConfReading reading = read_conf("/n.conf", {}, host);
  if (reading.report.failed() && reading.report.messages().empty()) std::abort();
  return 0;
}
