#include "kernels/index.h"

#include <algorithm>
#include <cstring>

#include "core/dispatch.h"
#include "core/threads.h"
#include "kernels/strided_loop.h"

namespace convgrad::kernels {
namespace {

constexpr int64_t grain = 1 << 15;  // elements worth a thread

/// Calls f with an unsigned integer of that many bytes: what is moved, not computed with, has no other type.
template <class F>
void with_bits(int64_t bytes, F&& f) {
  if (bytes == 1)
    f(uint8_t{});
  else if (bytes == 4)
    f(uint32_t{});
  else
    f(uint64_t{});
}

template <class T>
void gather(T* out, const T* x, const Blocks& s) {
  const int64_t rows = s.outer_count * s.picked_count, n = s.inner_count;
  parallel_for(0, rows, std::max<int64_t>(1, grain / std::max<int64_t>(n, 1)), [&](int64_t first, int64_t last) {
    while (first < last) {  // a run of picked blocks of one outer position
      const int64_t b = first / s.picked_count, start = first % s.picked_count;
      const int64_t count = std::min(s.picked_count - start, last - first);
      const T* from = x + s.outer[b];
      T* to = out + first * n;
      const int64_t* picked = s.picked + start;
      if (s.inner)
        for (int64_t i = 0; i < count; ++i)
          for (int64_t a = 0; a < n; ++a) to[i * n + a] = from[picked[i] + s.inner[a]];
      else if (n == 1)
        for (int64_t i = 0; i < count; ++i) to[i] = from[picked[i]];
      else
        for (int64_t i = 0; i < count; ++i)
          std::memcpy(to + i * n, from + picked[i], static_cast<size_t>(n) * sizeof(T));
      first += count;
    }
  });
}

/// body(to, from, first, last) for every block and a part of its inner elements. Threads share out the outer or the
/// inner elements, never the picked ones: two of those may be one place.
template <class T, class Body>
void scatter(T* x, const T* values, const Blocks& s, Body body) {
  const auto part = [&](int64_t b0, int64_t b1, int64_t a0, int64_t a1) {
    for (int64_t b = b0; b < b1; ++b)
      for (int64_t n = 0; n < s.picked_count; ++n)
        body(x + s.outer[b] + s.picked[n], values + (b * s.picked_count + n) * s.inner_count, a0, a1);
  };
  const int64_t per_outer = std::max<int64_t>(s.picked_count * s.inner_count, 1);
  const int64_t per_inner = std::max<int64_t>(s.outer_count * s.picked_count, 1);
  if (s.outer_count >= s.inner_count)
    parallel_for(0, s.outer_count, std::max<int64_t>(1, grain / per_outer),
                 [&](int64_t first, int64_t last) { part(first, last, 0, s.inner_count); });
  else
    parallel_for(0, s.inner_count, std::max<int64_t>(16, grain / per_inner),
                 [&](int64_t first, int64_t last) { part(0, s.outer_count, first, last); });
}

/// Without a branch, which random masks would make slow.
template <class T>
T chosen(bool condition, T a, T b) {
  const T mask = static_cast<T>(-static_cast<T>(condition));
  return static_cast<T>((a & mask) | (b & static_cast<T>(~mask)));
}

/// Elements of the walk in parallel, where they may be taken in any order.
template <size_t K, class Body>
void in_parallel_lines(const StridedLoop<K>& loop, Body body) {
  parallel_for(0, loop.count(), grain, [&](int64_t first, int64_t last) { loop.run(first, last, body); });
}

/// Lines of the walk over index, self and source such that elements that may meet in one place stay on one thread.
template <class Body>
void in_safe_parallel(const Lookup& l, Body body) {
  const StridedLoop<3> whole(l.sizes, {l.self_strides, l.index_strides, l.strides});
  size_t shared = 0;  // the largest dimension besides the one looked up
  bool found = false;
  for (size_t d = 0; d < l.sizes.size(); ++d)
    if (static_cast<int64_t>(d) != l.dim && (!found || l.sizes[d] > l.sizes[shared])) shared = d, found = true;
  if (!found || whole.count() == 0) {
    whole.run(0, whole.count(), body);
    return;
  }
  const int64_t per_slice = whole.count() / l.sizes[shared];
  parallel_for(0, l.sizes[shared], std::max<int64_t>(1, grain / std::max<int64_t>(per_slice, 1)),
               [&](int64_t first, int64_t last) {
                 DimVector sizes = l.sizes;
                 sizes[shared] = last - first;
                 const StridedLoop<3> loop(sizes, {l.self_strides, l.index_strides, l.strides});
                 loop.run(0, loop.count(), [&](std::array<int64_t, 3> at, int64_t n, const auto& steps) {
                   at[0] += first * l.self_strides[shared];
                   at[1] += first * l.index_strides[shared];
                   at[2] += first * l.strides[shared];
                   body(at, n, steps);
                 });
               });
}

}  // namespace

template <class T>
void add_strided(T* to, IntArrayRef to_strides, const T* from, IntArrayRef from_strides, IntArrayRef sizes) {
  const StridedLoop<2> loop(sizes, {to_strides, from_strides});
  loop.run(0, loop.count(), [&](const auto& at, int64_t n, const auto& steps) {
    for (int64_t i = 0; i < n; ++i) to[at[0] + i * steps[0]] += from[at[1] + i * steps[1]];
  });
}
template void add_strided(float*, IntArrayRef, const float*, IntArrayRef, IntArrayRef);
template void add_strided(double*, IntArrayRef, const double*, IntArrayRef, IntArrayRef);

void gather_blocks(void* out, const void* x, const Blocks& blocks, int64_t bytes) {
  with_bits(bytes, [&]<class T>(T) { gather(static_cast<T*>(out), static_cast<const T*>(x), blocks); });
}

void put_blocks(void* x, const void* values, const Blocks& s, int64_t bytes) {
  with_bits(bytes, [&]<class T>(T) {
    scatter(static_cast<T*>(x), static_cast<const T*>(values), s,
            [&](T* to, const T* from, int64_t first, int64_t last) {
              for (int64_t a = first; a < last; ++a) to[s.inner ? s.inner[a] : a] = from[a];
            });
  });
}

void add_blocks(void* x, const void* values, const Blocks& s, ScalarType type) {
  visit_dtype(type, [&]<class T>(std::type_identity<T>) {
    scatter(static_cast<T*>(x), static_cast<const T*>(values), s,
            [&](T* to, const T* from, int64_t first, int64_t last) {
              if (s.inner)
                for (int64_t a = first; a < last; ++a) to[s.inner[a]] = static_cast<T>(to[s.inner[a]] + from[a]);
              else
                for (int64_t a = first; a < last; ++a) to[a] = static_cast<T>(to[a] + from[a]);
            });
  });
}

void gather_elements(void* out, const void* self, const int64_t* index, const Lookup& l, int64_t bytes) {
  with_bits(bytes, [&]<class T>(T) {
    const T* from = static_cast<const T*>(self);
    T* to = static_cast<T*>(out);
    in_parallel_lines(StridedLoop<3>(l.sizes, {l.self_strides, l.index_strides, l.strides}),
                      [&](const auto& at, int64_t n, const auto& steps) {
                        for (int64_t i = 0; i < n; ++i)
                          to[at[2] + i * steps[2]] = from[at[0] + i * steps[0] + index[at[1] + i * steps[1]] * l.step];
                      });
  });
}

void scatter_elements(void* self, const void* source, const int64_t* index, const Lookup& l, int64_t bytes) {
  with_bits(bytes, [&]<class T>(T) {
    const T* from = static_cast<const T*>(source);
    T* to = static_cast<T*>(self);
    in_safe_parallel(l, [&](const auto& at, int64_t n, const auto& steps) {
      for (int64_t i = 0; i < n; ++i)
        to[at[0] + i * steps[0] + index[at[1] + i * steps[1]] * l.step] = from[at[2] + i * steps[2]];
    });
  });
}

void scatter_add_elements(void* self, const void* source, const int64_t* index, const Lookup& l, ScalarType type) {
  visit_dtype(type, [&]<class T>(std::type_identity<T>) {
    const T* from = static_cast<const T*>(source);
    T* to = static_cast<T*>(self);
    in_safe_parallel(l, [&](const auto& at, int64_t n, const auto& steps) {
      for (int64_t i = 0; i < n; ++i) {
        T& place = to[at[0] + i * steps[0] + index[at[1] + i * steps[1]] * l.step];
        place = static_cast<T>(place + from[at[2] + i * steps[2]]);
      }
    });
  });
}

void choose(void* out, const bool* condition, const void* a, const void* b, const Choice& c, int64_t bytes) {
  with_bits(bytes, [&]<class T>(T) {
    const T *x = static_cast<const T*>(a), *y = static_cast<const T*>(b);
    T* to = static_cast<T*>(out);
    in_parallel_lines(
        StridedLoop<4>(c.sizes, {c.out_strides, c.condition_strides, c.a_strides, c.b_strides}),
        [&](const auto& at, int64_t n, const auto& steps) {
          if (steps[0] == 1 && steps[1] == 1 && steps[2] <= 1 && steps[3] == 1) {  // what compilers vectorise
            const T *one = x + at[2], *other = y + at[3];
            if (steps[2] == 1)
              for (int64_t i = 0; i < n; ++i) to[at[0] + i] = chosen(condition[at[1] + i], one[i], other[i]);
            else
              for (int64_t i = 0; i < n; ++i) to[at[0] + i] = chosen(condition[at[1] + i], *one, other[i]);
          } else {
            for (int64_t i = 0; i < n; ++i)
              to[at[0] + i * steps[0]] =
                  condition[at[1] + i * steps[1]] ? x[at[2] + i * steps[2]] : y[at[3] + i * steps[3]];
          }
        });
  });
}

int64_t nonzero(int64_t* out, const void* x, IntArrayRef sizes, IntArrayRef strides, ScalarType type) {
  const StridedLoop<1> loop(sizes, {strides});
  int64_t found = 0, number = 0;
  visit_dtype(type, [&]<class T>(std::type_identity<T>) {
    const T* values = static_cast<const T*>(x);
    loop.run(0, loop.count(), [&](const auto& at, int64_t n, const auto& steps) {
      const T* line = values + at[0];
      if (out)
        for (int64_t i = 0; i < n; ++i, ++number) {  // no branch on the value: random masks would make it slow
          out[found] = number;
          found += line[i * steps[0]] != T(0);
        }
      else
        for (int64_t i = 0; i < n; ++i) found += line[i * steps[0]] != T(0);
    });
  });
  return found;
}

}  // namespace convgrad::kernels
