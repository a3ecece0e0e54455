// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/big-array.h"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace lvs::base {

void* allocate_big(std::size_t bytes) {
  constexpr std::size_t kLine = 64, kHugePage = std::size_t{1} << 21;
  const std::size_t alignment = bytes >= kHugePage ? kHugePage : kLine;
  void* memory = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  // Only a wish: small pages do as well.
  if (alignment == kHugePage) madvise(memory, bytes, MADV_HUGEPAGE);
  return memory;
}

void free_big(void* memory) { std::free(memory); }

}  // namespace lvs::base
