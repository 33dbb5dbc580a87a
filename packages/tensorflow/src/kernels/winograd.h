// Convolutions of 3×3, stride 1, padding `same`, in NHWC, and their gradients, by Winograd's minimal filtering F(4×4, 3×3) (Lavin, Gray
// 2016, "Fast Algorithms for Convolutional Neural Networks", §4): 36 products instead of 144 for 16 results. With the points 0, ±√½,
// ±√2, ∞ the error stays small (Barabasz et al. 2020, "Error Analysis and Improving the Accuracy of Winograd Convolution").
//
// A tile is 4×4 results and the 6×6 values that they are made of. Transformed, 36 products of matrices over all tiles and channels
// are left. Tiles are worked on in blocks that fit the cache of a core.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "epilogue.h"
#include "parallel.h"

namespace glyphlab {

constexpr int kPoints = 36;
constexpr float kHalfRoot = 0.70710678118654752f, kRoot = 1.41421356237309505f;

// The one-dimensional transforms; x and y are places of the first of the values, `step` vectors apart.
// Bᵀ: 6 values to 6 points.
inline void valuesToPoints(const V* x, V* y, int step) {
  V d0 = x[0], d1 = x[step], d2 = x[2 * step], d3 = x[3 * step], d4 = x[4 * step], d5 = x[5 * step];
  V a = d4 - 2.0f * d2, b = kHalfRoot * d3 - kRoot * d1, c = d4 - 0.5f * d2, e = kRoot * d3 - kHalfRoot * d1;
  y[0] = d0 - 2.5f * d2 + d4;
  y[step] = a + b;
  y[2 * step] = a - b;
  y[3 * step] = c + e;
  y[4 * step] = c - e;
  y[5 * step] = d1 - 2.5f * d3 + d5;
}

// Aᵀ: 6 points to 4 results.
inline void pointsToResults(const V* m, int step, V* y, int to) {
  V s1 = m[step] + m[2 * step], d1 = m[step] - m[2 * step], s2 = m[3 * step] + m[4 * step],
    d2 = m[3 * step] - m[4 * step];
  y[0] = m[0] + s1 + s2;
  y[to] = kHalfRoot * d1 + kRoot * d2;
  y[2 * to] = 0.5f * s1 + 2.0f * s2;
  y[3 * to] = 0.5f * kHalfRoot * d1 + 2.0f * kRoot * d2 + m[5 * step];
}

// A: gradients of 4 results to those of 6 points.
inline void resultsToPoints(const V* y, int step, V* m, int to) {
  V y0 = y[0], y1 = y[step], y2 = y[2 * step], y3 = y[3 * step];
  V a = y0 + 0.5f * y2, b = kHalfRoot * y1 + 0.5f * kHalfRoot * y3, c = y0 + 2.0f * y2,
    e = kRoot * y1 + 2.0f * kRoot * y3;
  m[0] = y0;
  m[to] = a + b;
  m[2 * to] = a - b;
  m[3 * to] = c + e;
  m[4 * to] = c - e;
  m[5 * to] = y3;
}

// G: 3 weights to 6 points.
inline void weightsToPoints(const V* g, int step, V* u, int to) {
  V a = (-2.0f / 3) * g[0] - (1.0f / 3) * g[2 * step], b = (kRoot / 3) * g[step];
  V c = (1.0f / 6) * g[0] + (1.0f / 3) * g[2 * step], e = (kRoot / 6) * g[step];
  u[0] = g[0];
  u[to] = a - b;
  u[2 * to] = a + b;
  u[3 * to] = c + e;
  u[4 * to] = c - e;
  u[5 * to] = g[2 * step];
}

// Gᵀ: gradients of 6 points to those of 3 weights.
inline void pointsToWeights(const V* u, int step, V* g, int to) {
  V s1 = u[step] + u[2 * step], d1 = u[2 * step] - u[step], s2 = u[3 * step] + u[4 * step],
    d2 = u[3 * step] - u[4 * step];
  g[0] = u[0] - (2.0f / 3) * s1 + (1.0f / 6) * s2;
  g[to] = (kRoot / 3) * d1 + (kRoot / 6) * d2;
  g[2 * to] = (-1.0f / 3) * s1 + (1.0f / 3) * s2 + u[5 * step];
}

// Where a tile lies.
struct Tile {
  long image, row, column;
  Tile(const Geometry& g, long index)
      : image(index / (g.tilesDown() * g.tilesAcross())),
        row(4 * (index / g.tilesAcross() % g.tilesDown())),
        column(4 * (index % g.tilesAcross())) {}
};

// The 6×6 values of a tile, `channels` of them apart in the maps x [images, height, width, channels], in the form of points:
// place(p, c) is where point p of channels c to c + 7 goes.
template <typename Place>
void transformValues(const float* x, const Geometry& g, long channels, const Tile& tile, Place place) {
  const float* image = x + tile.image * g.height * g.width * channels;
  const bool inside = tile.row > 0 && tile.column > 0 && tile.row + 5 <= g.height && tile.column + 5 <= g.width;
  for (long c = 0; c < channels; c += kLanes) {
    V d[kPoints], t[kPoints];
    const float* corner = image + ((tile.row - 1) * g.width + tile.column - 1) * channels + c;
    for (int r = 0; r < 6; r++)
      for (int s = 0; s < 6; s++) {
        const long row = tile.row - 1 + r, column = tile.column - 1 + s;
        d[6 * r + s] = inside || (row >= 0 && row < g.height && column >= 0 && column < g.width)
                           ? load(corner + (r * g.width + s) * channels)
                           : V{};
      }
    for (int s = 0; s < 6; s++) valuesToPoints(d + s, t + s, 6);
    for (int r = 0; r < 6; r++) valuesToPoints(t + 6 * r, d + 6 * r, 1);
    for (int p = 0; p < kPoints; p++) store(place(p, c), d[p]);
  }
}

// The gradients of a tile's 4×4 results in the form of points.
template <typename Place>
void transformGradients(const float* dy, const Geometry& g, long channels, const Tile& tile, Place place) {
  const float* corner = dy + ((tile.image * g.height + tile.row) * g.width + tile.column) * channels;
  const bool inside = tile.row + 4 <= g.height && tile.column + 4 <= g.width;
  for (long c = 0; c < channels; c += kLanes) {
    V y[16], t[24], m[kPoints];
    for (int r = 0; r < 4; r++)
      for (int s = 0; s < 4; s++)
        y[4 * r + s] = inside || (tile.row + r < g.height && tile.column + s < g.width)
                           ? load(corner + (r * g.width + s) * channels + c)
                           : V{};
    for (int s = 0; s < 4; s++) resultsToPoints(y + s, 4, t + s, 4);
    for (int r = 0; r < 6; r++) resultsToPoints(t + 4 * r, 1, m + 6 * r, 1);
    for (int p = 0; p < kPoints; p++) store(place(p, c), m[p]);
  }
}

// Points of a tile to its 4×4 results, and what follows them, in the maps y.
template <typename Place>
void transformResults(float* y, const Geometry& g, const Epilogue& after, const Tile& tile, Place place) {
  for (long c = 0; c < g.out; c += kLanes) {
    V m[kPoints], t[24], out[16];
    for (int p = 0; p < kPoints; p++) m[p] = load(place(p, c));
    for (int s = 0; s < 6; s++) pointsToResults(m + s, 6, t + s, 6);
    for (int r = 0; r < 4; r++) pointsToResults(t + 6 * r, 1, out + 4 * r, 1);
    putResults<4>(out, y, g, after, tile.image, tile.row, tile.column, c);
  }
}

// Kernel [3, 3, in, out] to the points' matrices [36][out / 16][in][16].
inline void transformKernel(const float* kernel, long in, long out, float* points) {
  for (long i = 0; i < in; i++)
    for (long o = 0; o < out; o += kLanes) {
      V w[9], t[18], u[kPoints];
      for (int k = 0; k < 9; k++) w[k] = load(kernel + (k * in + i) * out + o);
      for (int s = 0; s < 3; s++) weightsToPoints(w + s, 3, t + s, 3);
      for (int r = 0; r < 6; r++) weightsToPoints(t + 3 * r, 1, u + 6 * r, 1);
      float* to = points + (o / kPanel * in + i) * kPanel + o % kPanel;
      for (int p = 0; p < kPoints; p++) store(to + p * in * out, u[p]);
    }
}

// The same of the kernel turned by 180° with its channels exchanged, whose convolution is the gradient of the input:
// [36][in / 16][out][16].
inline void transformTurnedKernel(const float* kernel, long in, long out, float* points) {
  for (long i = 0; i < in; i += kLanes)
    for (long o = 0; o < out; o += kLanes) {
      V all[kPoints][kLanes];
      for (int lane = 0; lane < kLanes; lane++) {
        V w[9], t[18], u[kPoints];
        for (int k = 0; k < 9; k++) w[k] = load(kernel + ((8 - k) * in + i + lane) * out + o);
        for (int s = 0; s < 3; s++) weightsToPoints(w + s, 3, t + s, 3);
        for (int r = 0; r < 6; r++) weightsToPoints(t + 3 * r, 1, u + 6 * r, 1);
        for (int p = 0; p < kPoints; p++) all[p][lane] = u[p];
      }
      float* to = points + (i / kPanel * out + o) * kPanel + i % kPanel;
      for (int p = 0; p < kPoints; p++) {
        transpose(all[p]);
        for (int lane = 0; lane < kLanes; lane++) store(to + p * in * out + lane * kPanel, all[p][lane]);
      }
    }
}

// c [rows, 16] = (or +=, with `add`) the sum over k < depth of a(row, k) · b[k][16].
template <int Rows>
void product(long depth, const float* a, long rowStep, long depthStep, const float* b, float* c, long cStep, bool add) {
  V sum[Rows][2];
#pragma GCC unroll 6
  for (int r = 0; r < Rows; r++) {
    sum[r][0] = add ? load(c + r * cStep) : V{};
    sum[r][1] = add ? load(c + r * cStep + kLanes) : V{};
  }
  for (long k = 0; k < depth; k++, a += depthStep, b += kPanel) {
    const V b0 = load(b), b1 = load(b + kLanes);
#pragma GCC unroll 6
    for (int r = 0; r < Rows; r++) {
      const V x = all(a[r * rowStep]);
      sum[r][0] += x * b0;
      sum[r][1] += x * b1;
    }
  }
#pragma GCC unroll 6
  for (int r = 0; r < Rows; r++) {
    store(c + r * cStep, sum[r][0]);
    store(c + r * cStep + kLanes, sum[r][1]);
  }
}

// The same for any number of rows, five or six at a time where that goes.
inline void products(long rows, long depth, const float* a, long rowStep, long depthStep, const float* b, float* c,
                     long cStep, bool add) {
  for (long pieces = (rows + 5) / 6; pieces > 0; pieces--) {
    const long now = (rows + pieces - 1) / pieces;
    auto* run = now == 6   ? product<6>
                : now == 5 ? product<5>
                : now == 4 ? product<4>
                : now == 3 ? product<3>
                : now == 2 ? product<2>
                           : product<1>;
    run(depth, a, rowStep, depthStep, b, c, cStep, add);
    a += now * rowStep;
    c += now * cStep;
    rows -= now;
  }
}

// Distance of two points' matrices of so many floats: an odd number of cache lines, lest all points share a few places of the cache.
inline long apart(long floats) { return (floats / 16 | 1) * 16; }

// Tiles in a block: what a core works on at once should stay in its second-level cache.
inline long tilesInBlock(const Geometry& g, long most) {
  const long budget = 48 * 1024;  // floats
  return std::max(12L, std::min(most, budget / (kPoints * (g.in + g.out)) / 6 * 6));
}

// x [images, height, width, in], points of the kernel → y [images, height, width, out], or half of both with pooling.
inline void convolve(const float* x, const float* kernelPoints, float* y, const Geometry& g, const Epilogue& after = {}) {
  const long tiles = g.tiles(), block = tilesInBlock(g, 48);
  parallel((tiles + block - 1) / block, [&](long index) {
    const long first = index * block, count = std::min(block, tiles - first);
    const long valuesStep = apart(count * g.in), resultsStep = apart(count * g.out);
    float* values = scratch(kPoints * (valuesStep + resultsStep));  // [36][count][in]
    float* results = values + kPoints * valuesStep;                 // [36][count][out]
    for (long t = 0; t < count; t++)
      transformValues(x, g, g.in, Tile(g, first + t), [&](int p, long c) { return values + p * valuesStep + t * g.in + c; });
    for (long p = 0; p < kPoints; p++)
      for (long o = 0; o < g.out; o += kPanel)
        products(count, g.in, values + p * valuesStep, g.in, 1, kernelPoints + (p * g.out + o) * g.in,
                 results + p * resultsStep + o, g.out, false);
    for (long t = 0; t < count; t++)
      transformResults(y, g, after, Tile(g, first + t),
                       [&](int p, long c) { return results + p * resultsStep + t * g.out + c; });
  });
}

// x [images, height, width, in], dy [images, height, width, out] → gradient of the kernel [3, 3, in, out]. Sums are added up in one order
// whatever the number of threads.
inline void kernelGradient(const float* x, const float* dy, float* kernel, const Geometry& g, float* points) {
  const long tiles = g.tiles(), block = tilesInBlock(g, 96), step = block;
  for (long first = 0; first < tiles; first += step) {
    const long count = std::min(step, tiles - first);
    const long valuesStep = apart(count * g.in), resultsStep = apart(count * g.out);
    float* values = scratch(kPoints * (valuesStep + resultsStep));  // [36][count][in]
    float* results = values + kPoints * valuesStep;                 // [36][out / 16][count][16]
    parallel(count, [&](long t) {
      const Tile tile(g, first + t);
      transformValues(x, g, g.in, tile, [&](int p, long c) { return values + p * valuesStep + t * g.in + c; });
      transformGradients(dy, g, g.out, tile, [&](int p, long c) {
        return results + p * resultsStep + c / kPanel * kPanel * count + t * kPanel + c % kPanel;
      });
    });
    parallel(kPoints, [&](long p) {
      for (long o = 0; o < g.out; o += kPanel)
        products(g.in, count, values + p * valuesStep, 1, g.in, results + p * resultsStep + o * count,
                 points + (p * g.out + o) * g.in, kPanel, first > 0);
    });
  }
  for (long i = 0; i < g.in; i++)
    for (long o = 0; o < g.out; o += kLanes) {
      V u[kPoints], t[18], w[9];
      const float* from = points + (o / kPanel * g.in + i) * kPanel + o % kPanel;
      for (int p = 0; p < kPoints; p++) u[p] = load(from + p * g.in * g.out);
      for (int s = 0; s < 6; s++) pointsToWeights(u + s, 6, t + s, 6);
      for (int r = 0; r < 3; r++) pointsToWeights(t + 6 * r, 1, w + 3 * r, 1);
      for (int k = 0; k < 9; k++) store(kernel + (k * g.in + i) * g.out + o, w[k]);
    }
}

}  // namespace glyphlab
