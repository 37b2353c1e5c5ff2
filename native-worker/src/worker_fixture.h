#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fault.h"
#include "host_messages.h"
#include "test_arena.h"
#include "worker_client.h"

namespace mainstay {

/// Test support: a worker with an arena and the requests that the end-to-end tests send. The model is MiniLM: three
/// int64 inputs of shape [batch, sequence] and one float32 output of shape [batch, sequence, 384].
class WorkerFixture {
 public:
  struct Setup {
    std::string threads = "1";
    std::string budget = "0";
    std::vector<std::string> more = {};  ///< Further arguments.
    bool fault_injection = true;
    bool await_hello = true;
    std::string device = "cpu-0";
  };

  static constexpr std::uint64_t kEpoch = 7;
  static constexpr std::size_t kArenaBytes = 8 << 20;
  static constexpr std::size_t kWidth = 384;

  explicit WorkerFixture(const Setup& setup);
  WorkerFixture() : WorkerFixture(Setup{}) {}

  WorkerClient& client() { return *client_; }
  TestArena& arena() { return arena_; }

  struct LoadOptions {
    std::string model_id = "minilm";
    std::string path = MAINSTAY_MODEL;
    std::optional<Sha256Digest> sha256 = {};       ///< Default: of the file.
    std::optional<std::uint64_t> file_bytes = {};  ///< Default: of the file.
    std::string optimized_path = {};
    bool pre_optimized = false;
    std::uint64_t estimate = 0;
  };
  void SendLoad(std::uint64_t id, const LoadOptions& options);
  void SendLoad(std::uint64_t id) { SendLoad(id, LoadOptions{}); }
  /// Loads MiniLM and awaits it.
  void Load();

  struct InferOptions {
    std::int64_t deadline_ns = 0;
    std::uint8_t priority = 0;
    bool wants_progress = false;
    std::string model_id = "minilm";
    std::int64_t batch = 1;
    std::int64_t sequence = 16;
    std::int64_t first_token = 101;
    std::uint64_t output_capacity = 4 << 20;
    std::uint64_t output_offset = 4 << 20;
    std::string output_name = "last_hidden_state";
    bool mask_inline = true;  ///< The attention mask travels in the frame, the others in the arena.
  };
  /// Writes the tokens into the arena; what the request says can be changed before it is sent.
  Infer MakeInfer(std::uint64_t id, const InferOptions& options);
  void SendInfer(std::uint64_t id, const InferOptions& options) { Send(MakeInfer(id, options)); }
  void SendInfer(std::uint64_t id) { SendInfer(id, InferOptions{}); }
  /// The output that an InferenceCompleted left in the arena.
  [[nodiscard]] std::vector<float> Output(const InferOptions& options) const;

  void Send(const HostMessage& message, std::uint64_t epoch = kEpoch);
  void SendPing(std::uint64_t sequence) { Send(Ping{sequence, 42}); }
  void SendCancel(std::uint64_t id) { Send(Cancel{id}); }
  void SendUnload(std::uint64_t id, const std::string& model_id = "minilm") { Send(UnloadModel{id, model_id}); }
  void SendVerify(std::uint64_t id) { Send(VerifyModel{id, 0, "minilm"}); }
  void SendDrain(std::uint64_t id, std::int64_t deadline_ns = 0) { Send(Drain{id, deadline_ns}); }
  void SendInject(std::uint64_t id, InjectedFault fault, InjectionTrigger trigger, std::uint64_t argument = 0,
                  const std::string& marker = "");
  /// Sends the injection and awaits FaultArmed.
  void Arm(InjectedFault fault, InjectionTrigger trigger, std::uint64_t argument = 0, const std::string& marker = "");

  /// Awaits a Fault and checks whose and which it is; returns its message.
  std::string AwaitFault(std::uint64_t id, FaultCode code);
  /// Awaits the completion of that request.
  void AwaitCompleted(std::uint64_t id);

 private:
  TestArena arena_;
  std::unique_ptr<WorkerClient> client_;
};

/// Size and SHA-256 of a file.
std::uint64_t FileBytes(const std::string& path);
Sha256Digest FileSha256(const std::string& path);
/// A path in a fresh directory that is removed when the program ends.
std::string ScratchPath(const std::string& name);

}  // namespace mainstay
