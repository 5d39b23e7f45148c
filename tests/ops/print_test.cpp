#include "ops/print.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "convgrad/error.h"
#include "core/make.h"
#include "places.h"

namespace convgrad {
namespace {

using nlohmann::json;

ScalarType dtype_named(const std::string& wanted) {
  for (const auto type : {kFloat32, kFloat64, kInt64, kInt32, kUInt8, kBool})
    if (wanted == name(type)) return type;
  throw ValueError(wanted);
}

PrintOptions options_of(const json& test) {
  PrintOptions options;
  if (!test.contains("options")) return options;
  const json& given = test["options"];
  options.precision = given.value("precision", options.precision);
  options.edgeitems = given.value("edgeitems", options.edgeitems);
  options.linewidth = given.value("linewidth", options.linewidth);
  if (given.contains("threshold"))
    options.threshold = given["threshold"].is_string() ? PrintOptions::everything : given["threshold"].get<int64_t>();
  if (given.contains("sci_mode")) options.sci_mode = given["sci_mode"].get<bool>();
  return options;
}

/// The bytes of a case, repeated over as much memory as its sizes and strides reach.
std::vector<char> storage_of(const json& test, int64_t element_size) {
  const auto hex = test["data"].get<std::string>();
  std::vector<char> unit;
  for (size_t i = 0; i < hex.size(); i += 2)
    unit.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  int64_t last = 0;
  for (size_t d = 0; d < test["sizes"].size(); ++d)
    last += std::max<int64_t>(test["sizes"][d].get<int64_t>() - 1, 0) * test["strides"][d].get<int64_t>();
  std::vector<char> storage;
  while (storage.size() < static_cast<size_t>((last + 1) * element_size))
    storage.insert(storage.end(), unit.begin(), unit.end());
  return storage;
}

class DefaultDtype {
 public:
  explicit DefaultDtype(ScalarType type) : before_(get_default_dtype()) { set_default_dtype(type); }
  ~DefaultDtype() { set_default_dtype(before_); }

 private:
  ScalarType before_;
};

TEST(Print, GivesPyTorchsText) {
  const auto cases = json::parse(std::ifstream(test::golden("print.json")));
  ASSERT_GT(cases.size(), 400u);
  for (const json& test : cases) {
    const DefaultDtype guard(dtype_named(test.value("default_dtype", "float32")));
    const ScalarType dtype = dtype_named(test["dtype"]);
    auto storage = storage_of(test, element_size(dtype));
    const auto sizes = test["sizes"].get<std::vector<int64_t>>(), strides = test["strides"].get<std::vector<int64_t>>();
    const PrintOptions options = options_of(test);
    if (test.contains("grad_fn")) {
      const PrintedArray array{.data = storage.data(), .dtype = dtype, .sizes = sizes, .strides = strides};
      const auto suffix = "grad_fn=<" + test["grad_fn"].get<std::string>() + ">";
      EXPECT_EQ(tensor_text(elements_text(array, 7, options), {suffix}, options), test["text"]) << test;
    } else {
      Tensor t = make_foreign(storage.data(), sizes, strides, dtype, {});
      if (test.contains("requires_grad")) t.requires_grad_();
      EXPECT_EQ(repr(t, options), test["text"]) << test;
    }
  }
}

TEST(Print, OptionsHoldForTheProcess) {
  std::vector<double> values{0.5, 0.25};
  const Tensor t = make_foreign(values.data(), {2}, {1}, kFloat64, {});
  set_printoptions({.precision = 1});
  EXPECT_EQ(t.str(), "tensor([0.5, 0.2], dtype=torch.float64)");
  EXPECT_EQ(get_printoptions().precision, 1);
  set_printoptions({.precision = -3, .threshold = -1, .edgeitems = -1, .linewidth = -5});  // taken as 0
  EXPECT_EQ(get_printoptions().precision, 0);
  EXPECT_EQ(t.str(), "tensor([...],\n       size=(2,),\n       dtype=torch.float64)");
  set_printoptions({});
  std::ostringstream out;
  out << t;
  EXPECT_EQ(out.str(), "tensor([0.5000, 0.2500], dtype=torch.float64)");
}

TEST(Print, ParametersSizesAndTheUndefined) {
  std::vector<float> values{1, 2};
  Tensor t = make_foreign(values.data(), {2}, {1}, kFloat32, {});
  t.requires_grad_();
  EXPECT_EQ(parameter_repr(t), "Parameter containing:\ntensor([1., 2.], requires_grad=True)");
  EXPECT_EQ(size_repr({}), "torch.Size([])");
  EXPECT_EQ(size_repr({2}), "torch.Size([2])");
  EXPECT_EQ(size_repr({2, 3}), "torch.Size([2, 3])");
  EXPECT_EQ(repr(Tensor()), "tensor(<undefined>)");
}

TEST(Print, FormatTextIsPythonsFString) {
  const auto text = [](double value) { return format_text(Tensor::of(value)); };
  set_default_dtype(kFloat64);
  EXPECT_EQ(text(1), "1.0");
  EXPECT_EQ(text(0.1), "0.1");
  EXPECT_EQ(text(-0.0), "-0.0");
  EXPECT_EQ(text(1e-4), "0.0001");
  EXPECT_EQ(text(1e-5), "1e-05");
  EXPECT_EQ(text(1e15), "1000000000000000.0");
  EXPECT_EQ(text(1e16), "1e+16");
  EXPECT_EQ(text(1.5e300), "1.5e+300");
  EXPECT_EQ(text(-INFINITY), "-inf");
  EXPECT_EQ(text(NAN), "nan");
  set_default_dtype(kFloat32);
  EXPECT_EQ(format_text(Tensor::of(0.1)), "0.10000000149011612");
  EXPECT_EQ(format_text(Tensor::of(7)), "7");
  EXPECT_EQ(format_text(Tensor::of(true)), "True");
}

TEST(Print, NeverThrows) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<int64_t> sizes, strides;
    for (uint64_t d = random() % 6; d > 0; --d) sizes.push_back(static_cast<int64_t>(random() % 4));
    strides.resize(sizes.size());
    for (auto& stride : strides) stride = static_cast<int64_t>(random() % 3);
    std::vector<uint64_t> bits(64);
    for (auto& word : bits) word = random();
    const PrintOptions options{.precision = static_cast<int64_t>(random() % 400),
                               .threshold = static_cast<int64_t>(random() % 20),
                               .edgeitems = static_cast<int64_t>(random() % 3),
                               .linewidth = static_cast<int64_t>(random() % 100),
                               .sci_mode = random() % 2 ? std::optional(random() % 2 == 0) : std::nullopt};
    for (const auto dtype : {kFloat32, kFloat64, kInt64, kInt32, kUInt8}) {
      const Tensor t = make_foreign(bits.data(), sizes, strides, dtype, {});
      EXPECT_EQ(repr(t, options).rfind("tensor(", 0), 0u);
    }
  }
  float one = 1;
  const std::vector<int64_t> ones(70, 1);
  EXPECT_EQ(repr(make_foreign(&one, ones, ones, kFloat32, {})),
            "tensor(" + std::string(70, '[') + "1." + std::string(70, ']') + ")");
}

}  // namespace
}  // namespace convgrad
