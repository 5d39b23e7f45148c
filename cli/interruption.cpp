#include "interruption.h"

#include <signal.h>
#include <unistd.h>

namespace convgrad::cli {
namespace {

volatile sig_atomic_t noted = 0;

void note(int number) {
  noted = number;
  constexpr char words[] = "\nfinishing this batch (again: stops at once)\n";
  (void)!write(STDERR_FILENO, words, sizeof words - 1);
}

void handle(int number, void (*handler)(int), int flags) {
  struct sigaction old {
  }, action{};
  action.sa_handler = handler;
  action.sa_flags = flags;
  // ignored from the start, as for a job in the background: it stays so
  if (sigaction(number, nullptr, &old) == 0 && old.sa_handler != SIG_IGN) sigaction(number, &action, nullptr);
}

void handle_both(void (*handler)(int), int flags) {
  handle(SIGINT, handler, flags);
  handle(SIGTERM, handler, flags);
}

}  // namespace

// SA_RESETHAND: the second signal does what it does to any program. SA_RESTART: files are read and written to the end.
Interruption::Interruption() {
  noted = 0;
  handle_both(note, static_cast<int>(SA_RESETHAND | SA_RESTART));
}
Interruption::~Interruption() { handle_both(SIG_DFL, 0); }
int Interruption::signal() const { return noted; }

}  // namespace convgrad::cli
