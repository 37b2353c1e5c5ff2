#include <cstring>
#include <exception>

#include "check.h"

namespace mainstay::check {

std::vector<Test>& Tests() {
  static std::vector<Test> tests;
  return tests;
}

}  // namespace mainstay::check

int main(int argc, char** argv) {
  const char* filter = argc > 1 ? argv[1] : "";
  int ran = 0;
  int failed = 0;
  for (const auto& test : mainstay::check::Tests()) {
    if (std::strstr(test.name, filter) == nullptr) continue;
    ++ran;
    std::string what;
    try {
      test.body();
      continue;
    } catch (const mainstay::check::Failed& e) {
      what = e.what;
    } catch (const std::exception& e) {
      what = std::string("threw ") + e.what();
    }
    ++failed;
    std::fprintf(stderr, "FAILED %s\n  %s\n", test.name, what.c_str());
  }
  std::fprintf(stderr, "%d tests, %d failed\n", ran, failed);
  return ran == 0 || failed > 0 ? 1 : 0;
}
