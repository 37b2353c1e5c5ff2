#include "log.h"

#include <unistd.h>

#include <functional>

#include "check.h"
#include "unique_fd.h"

namespace mainstay {
namespace {

/// What `write` puts on stderr.
std::string Captured(const std::function<void()>& write) {
  int fds[2];
  CHECK_EQ(::pipe(fds), 0);
  const UniqueFd read_end(fds[0]);
  UniqueFd saved(::dup(STDERR_FILENO));
  ::dup2(fds[1], STDERR_FILENO);
  ::close(fds[1]);
  write();
  ::dup2(saved.get(), STDERR_FILENO);
  std::string text(65536, '\0');
  text.resize(static_cast<std::size_t>(::read(read_end.get(), text.data(), text.size())));
  return text;
}

TEST(line_isOneLineOfKeysAndValues) {
  CHECK_EQ(Captured([] { Info("hello").With("epoch", 7).With("device", "cpu-0").With("millis", 1.5); }),
           "level=info event=hello epoch=7 device=cpu-0 millis=1.500\n");
}

TEST(values_thatNeedIt_areQuotedAndEscaped) {
  CHECK_EQ(Captured([] { Warn("odd").With("a", "two words").With("b", "say \"x\"\nnext\x01").With("c", ""); }),
           "level=warn event=odd a=\"two words\" b=\"say \\\"x\\\"\\nnext \" c=\"\"\n");
}

TEST(line_isCutToWhatAPipeTakesAtOnce) {
  CHECK(Captured([] { Error("long").With("text", std::string(10000, 'x')); }).size() <= 4096);
}

}  // namespace
}  // namespace mainstay
