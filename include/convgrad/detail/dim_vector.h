#pragma once
#include <convgrad/array_ref.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace convgrad {

/// Sizes or strides that are owned: up to six live inside, more on the heap.
class DimVector {
 public:
  DimVector() = default;
  explicit DimVector(size_t count, int64_t value = 0) { assign(count, value); }
  DimVector(IntArrayRef list) {  // NOLINT
    reserve(list.size());
    size_ = list.size();
    if (heap_)
      std::copy(list.begin(), list.end(), heap_.get());
    else
      copy_inside(list.begin());
  }
  DimVector(std::initializer_list<int64_t> list) : DimVector(IntArrayRef(list)) {}
  DimVector(const DimVector& other) : DimVector(IntArrayRef(other)) {}
  DimVector(DimVector&& other) noexcept { take(other); }
  DimVector& operator=(const DimVector& other) {
    if (this != &other) *this = DimVector(other);
    return *this;
  }
  DimVector& operator=(DimVector&& other) noexcept {
    if (this != &other) take(other);
    return *this;
  }

  int64_t* data() { return heap_ ? heap_.get() : inline_; }
  const int64_t* data() const { return heap_ ? heap_.get() : inline_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  int64_t* begin() { return data(); }
  int64_t* end() { return data() + size_; }
  const int64_t* begin() const { return data(); }
  const int64_t* end() const { return data() + size_; }
  int64_t& operator[](size_t i) { return data()[i]; }
  const int64_t& operator[](size_t i) const { return data()[i]; }
  int64_t& back() { return data()[size_ - 1]; }
  const int64_t& back() const { return data()[size_ - 1]; }
  operator IntArrayRef() const { return {data(), size_}; }  // NOLINT

  void assign(size_t count, int64_t value) {
    reserve(count);
    std::fill_n(data(), count, value);
    size_ = count;
  }
  void resize(size_t count) {
    reserve(count);
    if (count > size_) std::fill(data() + size_, data() + count, 0);
    size_ = count;
  }
  void push_back(int64_t value) {
    reserve(size_ + 1);
    data()[size_++] = value;
  }
  void insert(size_t at, int64_t value) {
    push_back(value);
    std::rotate(data() + at, data() + size_ - 1, data() + size_);
  }
  void erase(size_t at) {
    std::copy(data() + at + 1, data() + size_, data() + at);
    --size_;
  }
  void pop_back() { --size_; }
  void clear() { size_ = 0; }
  friend bool operator==(const DimVector& a, const DimVector& b) { return IntArrayRef(a) == IntArrayRef(b); }

 private:
  void reserve(size_t count) {
    if (count <= capacity_) return;
    const size_t capacity = std::max(count, 2 * capacity_);
    auto grown = std::make_unique<int64_t[]>(capacity);
    std::copy(data(), data() + size_, grown.get());
    heap_ = std::move(grown);
    capacity_ = capacity;
  }
  void take(DimVector& other) noexcept {
    heap_ = std::move(other.heap_);
    capacity_ = std::exchange(other.capacity_, kInline);
    size_ = std::exchange(other.size_, 0);
    if (!heap_) copy_inside(other.inline_);
  }
  /// Element by element: for so few, a call of memcpy costs more than the copies.
  void copy_inside(const int64_t* from) {
    switch (size_) {
      case 6:
        inline_[5] = from[5];
        [[fallthrough]];
      case 5:
        inline_[4] = from[4];
        [[fallthrough]];
      case 4:
        inline_[3] = from[3];
        [[fallthrough]];
      case 3:
        inline_[2] = from[2];
        [[fallthrough]];
      case 2:
        inline_[1] = from[1];
        [[fallthrough]];
      case 1:
        inline_[0] = from[0];
        [[fallthrough]];
      default:
        break;
    }
  }

  static constexpr size_t kInline = 6;
  size_t size_ = 0;
  size_t capacity_ = kInline;
  std::unique_ptr<int64_t[]> heap_;
  int64_t inline_[kInline];
};

}  // namespace convgrad
