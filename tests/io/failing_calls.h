#pragma once

namespace convgrad::test {

/// Lets the n-th of the system's write, fsync, fchmod, close and rename calls of this thread fail (n = 1 is the next
/// one), once; 0 lets all pass. `writes_only_half` makes every write take half of what it is given, as a slow pipe
/// does.
void fail_at(int n, int code);
void write_halves(bool on);
/// How many of those calls there were since fail_at.
int calls_seen();

}  // namespace convgrad::test
