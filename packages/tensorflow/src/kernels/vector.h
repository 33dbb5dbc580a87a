// Eight floats that the processor works on at once.
#pragma once

#include <immintrin.h>

namespace glyphlab {

constexpr long kLanes = 8, kPanel = 16;

using V = __m256;

inline V load(const float* from) { return _mm256_loadu_ps(from); }
inline void store(float* to, V values) { _mm256_storeu_ps(to, values); }
inline V all(float x) { return _mm256_set1_ps(x); }

// rows[i][j] becomes rows[j][i].
inline void transpose(V* rows) {
  V pairs[8], quads[8];
  for (int k = 0; k < 8; k += 2) {
    pairs[k] = _mm256_unpacklo_ps(rows[k], rows[k + 1]);
    pairs[k + 1] = _mm256_unpackhi_ps(rows[k], rows[k + 1]);
  }
  for (int k = 0; k < 8; k += 4)
    for (int j = 0; j < 2; j++) {
      quads[k + 2 * j] = _mm256_shuffle_ps(pairs[k + j], pairs[k + 2 + j], 0x44);
      quads[k + 2 * j + 1] = _mm256_shuffle_ps(pairs[k + j], pairs[k + 2 + j], 0xee);
    }
  for (int k = 0; k < 4; k++) {
    rows[k] = _mm256_permute2f128_ps(quads[k], quads[k + 4], 0x20);
    rows[k + 4] = _mm256_permute2f128_ps(quads[k], quads[k + 4], 0x31);
  }
}

}  // namespace glyphlab
