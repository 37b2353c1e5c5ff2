#include "options.h"

#include "check.h"

namespace mainstay {
namespace {

std::vector<std::string> Complete() {
  return {"--device",        "cpu-1", "--epoch",       "3",       "--host-pid", "77", "--threads", "2",
          "--memory-budget", "1000",  "--onnxruntime", "/lib.so", "--arena",    "/a", "--arena",   "/b"};
}

std::vector<std::string> With(std::vector<std::string> more) {
  std::vector<std::string> arguments = Complete();
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::vector<std::string> Without(const std::string& option) {
  std::vector<std::string> arguments = Complete();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] != option) continue;
    arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i),
                    arguments.begin() + static_cast<std::ptrdiff_t>(i) + 2);
    return arguments;
  }
  return arguments;
}

std::string ErrorOf(const std::vector<std::string>& arguments) {
  const auto parsed = ParseOptions(arguments);
  return std::holds_alternative<UsageError>(parsed) ? std::get<UsageError>(parsed).message : "";
}

TEST(parse_completeCommandLine_givesEveryValueAndTheDefaults) {
  const auto parsed = ParseOptions(Complete());
  CHECK(std::holds_alternative<Options>(parsed));
  const auto& options = std::get<Options>(parsed);
  CHECK_EQ(options.device, "cpu-1");
  CHECK_EQ(options.epoch, 3U);
  CHECK_EQ(options.host_pid, 77);
  CHECK_EQ(options.threads, 2);
  CHECK_EQ(options.memory_budget_bytes, 1000U);
  CHECK_EQ(options.data_limit_bytes, 0U);
  CHECK_EQ(options.arena_paths.size(), 2U);
  CHECK_EQ(options.arena_paths[1], "/b");
  CHECK_EQ(options.queue_depth, 256U);
  CHECK_EQ(options.frame_bytes_max, 1048576U);
  CHECK(!options.fault_injection);
}

TEST(parse_missingOption_namesIt) {
  for (const char* option : {"--device", "--epoch", "--host-pid", "--threads", "--memory-budget", "--onnxruntime"}) {
    CHECK_EQ(ErrorOf(Without(option)), std::string("missing ") + option);
  }
}

TEST(parse_valuesOutOfRange_nameValueAndBound) {
  CHECK(ErrorOf(With({"--queue-depth", "0"})).find("--queue-depth 0: expected a whole number from 1 to 4096") == 0);
  CHECK(!ErrorOf(With({"--queue-depth", "4097"})).empty());
  CHECK(!ErrorOf(With({"--queue-depth", "1x"})).empty());
  CHECK(!ErrorOf(With({"--queue-depth", "-1"})).empty());
  CHECK(!ErrorOf(With({"--queue-depth", ""})).empty());
  CHECK(!ErrorOf(With({"--max-frame", "1048577"})).empty());
  CHECK(!ErrorOf(With({"--max-frame", "100"})).empty());
  CHECK(!ErrorOf(With({"--data-limit", "99999999999999999999999"})).empty());
}

TEST(parse_unknownTwiceOrWithoutValue_isRefused) {
  CHECK_EQ(ErrorOf(With({"--colour", "red"})), "unknown option --colour");
  CHECK_EQ(ErrorOf(With({"--epoch", "4"})), "--epoch: given twice");
  CHECK(!ErrorOf(With({"--queue-depth"})).empty());
  CHECK_EQ(ErrorOf(With({"stray"})), "unexpected argument stray");
}

TEST(parse_device_isACpuNumber) {
  for (const char* device : {"cuda", "cuda-x", "gpu_0", "cpu-", "cpu-x", "cpu", "cpu-12345"}) {
    auto arguments = Without("--device");
    arguments.insert(arguments.end(), {"--device", device});
    CHECK(ErrorOf(arguments).find("expected cpu-N or cuda-N") != std::string::npos);
  }
}

TEST(parse_announceSchema_onlyWithFaultInjection) {
  CHECK(!ErrorOf(With({"--announce-schema", "2.0"})).empty());
  CHECK(!ErrorOf(With({"--enable-fault-injection", "--announce-schema", "2"})).empty());
  const auto parsed = ParseOptions(With({"--enable-fault-injection", "--announce-schema", "2.9"}));
  CHECK(std::holds_alternative<Options>(parsed));
  CHECK_EQ(std::get<Options>(parsed).announced_schema_id, 2);
  CHECK_EQ(std::get<Options>(parsed).announced_schema_version, 9);
}

TEST(parse_selfCheckAndVersion_needLess) {
  CHECK(ErrorOf({"--version"}).empty());
  CHECK_EQ(ErrorOf({"--self-check"}), "missing --onnxruntime");
  CHECK(ErrorOf({"--self-check", "--onnxruntime", "/lib.so"}).empty());
  CHECK(!ErrorOf({}).empty());
}

}  // namespace
}  // namespace mainstay
