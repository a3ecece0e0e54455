// SPDX-License-Identifier: GPL-2.0-or-later
// What a variable of map or geo says, for a request or a session of stream (nginx: ngx_http_map_find(),
// ngx_stream_map_find()).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "daemons/nginx/conf/values.h"

namespace lvs::nginx {

struct MapReader {
  std::function<std::string(const ComplexText&)> value;
  std::function<bool(const PerlRegex&, const std::string&)> match;
};

// Empty where no map has that name, and where maps whose values are maps go too deep; `depth`: how deep this one is.
std::string map_value(const std::vector<MapConf>& maps, const std::string& name, const MapReader& reader,
                      unsigned& depth);

}  // namespace lvs::nginx
