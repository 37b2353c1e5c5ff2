#pragma once

#include <cstdio>
#include <functional>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

/// A tiny test framework: TEST(name) { CHECK(...); CHECK_EQ(a, b); } and one MAIN per test program (check_main.cc). A
/// program runs its tests in order, or those whose names contain its first argument; a failed check names file, line
/// and values, ends that test, and makes the program end with 1; so does a test that takes too long, at once. A program
/// in which no test ran fails too.
namespace mainstay::check {

struct Test {
  const char* name;
  std::function<void()> body;
};

std::vector<Test>& Tests();

struct Registration {
  Registration(const char* name, std::function<void()> body) { Tests().push_back({name, std::move(body)}); }
};

struct Failed {
  std::string what;
};

template <typename T>
std::string Show(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    return std::to_string(static_cast<long long>(value));
  } else if constexpr (requires(std::ostringstream& out) { out << value; }) {
    std::ostringstream out;
    out << value;
    return out.str();
  } else {
    return "(value)";
  }
}

[[noreturn]] inline void Fail(const char* file, int line, const std::string& what) {
  throw Failed{std::string(file) + ":" + std::to_string(line) + ": " + what};
}

template <typename A, typename B>
void Equal(const char* file, int line, const char* text, const A& actual, const B& expected) {
  if (!(actual == expected))
    Fail(file, line, std::string(text) + ": is " + Show(actual) + ", expected " + Show(expected));
}

}  // namespace mainstay::check

#define TEST(name)                                                                  \
  static void Test_##name();                                                        \
  static const ::mainstay::check::Registration register_##name(#name, Test_##name); \
  static void Test_##name()

#define CHECK(condition)                                                                 \
  do {                                                                                   \
    if (!(condition)) ::mainstay::check::Fail(__FILE__, __LINE__, "false: " #condition); \
  } while (false)

#define CHECK_EQ(actual, expected) ::mainstay::check::Equal(__FILE__, __LINE__, #actual, actual, expected)
