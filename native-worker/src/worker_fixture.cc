#include "worker_fixture.h"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "mainstay_wire/Cancel.h"
#include "mainstay_wire/Drain.h"
#include "mainstay_wire/Fault.h"
#include "mainstay_wire/FaultArmed.h"
#include "mainstay_wire/Hello.h"
#include "mainstay_wire/InferenceCompleted.h"
#include "mainstay_wire/InferenceRequest.h"
#include "mainstay_wire/InjectFault.h"
#include "mainstay_wire/ModelLoadRequest.h"
#include "mainstay_wire/ModelLoaded.h"
#include "mainstay_wire/ModelUnloadRequest.h"
#include "mainstay_wire/Ping.h"
#include "mainstay_wire/VerifyRequest.h"
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
  std::vector<std::string> arguments = {"--device",        "cpu-0",       "--epoch", std::to_string(kEpoch),
                                        "--host-pid",      std::to_string(::getpid()),
                                        "--threads",       setup.threads, "--memory-budget", setup.budget,
                                        "--onnxruntime",   MAINSTAY_ONNXRUNTIME, "--arena", arena_.path()};
  if (setup.fault_injection) arguments.push_back("--enable-fault-injection");
  arguments.insert(arguments.end(), setup.more.begin(), setup.more.end());
  client_ = std::make_unique<WorkerClient>(arguments);
  if (setup.await_hello) client_->Await(wire::Hello::SBE_TEMPLATE_ID);
}

void WorkerFixture::SendLoad(std::uint64_t id, const LoadOptions& options) {
  const Sha256Digest sha256 = options.sha256 ? *options.sha256 : FileSha256(options.path);
  const std::uint64_t file_bytes = options.file_bytes ? *options.file_bytes : FileBytes(options.path);
  client_->Send<wire::ModelLoadRequest>(kEpoch, [&](wire::ModelLoadRequest& out) {
    out.correlationId(id).deadlineNs(0).loadingPriority(wire::Priority::P1).loadTarget(wire::MemoryTier::VRAM);
    out.estimatedVramUsage(options.estimate);
    auto& component = out.componentsCount(1).next();
    for (std::size_t i = 0; i < sha256.size(); ++i) component.sha256(i, sha256[i]);
    component.fileBytes(file_bytes).preOptimized(options.pre_optimized ? 1 : 0);
    component.putName(std::string("model")).putPath(options.path).putOptimizedPath(options.optimized_path);
    out.putModelId(options.model_id);
  });
}

void WorkerFixture::Load() {
  SendLoad(1);
  auto message = client_->Await(wire::ModelLoaded::SBE_TEMPLATE_ID);
  CHECK_EQ(message.As<wire::ModelLoaded>().correlationId(), 1U);
}

void WorkerFixture::SendInfer(std::uint64_t id, const InferOptions& options) {
  const std::int64_t count = options.batch * options.sequence;
  std::vector<std::int64_t> mask(static_cast<std::size_t>(count), 1);
  for (std::int64_t i = 0; i < count; ++i) {
    arena_.At<std::int64_t>(kIdsOffset)[i] = options.first_token + i;
    arena_.At<std::int64_t>(kMaskOffset)[i] = 1;
    arena_.At<std::int64_t>(kTypesOffset)[i] = 0;
  }
  client_->Send<wire::InferenceRequest>(kEpoch, [&](wire::InferenceRequest& out) {
    out.correlationId(id)
        .deadlineNs(options.deadline_ns)
        .priority(static_cast<wire::Priority::Value>(options.priority))
        .wantsProgress(options.wants_progress ? 1 : 0);
    auto& inputs = out.inputsCount(3);
    const auto put = [&](const char* name, std::size_t offset, bool is_inline) {
      inputs.next()
          .elementType(wire::ElementType::INT64)
          .rank(2)
          .place(is_inline ? wire::TensorPlace::INLINE : wire::TensorPlace::ARENA)
          .segment(0)
          .offset(is_inline ? 0 : offset)
          .length(static_cast<std::uint64_t>(count) * sizeof(std::int64_t));
      for (std::size_t i = 0; i < kRankMax; ++i) inputs.dims(i, 0);
      inputs.dims(0, options.batch).dims(1, options.sequence);
      inputs.putName(std::string(name));
      inputs.putData(reinterpret_cast<const char*>(mask.data()),
                     is_inline ? static_cast<std::uint32_t>(mask.size() * sizeof mask[0]) : 0);
    };
    put("input_ids", kIdsOffset, false);
    put("attention_mask", kMaskOffset, options.mask_inline);
    put("token_type_ids", kTypesOffset, false);
    out.outputsCount(1)
        .next()
        .place(wire::TensorPlace::ARENA)
        .segment(0)
        .offset(options.output_offset)
        .capacity(options.output_capacity)
        .putName(options.output_name);
    out.putModelId(options.model_id).putComponent(std::string("model"));
  });
}

std::vector<float> WorkerFixture::Output(const InferOptions& options) const {
  const auto* at = arena_.At<float>(options.output_offset);
  return {at, at + static_cast<std::size_t>(options.batch * options.sequence) * kWidth};
}

void WorkerFixture::SendPing(std::uint64_t sequence) {
  client_->Send<wire::Ping>(kEpoch, [&](wire::Ping& out) { out.sequence(sequence).sentNs(42); });
}

void WorkerFixture::SendCancel(std::uint64_t id) {
  client_->Send<wire::Cancel>(kEpoch, [&](wire::Cancel& out) { out.correlationId(id); });
}

void WorkerFixture::SendUnload(std::uint64_t id, const std::string& model_id) {
  client_->Send<wire::ModelUnloadRequest>(kEpoch, [&](wire::ModelUnloadRequest& out) { out.correlationId(id).putModelId(model_id); });
}

void WorkerFixture::SendVerify(std::uint64_t id, const std::string& model_id) {
  client_->Send<wire::VerifyRequest>(kEpoch, [&](wire::VerifyRequest& out) {
    out.correlationId(id).deadlineNs(0).putModelId(model_id);
  });
}

void WorkerFixture::SendDrain(std::uint64_t id, std::int64_t deadline_ns) {
  client_->Send<wire::Drain>(kEpoch, [&](wire::Drain& out) { out.correlationId(id).deadlineNs(deadline_ns); });
}

void WorkerFixture::SendInject(std::uint64_t id, InjectedFault fault, InjectionTrigger trigger, std::uint64_t argument,
                               const std::string& marker) {
  client_->Send<wire::InjectFault>(kEpoch, [&](wire::InjectFault& out) {
    out.correlationId(id)
        .fault(static_cast<wire::InjectedFault::Value>(fault))
        .trigger(static_cast<wire::InjectionTrigger::Value>(trigger))
        .argument(argument)
        .putMarker(marker);
  });
}

void WorkerFixture::Arm(InjectedFault fault, InjectionTrigger trigger, std::uint64_t argument, const std::string& marker) {
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
    check::Fail(__FILE__, __LINE__, "fault " + std::to_string(fault_code) + " for " + std::to_string(fault_id) + ": " + text +
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
      check::Fail(__FILE__, __LINE__, "a fault instead of a result: " +
                                          std::string(message->As<wire::Fault>().getMessageAsStringView()));
    }
    if (message->template_id != wire::InferenceCompleted::SBE_TEMPLATE_ID) continue;
    CHECK_EQ(message->As<wire::InferenceCompleted>().correlationId(), id);
    return;
  }
}

}  // namespace mainstay
