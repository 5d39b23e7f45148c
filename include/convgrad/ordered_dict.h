#pragma once
#include <convgrad/error.h>

#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace convgrad {

/// A name and its value: item.key(), item.value(), or `auto& [name, value] = item`.
template <class Key, class Value>
class OrderedDictItem {
 public:
  OrderedDictItem(Key key, Value value) : key_(std::move(key)), value_(std::move(value)) {}
  const Key& key() const { return key_; }
  Value& value() { return value_; }
  const Value& value() const { return value_; }

  template <size_t I>
  auto& get() {
    if constexpr (I == 0)
      return key();
    else
      return value_;
  }
  template <size_t I>
  const auto& get() const {
    if constexpr (I == 0)
      return key_;
    else
      return value_;
  }

 private:
  Key key_;
  Value value_;
};

/// Names and values in the order they were put in; finding one takes constant time. Like torch::OrderedDict.
///
///   for (const auto& [name, tensor] : net->named_parameters()) …
template <class Key, class Value>
class OrderedDict {
 public:
  using Item = OrderedDictItem<Key, Value>;

  OrderedDict() = default;
  OrderedDict(std::initializer_list<Item> items) {
    for (const Item& item : items) insert(item.key(), item.value());
  }

  /// Puts a value behind all others; KeyError where the key is there already.
  Value& insert(Key key, Value value) {
    if (!index_.emplace(key, items_.size()).second) throw KeyError("Key '" + key + "' already defined");
    return items_.emplace_back(std::move(key), std::move(value)).value();
  }
  /// The value of a key, or a null pointer.
  Value* find(const Key& key) {
    auto at = index_.find(key);
    return at == index_.end() ? nullptr : &items_[at->second].value();
  }
  const Value* find(const Key& key) const { return const_cast<OrderedDict*>(this)->find(key); }
  bool contains(const Key& key) const { return index_.count(key) != 0; }
  /// The value of a key; KeyError where there is none.
  Value& operator[](const Key& key) {
    Value* value = find(key);
    if (!value) throw KeyError("Key '" + key + "' is not defined");
    return *value;
  }
  const Value& operator[](const Key& key) const { return (*const_cast<OrderedDict*>(this))[key]; }
  Item& operator[](size_t i) { return items_[i]; }
  const Item& operator[](size_t i) const { return items_[i]; }

  size_t size() const { return items_.size(); }
  bool is_empty() const { return items_.empty(); }
  auto begin() { return items_.begin(); }
  auto end() { return items_.end(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }

  std::vector<Key> keys() const {
    std::vector<Key> out;
    for (const Item& item : items_) out.push_back(item.key());
    return out;
  }
  std::vector<Value> values() const {
    std::vector<Value> out;
    for (const Item& item : items_) out.push_back(item.value());
    return out;
  }

 private:
  std::vector<Item> items_;
  std::unordered_map<Key, size_t> index_;
};

}  // namespace convgrad

template <class Key, class Value>
struct std::tuple_size<convgrad::OrderedDictItem<Key, Value>> : std::integral_constant<size_t, 2> {};
template <class Key, class Value>
struct std::tuple_element<0, convgrad::OrderedDictItem<Key, Value>> {
  using type = const Key;
};
template <class Key, class Value>
struct std::tuple_element<1, convgrad::OrderedDictItem<Key, Value>> {
  using type = Value;
};
