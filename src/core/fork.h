#pragma once
#include <mutex>

namespace convgrad {

/// Takes this mutex around every fork from now on, so that the child does not find it locked by a thread that it does
/// not have. The mutex must live as long as the program. Whoever holds it takes no other of these, unless it `leads`.
///
/// For the same reason what is made once, when first needed, is made already while the library is loaded: a fork beside
/// its making would leave the child to wait for the maker for ever.
void hold_across_forks(std::mutex& mutex, bool leads = false);

}  // namespace convgrad
