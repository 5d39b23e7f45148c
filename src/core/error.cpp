#include "convgrad/error.h"

namespace convgrad {

Error::Error(ErrorDetails details) : std::runtime_error(details.what), details_(std::move(details)) {}

// Out of line, so that each class has one type_info, in this library.
Error::~Error() = default;
ShapeError::~ShapeError() = default;
ValueError::~ValueError() = default;
IndexError::~IndexError() = default;
KeyError::~KeyError() = default;
TypeError::~TypeError() = default;
NotImplementedError::~NotImplementedError() = default;
FileError::~FileError() = default;
DivergedError::~DivergedError() = default;

}  // namespace convgrad
