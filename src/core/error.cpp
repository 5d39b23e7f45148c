#include "convgrad/error.h"

namespace convgrad {

Error::Error(ErrorDetails details)
    : std::runtime_error(details.what), details_(std::move(details)), hint_(details_.hint) {}

void Error::set_layer(LayerTrace trace) {
  std::string text = trace.path.empty() ? "layer " : "layer " + trace.path + ": ";
  text += trace.layer;
  if (!trace.input.empty()) text += ", input " + trace.input;
  if (!trace.before.empty()) {
    text += "\nsizes: " + trace.start;
    for (const auto& step : trace.before) text += " → " + step.layer + " " + step.output;
  }
  hint_ = details_.hint.empty() ? text : text + "\n" + details_.hint;
  trace_ = std::make_shared<const LayerTrace>(std::move(trace));
}

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
