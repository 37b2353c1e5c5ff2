#include "tensor.h"

#include "check.h"

namespace mainstay {
namespace {

Shape ShapeOf(std::initializer_list<std::int64_t> dims) {
  Shape shape;
  for (const std::int64_t dim : dims) shape.dims[shape.rank++] = dim;
  return shape;
}

TEST(tensorBytes_multipliesAndRefusesWhatIsNoSize) {
  CHECK_EQ(TensorBytes(ElementType::kFloat32, ShapeOf({2, 3, 4})).value_or(0), 96U);
  CHECK_EQ(TensorBytes(ElementType::kFloat16, ShapeOf({})).value_or(0), 2U);
  CHECK_EQ(TensorBytes(ElementType::kInt64, ShapeOf({5, 0})).value_or(1), 0U);
  CHECK(!TensorBytes(ElementType::kInt64, ShapeOf({-1, 2})).has_value());
  CHECK(!TensorBytes(ElementType::kInt64, ShapeOf({1LL << 40, 1LL << 40})).has_value());
  CHECK(!TensorBytes(ElementType::kInt64, ShapeOf({1LL << 60})).has_value());
  CHECK(!TensorBytes(static_cast<ElementType>(99), ShapeOf({1})).has_value());
  Shape too_deep;
  too_deep.rank = 9;
  CHECK(!TensorBytes(ElementType::kInt8, too_deep).has_value());
}

TEST(toString_readsLikeAShape) { CHECK_EQ(ToString(ShapeOf({1, -1, 384})), "[1, -1, 384]"); }

}  // namespace
}  // namespace mainstay
