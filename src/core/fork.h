#pragma once
#include <mutex>

namespace convgrad {

/// Takes this mutex around every fork from now on, so that the child does not find it locked by a thread that it does
/// not have. The mutex must live as long as the program; whoever holds it takes no other of these.
void hold_across_forks(std::mutex& mutex);

}  // namespace convgrad
