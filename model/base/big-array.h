// SPDX-License-Identifier: GPL-2.0-or-later
// Memory for tables of many megabytes, in huge pages where the system has them: a table that is read at random costs a
// page walk for each access otherwise.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace lvs::base {

// At least 64-byte aligned, not initialised; std::bad_alloc when there is none. `bytes` > 0.
void* allocate_big(std::size_t bytes);
void free_big(void* memory);

// A fixed number of trivial values, zero at first.
template <class T>
class BigArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  BigArray() = default;
  explicit BigArray(std::size_t size) : data_(static_cast<T*>(allocate_big(size * sizeof(T)))), size_(size) {
    for (std::size_t i = 0; i < size; ++i) data_[i] = T{};
  }
  BigArray(const BigArray&) = delete;
  BigArray& operator=(const BigArray&) = delete;
  ~BigArray() { free_big(data_); }
  void swap(BigArray& other) {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace lvs::base
