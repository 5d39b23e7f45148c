#pragma once
#include <string>

namespace convgrad::cli {

/// Starts the program anew with a shorter wait of threads for work, unless the environment says how they wait: libgomp
/// looks at that once, before main. Its default keeps a core busy for milliseconds, which halves the speed beside other
/// programs. Returns where nothing needs to be done, or can be.
void wait_briefly(char** arguments);

/// What the environment says about it: "GOMP_SPINCOUNT=10000".
std::string waiting();

}  // namespace convgrad::cli
