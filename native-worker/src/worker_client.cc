#include "worker_client.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "clock.h"

extern char** environ;

namespace mainstay {
namespace {

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Pipe NewPipe() {
  int fds[2];
  CHECK_EQ(::pipe2(fds, O_CLOEXEC), 0);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

bool Readable(int fd, int bound_ms) {
  pollfd event{fd, POLLIN, 0};
  return ::poll(&event, 1, bound_ms) > 0;
}

}  // namespace

WorkerClient::WorkerClient(const std::vector<std::string>& arguments, const char* program) {
  ::signal(SIGPIPE, SIG_IGN);
  Pipe in = NewPipe();
  Pipe out = NewPipe();
  Pipe err = NewPipe();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in.read_end.get(), 0);
  ::posix_spawn_file_actions_adddup2(&actions, out.write_end.get(), 1);
  ::posix_spawn_file_actions_adddup2(&actions, err.write_end.get(), 2);
  ::posix_spawn_file_actions_adddup2(&actions, 0, 3);
  std::vector<char*> argv{const_cast<char*>(program)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const int error = ::posix_spawn(&pid_, program, &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  CHECK_EQ(error, 0);
  pidfd_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  CHECK(pidfd_.valid());
  in_ = std::move(in.write_end);
  out_ = std::move(out.read_end);
  err_ = std::move(err.read_end);
  ::fcntl(err_.get(), F_SETFL, O_NONBLOCK);
}

WorkerClient::~WorkerClient() {
  if (reaped_) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void WorkerClient::SendRaw(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(in_.get(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0)
      check::Fail(__FILE__, __LINE__,
                  std::string("the worker does not read: ") + std::strerror(errno) + "\n" + Stderr());
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
  }
}

bool WorkerClient::FillWithin(int bound_ms) {
  if (!Readable(out_.get(), bound_ms)) {
    check::Fail(__FILE__, __LINE__, "nothing came within " + std::to_string(bound_ms) + " ms; stderr:\n" + Stderr());
  }
  std::byte chunk[65536];
  const ssize_t got = ::read(out_.get(), chunk, sizeof chunk);
  CHECK(got >= 0);
  buffer_.insert(buffer_.end(), chunk, chunk + got);
  return got > 0;
}

std::optional<WorkerClient::Message> WorkerClient::Cut() {
  if (buffer_.size() < kFrameHeaderBytes) return std::nullopt;
  const FrameHeader header = DecodeFrameHeader(buffer_.data());
  CHECK_EQ(header.encoding, kFrameEncoding);
  CHECK(header.frame_bytes <= kFrameBytesMax);
  if (buffer_.size() < header.frame_bytes) return std::nullopt;
  Message message;
  const auto* at = reinterpret_cast<const char*>(buffer_.data());
  message.bytes.assign(at + kFrameHeaderBytes, at + header.frame_bytes);
  std::memcpy(&message.template_id, message.bytes.data() + 2, sizeof message.template_id);
  std::memcpy(&message.epoch, message.bytes.data() + kMessageHeaderBytes, sizeof message.epoch);
  buffer_.erase(buffer_.begin(), buffer_.begin() + header.frame_bytes);
  return message;
}

std::optional<WorkerClient::Message> WorkerClient::Next(int bound_ms) {
  while (true) {
    if (auto message = Cut()) return message;
    if (!FillWithin(bound_ms)) return std::nullopt;
  }
}

WorkerClient::Message WorkerClient::Await(std::uint16_t template_id, int bound_ms) {
  const std::int64_t until_ns = MonotonicNs() + static_cast<std::int64_t>(bound_ms) * 1'000'000;
  while (MonotonicNs() < until_ns) {
    auto message = Next(bound_ms);
    if (!message) break;
    if (message->template_id == template_id) return std::move(*message);
  }
  check::Fail(__FILE__, __LINE__,
              "no message of template " + std::to_string(template_id) + " came; stderr:\n" + Stderr());
}

bool WorkerClient::AwaitGarbage() {
  while (true) {
    while (buffer_.size() >= kFrameHeaderBytes) {
      if (DecodeFrameHeader(buffer_.data()).encoding != kFrameEncoding) return true;
      if (!Cut()) break;
    }
    if (!FillWithin(kBoundMs)) return false;
  }
}

std::size_t WorkerClient::AwaitCutFrame() {
  while (Next()) {
  }
  return buffer_.size();
}

WorkerClient::End WorkerClient::AwaitEnd() {
  if (!Readable(pidfd_.get(), kBoundMs))
    check::Fail(__FILE__, __LINE__, "the worker does not end; stderr:\n" + Stderr());
  int status = 0;
  CHECK_EQ(::waitpid(pid_, &status, 0), pid_);
  reaped_ = true;
  End end;
  if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  return end;
}

std::string WorkerClient::Stderr() {
  char chunk[4096];
  for (ssize_t got = 0; (got = ::read(err_.get(), chunk, sizeof chunk)) > 0;)
    stderr_.append(chunk, static_cast<std::size_t>(got));
  return stderr_;
}

}  // namespace mainstay
