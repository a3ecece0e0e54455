// SPDX-License-Identifier: GPL-2.0-or-later
// The reader of traces: any bytes, in pieces as they grow, end in records, a notice or an error with its place; what
// was indexed can be decoded.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "trace/dissect/dissect.h"
#include "trace/field-changes.h"
#include "trace/file/index.h"
#include "trace/phrases.h"

using namespace lvs::trace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int fd = memfd_create("trace", 0);
  if (fd < 0) return 0;
  const std::size_t half = size / 2;
  const bool written = write(fd, data, half) == static_cast<ssize_t>(half);
  TraceIndex index;
  if (!written || !index.open("/proc/self/fd/" + std::to_string(fd))) std::abort();
  while (index.update(64) != 0) {
  }
  if (write(fd, data + half, size - half) != static_cast<ssize_t>(size - half)) std::abort();
  while (index.update() != 0) {
  }
  Record record, before;
  for (std::uint32_t walk = 0; walk < index.walks().size(); ++walk) {
    if (index.find_walk(index.walks()[walk].id) != walk) std::abort();
    for (const std::uint32_t i : index.records_of(walk)) {
      if (!index.record(i, record)) std::abort();
      (void)text_of(record.why);
      (void)dissect(record.bytes);
      (void)changes_text(header_changes(before.bytes, true, record.bytes, true));
      std::swap(record, before);
    }
  }
  JournalRecord entry;
  for (std::size_t i = 0; i < index.journal().size(); ++i) {
    if (!index.journal_record(i, entry)) std::abort();
    (void)text_of(entry.said);
  }
  (void)to_json(index.info());
  (void)index.notice();
  close(fd);
  return 0;
}
