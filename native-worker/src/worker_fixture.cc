#include "worker_fixture.h"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "host_encoder.h"
#include "mainstay_wire/Fault.h"
#include "mainstay_wire/FaultArmed.h"
#include "mainstay_wire/Hello.h"
#include "mainstay_wire/InferenceCompleted.h"
#include "mainstay_wire/ModelLoaded.h"
#include "model_file.h"

namespace mainstay {
namespace {

constexpr std::size_t kIdsOffset = 0;
constexpr std::size_t kMaskOffset = 1 << 20;
constexpr std::size_t kTypesOffset = 2 << 20;

struct ScratchDirectory {
  ScratchDirectory() {
    char path_template[] = "/tmp/mainstay-test-XXXXXX";
    path = ::mkdtemp(path_template);
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::string path;
};

}  // namespace

std::uint64_t FileBytes(const std::string& path) { return std::filesystem::file_size(path); }

Sha256Digest FileSha256(const std::string& path) {
  return HashFile(path, [](std::uint64_t) {});
}

std::string ScratchPath(const std::string& name) {
  static const ScratchDirectory directory;
  return directory.path + "/" + name;
}

WorkerFixture::WorkerFixture(const Setup& setup) : arena_(kArenaBytes) {
  std::vector<std::string> arguments = {"--device",        setup.device,
                                        "--epoch",         std::to_string(kEpoch),
                                        "--host-pid",      std::to_string(::getpid()),
                                        "--threads",       setup.threads,
                                        "--memory-budget", setup.budget,
                                        "--onnxruntime",   MAINSTAY_ONNXRUNTIME,
                                        "--arena",         arena_.path()};
  if (setup.fault_injection) arguments.push_back("--enable-fault-injection");
  arguments.insert(arguments.end(), setup.more.begin(), setup.more.end());
  client_ = std::make_unique<WorkerClient>(arguments);
  if (setup.await_hello) client_->Await(wire::Hello::SBE_TEMPLATE_ID);
}

void WorkerFixture::SendLoad(std::uint64_t id, const LoadOptions& options) {
  ComponentFile file;
  file.name = "model";
  file.path = options.path;
  file.optimized_path = options.optimized_path;
  file.sha256 = options.sha256 ? *options.sha256 : FileSha256(options.path);
  file.file_bytes = options.file_bytes ? *options.file_bytes : FileBytes(options.path);
  file.pre_optimized = options.pre_optimized;
  Send(LoadModel{id, 0, 1, options.estimate, options.model_id, {file}});
}

void WorkerFixture::Load() {
  SendLoad(1);
  auto message = client_->Await(wire::ModelLoaded::SBE_TEMPLATE_ID);
  CHECK_EQ(message.As<wire::ModelLoaded>().correlationId(), 1U);
}

Infer WorkerFixture::MakeInfer(std::uint64_t id, const InferOptions& options) {
  const std::int64_t count = options.batch * options.sequence;
  std::vector<std::int64_t> mask(static_cast<std::size_t>(count), 1);
  for (std::int64_t i = 0; i < count; ++i) {
    arena_.At<std::int64_t>(kIdsOffset)[i] = options.first_token + i;
    arena_.At<std::int64_t>(kMaskOffset)[i] = 1;
    arena_.At<std::int64_t>(kTypesOffset)[i] = 0;
  }
  Infer infer;
  infer.correlation_id = id;
  infer.deadline_ns = options.deadline_ns;
  infer.priority = options.priority;
  infer.wants_progress = options.wants_progress;
  infer.model_id = options.model_id;
  infer.component = "model";
  const auto give = [&](const char* name, std::size_t offset, std::vector<std::byte> data) {
    InputTensor input;
    input.name = name;
    input.element_type = static_cast<std::uint8_t>(ElementType::kInt64);
    input.place = data.empty() ? kPlaceArena : kPlaceInline;
    input.shape.rank = 2;
    input.shape.dims = {options.batch, options.sequence};
    input.range = {0, data.empty() ? offset : 0, static_cast<std::uint64_t>(count) * sizeof(std::int64_t)};
    input.data = std::move(data);
    infer.inputs.push_back(std::move(input));
  };
  const std::span<const std::byte> mask_bytes = std::as_bytes(std::span(mask));
  give("input_ids", kIdsOffset, {});
  give("attention_mask", kMaskOffset,
       options.mask_inline ? std::vector<std::byte>(mask_bytes.begin(), mask_bytes.end()) : std::vector<std::byte>{});
  give("token_type_ids", kTypesOffset, {});
  infer.outputs.push_back({options.output_name, kPlaceArena, {0, options.output_offset, options.output_capacity}});
  return infer;
}

std::vector<float> WorkerFixture::Output(const InferOptions& options) const {
  const auto* at = arena_.At<float>(options.output_offset);
  return {at, at + static_cast<std::size_t>(options.batch * options.sequence) * kWidth};
}

void WorkerFixture::Send(const HostMessage& message, std::uint64_t epoch) {
  client_->SendRaw(EncodeHostMessage(message, epoch));
}

void WorkerFixture::SendInject(std::uint64_t id, InjectedFault fault, InjectionTrigger trigger, std::uint64_t argument,
                               const std::string& marker) {
  const auto bytes = std::as_bytes(std::span(marker.data(), marker.size()));
  Send(Inject{id,
              static_cast<std::uint8_t>(fault),
              static_cast<std::uint8_t>(trigger),
              argument,
              {bytes.begin(), bytes.end()}});
}

void WorkerFixture::Arm(InjectedFault fault, InjectionTrigger trigger, std::uint64_t argument,
                        const std::string& marker) {
  SendInject(900, fault, trigger, argument, marker);
  auto message = client_->Await(wire::FaultArmed::SBE_TEMPLATE_ID);
  CHECK_EQ(message.As<wire::FaultArmed>().correlationId(), 900U);
}

std::string WorkerFixture::AwaitFault(std::uint64_t id, FaultCode code) {
  auto message = client_->Await(wire::Fault::SBE_TEMPLATE_ID);
  auto fault = message.As<wire::Fault>();
  const std::uint64_t fault_id = fault.correlationId();
  const std::uint16_t fault_code = fault.codeRaw();
  const auto blame = fault.blameRaw();
  std::string text(fault.getMessageAsStringView());
  if (fault_id != id || fault_code != static_cast<std::uint16_t>(code)) {
    check::Fail(__FILE__, __LINE__,
                "fault " + std::to_string(fault_code) + " for " + std::to_string(fault_id) + ": " + text +
                    "; expected " + std::to_string(static_cast<int>(code)) + " for " + std::to_string(id));
  }
  CHECK_EQ(blame, static_cast<std::uint8_t>(BlameOf(code)));
  CHECK(!text.empty());
  return text;
}

void WorkerFixture::AwaitCompleted(std::uint64_t id) {
  while (true) {
    auto message = client_->Next();
    CHECK(message.has_value());
    if (message->template_id == wire::Fault::SBE_TEMPLATE_ID) {
      check::Fail(__FILE__, __LINE__,
                  "a fault instead of a result: " + std::string(message->As<wire::Fault>().getMessageAsStringView()));
    }
    if (message->template_id != wire::InferenceCompleted::SBE_TEMPLATE_ID) continue;
    CHECK_EQ(message->As<wire::InferenceCompleted>().correlationId(), id);
    return;
  }
}

}  // namespace mainstay
