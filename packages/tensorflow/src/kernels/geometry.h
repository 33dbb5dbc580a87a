// Sizes of a convolution of 3×3, stride 1, padding `same`, in NHWC.
#pragma once

namespace glyphlab {

struct Geometry {
  long images, height, width, in, out;
  // Tiles of 4×4 results.
  long tilesDown() const { return (height + 3) / 4; }
  long tilesAcross() const { return (width + 3) / 4; }
  long tiles() const { return images * tilesDown() * tilesAcross(); }
};

}  // namespace glyphlab
