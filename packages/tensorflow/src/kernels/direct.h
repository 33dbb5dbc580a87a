// Convolutions of 3×3, stride 1, padding `same`, over so few channels (grey or colour images) that reading and writing counts more than
// the products: each 2×2 of results is computed at once, for 16 filters, and pooled before it is written.
#pragma once

#include <cstring>

#include "epilogue.h"
#include "parallel.h"

namespace glyphlab {

constexpr long kFewChannels = 4;

// rows: 4 rows of (across + 2) pixels; kernel [3, 3, In, out] → 2×2 results of filters o to o + 15, [2][4].
template <int In>
void block(const float* rows, long rowStep, const float* kernel, long out, V results[2][4]) {
  V sum[2][4] = {};
#pragma GCC unroll 3
  for (int i = 0; i < 3; i++)
#pragma GCC unroll 3
    for (int j = 0; j < 3; j++)
#pragma GCC unroll 4
      for (int c = 0; c < In; c++) {
        const float* weights = kernel + ((3 * i + j) * In + c) * out;
        const V w0 = load(weights), w1 = load(weights + kLanes);
#pragma GCC unroll 4
        for (int k = 0; k < 4; k++) {
          const V x = all(rows[(i + k / 2) * rowStep + (j + k % 2) * In + c]);
          sum[0][k] += x * w0;
          sum[1][k] += x * w1;
        }
      }
  std::memcpy(results, sum, sizeof(sum));
}

template <int In>
void convolveFew(const float* x, const float* kernel, float* y, const Geometry& g, const Epilogue& after) {
  const long down = (g.height + 1) / 2, across = (g.width + 1) / 2 * 2, rowStep = (across + 2) * In;
  parallel(g.images, [&](long image) {
    float* framed = scratch((2 * down + 2) * rowStep);  // the image in a frame of zeros
    std::memset(framed, 0, (2 * down + 2) * rowStep * sizeof(float));
    for (long row = 0; row < g.height; row++)
      std::memcpy(framed + (row + 1) * rowStep + In, x + (image * g.height + row) * g.width * In,
                  g.width * In * sizeof(float));
    V results[2][4];
    for (long row = 0; row < 2 * down; row += 2)
      for (long column = 0; column < across; column += 2)
        for (long o = 0; o < g.out; o += kPanel) {
          block<In>(framed + row * rowStep + column * In, rowStep, kernel + o, g.out, results);
          putResults<2>(results[0], y, g, after, image, row, column, o);
          putResults<2>(results[1], y, g, after, image, row, column, o + kLanes);
        }
  });
}

// x [images, height, width, in], kernel [3, 3, in, out] → y [images, height, width, out], or half of both with pooling; in ≤ kFewChannels.
inline void convolveDirectly(const float* x, const float* kernel, float* y, const Geometry& g, const Epilogue& after) {
  auto* run = g.in == 1 ? convolveFew<1> : g.in == 2 ? convolveFew<2> : g.in == 3 ? convolveFew<3> : convolveFew<4>;
  run(x, kernel, y, g, after);
}

}  // namespace glyphlab
