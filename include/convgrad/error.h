#pragma once
#include <convgrad/export.h>

#include <stdexcept>
#include <string>

namespace convgrad {

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
  const std::string& hint() const { return details_.hint; }

 private:
  ErrorDetails details_;
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
