#pragma once
#include <convgrad/export.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace convgrad {

/// Where in a net an error arose; the modules that it passes on its way out fill it.
struct LayerTrace {
  struct Step {
    std::string layer{}, output{};  // its path and the sizes of its result
  };
  std::string path{};            // of the layer, as named_modules() has it: "features.3"; empty for the net itself
  std::string layer{};           // "Conv2d(6, 16, kernel_size=(5, 5), stride=(1, 1))"
  std::string input{};           // sizes of the layer's first tensor: "[64, 32, 32]"
  std::string start{};           // sizes of the outermost module's first tensor
  std::vector<Step> before{};    // the layers that ran before it, in order
  const void* passed = nullptr;  // the outermost module passed so far
};

/// What an Error is made of; write the fields that apply.
struct ErrorDetails {
  std::string op{};        // the operation: "conv2d"
  std::string argument{};  // the argument that was wrong: "weight"
  std::string what{};      // the message; PyTorch's words where it has some
  std::string expected{};  // what would have been right
  std::string got{};       // what came
  std::string hint{};      // what to do now, with the numbers put in
};

/// Every failure that this library reports. what() is PyTorch's text where PyTorch has one; hint() says what to do.
/// Error itself stands for Python's RuntimeError.
class CONVGRAD_API Error : public std::runtime_error {
 public:
  explicit Error(ErrorDetails details);
  explicit Error(const std::string& what) : Error(ErrorDetails{.what = what}) {}
  ~Error() override;

  const std::string& op() const { return details_.op; }
  const std::string& argument() const { return details_.argument; }
  const std::string& expected() const { return details_.expected; }
  const std::string& got() const { return details_.got; }
  /// What to do now; for an error inside a net, the layer and the sizes on the way to it first.
  const std::string& hint() const { return hint_; }

  /// The net's layer that it arose in; null outside of modules.
  const LayerTrace* layer() const { return trace_.get(); }
  void set_layer(LayerTrace trace);

 private:
  ErrorDetails details_;
  std::string hint_;
  std::shared_ptr<const LayerTrace> trace_{};
};

/// Sizes that do not fit together (Python: RuntimeError).
class CONVGRAD_API ShapeError : public Error {
 public:
  using Error::Error;
  ~ShapeError() override;
};
/// A value outside its range (Python: ValueError).
class CONVGRAD_API ValueError : public Error {
 public:
  using Error::Error;
  ~ValueError() override;
};
/// A position that does not exist (Python: IndexError).
class CONVGRAD_API IndexError : public Error {
 public:
  using Error::Error;
  ~IndexError() override;
};
/// A name that is not there, or there twice (Python: KeyError).
class CONVGRAD_API KeyError : public Error {
 public:
  using Error::Error;
  ~KeyError() override;
};
/// A type that does not fit (Python: TypeError).
class CONVGRAD_API TypeError : public Error {
 public:
  using Error::Error;
  ~TypeError() override;
};
/// Something that does not exist here (Python: NotImplementedError).
class CONVGRAD_API NotImplementedError : public Error {
 public:
  using Error::Error;
  ~NotImplementedError() override;
};
/// A file that is missing, damaged, or cannot be written (Python: OSError; on the command line: exit code 3).
class CONVGRAD_API FileError : public Error {
 public:
  using Error::Error;
  ~FileError() override;
};
/// Training left the finite numbers (on the command line: exit code 4).
class CONVGRAD_API DivergedError : public Error {
 public:
  using Error::Error;
  ~DivergedError() override;
};

}  // namespace convgrad
