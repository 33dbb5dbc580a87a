// Threads for the inside of an op, as many as TensorFlow has for that (TF_NUM_INTRAOP_THREADS).
#pragma once

#include <functional>

namespace glyphlab {

// Runs body(0) to body(count − 1), the calling thread among others; returns when all are done.
void parallel(long count, const std::function<void(long)>& body);

// Floats that belong to the calling thread, until it asks again.
float* scratch(long floats);

}  // namespace glyphlab
