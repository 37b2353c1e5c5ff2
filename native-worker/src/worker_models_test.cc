// The real worker binary over its real pipes, with the real MiniLM model.
// Loading, verifying and unloading a model; files that are not what they should be.

#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "check.h"
#include "mainstay_wire/LoadStage.h"
#include "mainstay_wire/ModelLoaded.h"
#include "mainstay_wire/ModelLoadingProgress.h"
#include "mainstay_wire/ModelUnloaded.h"
#include "mainstay_wire/Verified.h"
#include "mainstay_wire/VramUsageUpdate.h"
#include "worker_fixture.h"

namespace mainstay {
namespace {

TEST(load_reportsStagesInOrderAndTheSignature) {
  WorkerFixture worker;
  worker.SendLoad(5);
  float last_percent = -1;
  int last_stage = -1;
  int hashing = 0;
  while (true) {
    auto message = worker.client().Next();
    CHECK(message.has_value());
    if (message->template_id == wire::ModelLoadingProgress::SBE_TEMPLATE_ID) {
      auto progress = message->As<wire::ModelLoadingProgress>();
      CHECK_EQ(progress.correlationId(), 5U);
      CHECK(progress.progressPercentage() >= last_percent);
      CHECK(progress.loadingStageRaw() >= last_stage);
      last_percent = progress.progressPercentage();
      last_stage = progress.loadingStageRaw();
      if (last_stage == wire::LoadStage::HASHING) ++hashing;
      CHECK_EQ(progress.getComponentAsStringView(), "model");
    }
    if (message->template_id != wire::ModelLoaded::SBE_TEMPLATE_ID) continue;
    auto loaded = message->As<wire::ModelLoaded>();
    CHECK(loaded.memoryBytes() > 10'000'000U);
    CHECK(loaded.loadNs() > 0);
    auto& component = loaded.components();
    CHECK_EQ(component.count(), 1U);
    auto& tensors = component.next().tensors();
    std::map<std::string, int> names;
    while (tensors.hasNext()) {
      tensors.next();
      const bool is_output = tensors.isOutput() != 0;
      const int rank = tensors.rank();
      if (is_output) CHECK_EQ(tensors.dims(2), 384);
      names[std::string(tensors.getNameAsStringView())] = is_output ? -rank : rank;
    }
    CHECK_EQ(names.size(), 4U);
    CHECK_EQ(names["input_ids"], 2);
    CHECK_EQ(names["last_hidden_state"], -3);
    break;
  }
  CHECK_EQ(last_stage, static_cast<int>(wire::LoadStage::READY));
  CHECK_EQ(last_percent, 100.0F);
  CHECK(hashing >= 10);
  worker.client().Await(wire::VramUsageUpdate::SBE_TEMPLATE_ID);
}

TEST(unload_freesMemoryAndForgetsTheModel) {
  WorkerFixture worker;
  worker.Load();
  worker.SendUnload(20);
  auto message = worker.client().Await(wire::ModelUnloaded::SBE_TEMPLATE_ID);
  CHECK_EQ(message.As<wire::ModelUnloaded>().correlationId(), 20U);
#ifndef __SANITIZE_ADDRESS__  // Its allocator keeps freed memory.
  CHECK(message.As<wire::ModelUnloaded>().freedBytes() > 10'000'000U);
#endif
  worker.client().Await(wire::VramUsageUpdate::SBE_TEMPLATE_ID);
  worker.SendInfer(21);
  worker.AwaitFault(21, FaultCode::kUnknownModel);
  worker.Load();
  worker.SendInfer(22);
  worker.AwaitCompleted(22);
}

TEST(verify_hashesTheFileAgainAndComputes) {
  WorkerFixture worker;
  const std::string path = ScratchPath("verified.onnx");
  std::filesystem::copy_file(MAINSTAY_MODEL, path);
  worker.SendLoad(5, {.path = path});
  worker.client().Await(wire::ModelLoaded::SBE_TEMPLATE_ID);
  worker.SendVerify(20);
  auto message = worker.client().Await(wire::Verified::SBE_TEMPLATE_ID);
  CHECK_EQ(message.As<wire::Verified>().correlationId(), 20U);
  CHECK(message.As<wire::Verified>().computeNs() > 0);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(20'000'000);
  file.put('\x55');
  file.close();
  worker.SendVerify(21);
  worker.AwaitFault(21, FaultCode::kChecksumMismatch);
  std::filesystem::remove(path);
  worker.SendVerify(22);
  worker.AwaitFault(22, FaultCode::kModelFileUnreadable);
  worker.SendInfer(23);
  worker.AwaitCompleted(23);
}

TEST(optimizedCopy_isWrittenWholeAndComputesTheSameBits) {
  WorkerFixture worker;
  const std::string copy = ScratchPath("optimized.copy");
  worker.SendLoad(5, {.optimized_path = copy});
  auto message = worker.client().Await(wire::ModelLoaded::SBE_TEMPLATE_ID);
  auto loaded = message.As<wire::ModelLoaded>();
  auto& component = loaded.components().next();
  Sha256Digest said{};
  for (std::size_t i = 0; i < said.size(); ++i) said[i] = component.optimizedSha256(i);
  CHECK(said == FileSha256(copy));
  worker.SendInfer(6);
  worker.AwaitCompleted(6);
  const std::vector<float> plain = worker.Output({});
  worker.SendUnload(7);
  worker.client().Await(wire::ModelUnloaded::SBE_TEMPLATE_ID);
  std::memset(worker.arena().bytes().data() + (4 << 20), 0, plain.size() * sizeof(float));
  worker.SendLoad(8, {.path = copy, .pre_optimized = true});
  worker.client().Await(wire::ModelLoaded::SBE_TEMPLATE_ID);
  worker.SendVerify(9);
  worker.client().Await(wire::Verified::SBE_TEMPLATE_ID);
  worker.SendInfer(10);
  worker.AwaitCompleted(10);
  CHECK(worker.Output({}) == plain);
  for (const auto& left : std::filesystem::directory_iterator(std::filesystem::path(copy).parent_path())) {
    CHECK(left.path().string().find(".writing-") == std::string::npos);
  }
}

TEST(optimizedCopy_thatCannotBeWritten_doesNotFailTheLoad) {
  WorkerFixture worker;
  worker.SendLoad(5, {.optimized_path = "/no/such/directory/model.copy"});
  auto message = worker.client().Await(wire::ModelLoaded::SBE_TEMPLATE_ID);
  auto loaded = message.As<wire::ModelLoaded>();
  auto& component = loaded.components().next();
  for (std::size_t i = 0; i < 32; ++i) CHECK_EQ(component.optimizedSha256(i), 0);
}

TEST(load_ofABadFile_namesTheReason) {
  WorkerFixture worker;
  worker.SendLoad(5, {.path = "/no/such/model.onnx", .sha256 = Sha256Digest{}, .file_bytes = 10});
  worker.AwaitFault(5, FaultCode::kModelFileUnreadable);
  worker.SendLoad(6, {.path = "/tmp", .sha256 = Sha256Digest{}, .file_bytes = 10});
  worker.AwaitFault(6, FaultCode::kModelFileUnreadable);
  worker.SendLoad(7, {.sha256 = Sha256Digest{}});
  worker.AwaitFault(7, FaultCode::kChecksumMismatch);

  const std::string truncated = ScratchPath("truncated.onnx");
  std::filesystem::copy_file(MAINSTAY_MODEL, truncated);
  std::filesystem::resize_file(truncated, 10'000'000);
  worker.SendLoad(8,
                  {.path = truncated, .sha256 = FileSha256(MAINSTAY_MODEL), .file_bytes = FileBytes(MAINSTAY_MODEL)});
  CHECK(worker.AwaitFault(8, FaultCode::kChecksumMismatch).find("10000000") != std::string::npos);
  worker.SendLoad(9, {.path = truncated});
  worker.AwaitFault(9, FaultCode::kModelCorrupt);

  const std::string text = ScratchPath("text.onnx");
  std::ofstream(text) << "This is no model.";
  worker.SendLoad(10, {.path = text});
  worker.AwaitFault(10, FaultCode::kModelCorrupt);
  worker.SendLoad(11, {.path = "relative.onnx", .sha256 = Sha256Digest{}, .file_bytes = 1});
  worker.AwaitFault(11, FaultCode::kInvalidRequest);
  worker.SendLoad(12, {.model_id = ""});
  worker.AwaitFault(12, FaultCode::kInvalidRequest);
  worker.Load();
}

TEST(load_overTheBudget_isRefusedBeforeAndAfter) {
  WorkerFixture worker(WorkerFixture::Setup{.budget = "1500000000"});
  worker.SendLoad(5, {.estimate = 1'600'000'000});
  worker.AwaitFault(5, FaultCode::kMemoryBudgetExceeded);
  worker.Load();
#ifndef __SANITIZE_ADDRESS__
  // An estimate that lies: the load itself shows that it does not fit, and nothing stays loaded.
  WorkerFixture small(WorkerFixture::Setup{.budget = "30000000"});
  small.SendLoad(6, {.estimate = 1});
  small.AwaitFault(6, FaultCode::kMemoryBudgetExceeded);
  small.SendInfer(7);
  small.AwaitFault(7, FaultCode::kUnknownModel);
#endif
}

TEST(load_canBeCancelled) {
  WorkerFixture worker;
  worker.SendLoad(5);
  worker.client().Await(wire::ModelLoadingProgress::SBE_TEMPLATE_ID);
  worker.SendCancel(5);
  worker.AwaitFault(5, FaultCode::kCancelled);
  worker.Load();
}

}  // namespace
}  // namespace mainstay
