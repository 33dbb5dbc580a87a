// What follows a convolution in a network that only predicts, done while a tile's results are still at hand: 2×2 max pooling, the sum of a
// bias, ReLU. All three are monotone, so the values are those of bias, ReLU and pooling one after the other.
#pragma once

#include <algorithm>

#include "geometry.h"
#include "vector.h"

namespace glyphlab {

struct Epilogue {
  const float* bias = nullptr;  // [out]; none: nothing is added
  bool relu = false;
  bool pool = false;  // 2×2, stride 2; a last odd row or column is left out

  long height(const Geometry& g) const { return pool ? g.height / 2 : g.height; }
  long width(const Geometry& g) const { return pool ? g.width / 2 : g.width; }

  // Of channels c to c + 7. NaN stays NaN: max gives its second operand then.
  V apply(V value, long c) const {
    if (bias) value += load(bias + c);
    return relu ? _mm256_max_ps(V{}, value) : value;
  }
};

// Puts Side×Side results of channels c to c + 7, whose first is at (row, column) of the image, into y [images, height, width, out].
template <int Side>
void putResults(const V* results, float* y, const Geometry& g, const Epilogue& after, long image, long row, long column,
                long c) {
  const long height = after.height(g), width = after.width(g);
  const int step = after.pool ? 2 : 1;
  float* corner = y + ((image * height + row / step) * width + column / step) * g.out + c;
  const long rows = std::min<long>(Side / step, height - row / step);
  const long columns = std::min<long>(Side / step, width - column / step);
  for (long r = 0; r < rows; r++)
    for (long s = 0; s < columns; s++) {
      const V* from = results + step * (Side * r + s);
      V value = from[0];
      if (after.pool) value = _mm256_max_ps(_mm256_max_ps(value, from[1]), _mm256_max_ps(from[Side], from[Side + 1]));
      store(corner + (r * width + s) * g.out, after.apply(value, c));
    }
}

}  // namespace glyphlab
