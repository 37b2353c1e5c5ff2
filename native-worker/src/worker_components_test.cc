// The real worker binary over its real pipes, with models of several components.
// Order, progress and memory of a load; inference by component; a component that is not what it should be.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "check.h"
#include "mainstay_wire/InferenceCompleted.h"
#include "mainstay_wire/LoadStage.h"
#include "mainstay_wire/ModelLoaded.h"
#include "mainstay_wire/ModelLoadingProgress.h"
#include "mainstay_wire/ModelUnloaded.h"
#include "tiny_model.h"
#include "worker_fixture.h"

namespace mainstay {
namespace {

constexpr std::size_t kOutputOffset = 1 << 20;
constexpr std::uint64_t kLargeColumns = 1 << 20;  // 16 MiB of weights.

std::string WriteTinyModel(const std::string& name, const TinyModel& model) {
  std::string path = ScratchPath(name);
  std::ofstream(path, std::ios::binary) << Serialize(model);
  return path;
}

ComponentFile FileOf(const std::string& name, const std::string& path) {
  ComponentFile file;
  file.name = name;
  file.path = path;
  file.sha256 = FileSha256(path);
  file.file_bytes = FileBytes(path);
  return file;
}

/// What a text-to-image model has, in the order in which it is needed.
std::vector<ComponentFile> ThreeComponents(std::uint64_t columns = 8) {
  return {FileOf("text_encoder", WriteTinyModel("text_encoder.onnx", {"ids", "states", 1, columns})),
          FileOf("unet", WriteTinyModel("unet.onnx", {"sample", "out_sample", 10, columns})),
          FileOf("vae_decoder", WriteTinyModel("vae_decoder.onnx", {"latent", "picture", 100, columns}))};
}

void Load(WorkerFixture& worker, std::uint64_t id, const std::vector<ComponentFile>& files,
          const std::string& model_id = "shapes") {
  worker.Send(LoadModel{id, 0, 1, 0, model_id, files});
}

Infer Ask(WorkerFixture& worker, std::uint64_t id, const std::string& component, const std::string& input,
          const std::string& output, const std::string& model_id = "shapes") {
  std::fill_n(worker.arena().At<float>(0), 4, 1.0F);
  Infer infer;
  infer.correlation_id = id;
  infer.model_id = model_id;
  infer.component = component;
  InputTensor tensor;
  tensor.name = input;
  tensor.element_type = static_cast<std::uint8_t>(ElementType::kFloat32);
  tensor.place = kPlaceArena;
  tensor.shape.rank = 2;
  tensor.shape.dims = {1, 4};
  tensor.range = {0, 0, 4 * sizeof(float)};
  infer.inputs.push_back(tensor);
  infer.outputs.push_back({output, kPlaceArena, {0, kOutputOffset, 4 << 20}});
  return infer;
}

/// Asks one component of four ones and returns the first value.
float AnswerOf(WorkerFixture& worker, std::uint64_t id, const std::string& component, const std::string& input,
               const std::string& output) {
  *worker.arena().At<float>(kOutputOffset) = -1;
  worker.Send(Ask(worker, id, component, input, output));
  worker.AwaitCompleted(id);
  return *worker.arena().At<float>(kOutputOffset);
}

#ifndef __SANITIZE_ADDRESS__  // Its allocator keeps freed memory.
/// Memory of the worker after one inference of the model `small`.
std::uint64_t Resident(WorkerFixture& worker, std::uint64_t id) {
  worker.Send(Ask(worker, id, "model", "input", "output", "small"));
  auto message = worker.client().Await(wire::InferenceCompleted::SBE_TEMPLATE_ID);
  return message.As<wire::InferenceCompleted>().residentBytes();
}
#endif

TEST(load_ofThreeComponents_goesInTheOrderOfTheRequest) {
  WorkerFixture worker;
  std::vector<ComponentFile> files = ThreeComponents();
  std::swap(files[0], files[2]);  // Any order that the host gives.
  Load(worker, 5, files);
  std::vector<std::string> order;
  std::vector<std::string> ready;
  float last_percent = 0;
  while (true) {
    auto message = worker.client().Next();
    CHECK(message.has_value());
    if (message->template_id == wire::ModelLoaded::SBE_TEMPLATE_ID) {
      auto loaded = message->As<wire::ModelLoaded>();
      auto& components = loaded.components();
      CHECK_EQ(components.count(), 3U);
      for (const ComponentFile& file : files) {
        auto& component = components.next();
        auto& tensors = component.tensors();
        CHECK_EQ(tensors.count(), 2U);
        while (tensors.hasNext()) static_cast<void>(tensors.next().getNameAsStringView());
        CHECK_EQ(component.getNameAsStringView(), file.name);
      }
      break;
    }
    if (message->template_id != wire::ModelLoadingProgress::SBE_TEMPLATE_ID) continue;
    auto progress = message->As<wire::ModelLoadingProgress>();
    CHECK(progress.progressPercentage() >= last_percent);
    last_percent = progress.progressPercentage();
    const bool is_ready = progress.loadingStageRaw() == wire::LoadStage::READY;
    const std::string component(progress.getComponentAsStringView());
    if (order.empty() || order.back() != component) order.push_back(component);
    if (is_ready) ready.push_back(component);
  }
  CHECK(order == (std::vector<std::string>{"vae_decoder", "unet", "text_encoder"}));
  CHECK(ready == order);
  CHECK_EQ(last_percent, 100.0F);
}

TEST(infer_asksTheComponentThatItNames) {
  WorkerFixture worker;
  Load(worker, 5, ThreeComponents());
  worker.client().Await(wire::ModelLoaded::SBE_TEMPLATE_ID);
  CHECK_EQ(AnswerOf(worker, 6, "unet", "sample", "out_sample"), 40.0F);
  CHECK_EQ(AnswerOf(worker, 7, "text_encoder", "ids", "states"), 4.0F);
  CHECK_EQ(AnswerOf(worker, 8, "vae_decoder", "latent", "picture"), 400.0F);
  worker.Send(Ask(worker, 9, "controlnet", "sample", "out_sample"));
  CHECK(worker.AwaitFault(9, FaultCode::kUnknownModel).find("controlnet") != std::string::npos);
  worker.Send(Ask(worker, 10, "unet", "latent", "picture"));
  CHECK(worker.AwaitFault(10, FaultCode::kBadTensor).find("it has sample") != std::string::npos);
}

TEST(unload_freesEveryComponent) {
  WorkerFixture worker;
  Load(worker, 4, {FileOf("model", WriteTinyModel("small.onnx", {}))}, "small");
  worker.client().Await(wire::ModelLoaded::SBE_TEMPLATE_ID);
  Load(worker, 5, ThreeComponents(kLargeColumns));
  std::uint64_t allocated = 0;
  std::vector<std::uint64_t> grown;
  while (true) {
    auto message = worker.client().Next();
    CHECK(message.has_value());
    if (message->template_id == wire::ModelLoaded::SBE_TEMPLATE_ID) break;
    if (message->template_id != wire::ModelLoadingProgress::SBE_TEMPLATE_ID) continue;
    auto progress = message->As<wire::ModelLoadingProgress>();
    if (progress.loadingStageRaw() != wire::LoadStage::READY) continue;
    grown.push_back(progress.vramAllocated() - std::min<std::uint64_t>(progress.vramAllocated(), allocated));
    allocated = progress.vramAllocated();
  }
  CHECK_EQ(grown.size(), 3U);
  for (const std::uint64_t bytes : grown) CHECK(bytes > 8'000'000U);
  worker.SendUnload(6, "shapes");
  auto message = worker.client().Await(wire::ModelUnloaded::SBE_TEMPLATE_ID);
#ifndef __SANITIZE_ADDRESS__
  CHECK(message.As<wire::ModelUnloaded>().freedBytes() > 40'000'000U);
#endif
  worker.Send(Ask(worker, 7, "unet", "sample", "out_sample"));
  worker.AwaitFault(7, FaultCode::kUnknownModel);
}

TEST(load_withABadComponent_isOneFaultThatNamesIt) {
  WorkerFixture worker;
  const std::vector<ComponentFile> good = ThreeComponents();

  std::vector<ComponentFile> files = good;
  files[1].path = ScratchPath("missing.onnx");
  Load(worker, 10, files);
  CHECK(worker.AwaitFault(10, FaultCode::kModelFileUnreadable).find("component unet of model shapes") == 0);

  files = good;  // The unet's file holds the decoder: its hash tells.
  std::filesystem::copy_file(good[2].path, ScratchPath("swapped.onnx"));
  files[1].path = ScratchPath("swapped.onnx");
  files[1].file_bytes = FileBytes(files[1].path);
  Load(worker, 11, files);
  CHECK(worker.AwaitFault(11, FaultCode::kChecksumMismatch).find("component unet of model shapes") == 0);

  files = good;  // Cut, and the manifest made from the cut file.
  std::filesystem::copy_file(good[2].path, ScratchPath("cut.onnx"));
  std::filesystem::resize_file(ScratchPath("cut.onnx"), 100);
  files[2] = FileOf("vae_decoder", ScratchPath("cut.onnx"));
  Load(worker, 12, files);
  CHECK(worker.AwaitFault(12, FaultCode::kModelCorrupt).find("component vae_decoder of model shapes") == 0);

  for (const std::uint64_t opset : {99U, 3U}) {
    files = good;
    files[0] = FileOf("text_encoder", WriteTinyModel("opset.onnx", {.opset = opset}));
    Load(worker, 13, files);
    const std::string message = worker.AwaitFault(13, FaultCode::kModelRefused);
    CHECK(message.find("component text_encoder of model shapes") == 0);
    CHECK(message.find("operator set " + std::to_string(opset)) != std::string::npos);
  }

  files = good;
  files[2].name = "unet";
  Load(worker, 14, files);
  CHECK(worker.AwaitFault(14, FaultCode::kInvalidRequest).find("unet") != std::string::npos);

  Load(worker, 15, good);  // None of the failed loads left the model behind.
  worker.client().Await(wire::ModelLoaded::SBE_TEMPLATE_ID);
  CHECK_EQ(AnswerOf(worker, 16, "unet", "sample", "out_sample"), 40.0F);
}

#ifndef __SANITIZE_ADDRESS__
TEST(load_thatFailsAtItsLastComponent_freesThoseBefore) {
  WorkerFixture worker;
  Load(worker, 4, {FileOf("model", WriteTinyModel("small.onnx", {}))}, "small");
  worker.client().Await(wire::ModelLoaded::SBE_TEMPLATE_ID);
  std::vector<ComponentFile> files = ThreeComponents(kLargeColumns);
  files[2].sha256[0] ^= 1;
  const std::uint64_t before = Resident(worker, 5);
  Load(worker, 6, files);
  worker.AwaitFault(6, FaultCode::kChecksumMismatch);
  const std::uint64_t after = Resident(worker, 7);
  CHECK(after < before + 8'000'000);  // Two of 16 MiB were loaded.
}

TEST(load_thatOutgrowsTheBudgetHalfWay_isRefusedAtThatComponent) {
  WorkerFixture worker(WorkerFixture::Setup{.budget = "48000000"});
  // The estimate lies; what is really used counts.
  worker.Send(LoadModel{5, 0, 1, 1, "shapes", ThreeComponents(kLargeColumns)});
  const std::string message = worker.AwaitFault(5, FaultCode::kMemoryBudgetExceeded);
  CHECK(message.find("component unet") == 0 || message.find("component vae_decoder") == 0);
  Load(worker, 6, ThreeComponents());
  worker.client().Await(wire::ModelLoaded::SBE_TEMPLATE_ID);
}
#endif

}  // namespace
}  // namespace mainstay
