#include "session_board.h"

#include <algorithm>

#include "clock.h"

namespace mainstay {

std::optional<SessionBoard::Refusal> SessionBoard::Put(const ProcessingSessionCreated& session, std::int64_t now_ns) {
  if (session.key == 0 || session.session_id.empty() || session.session_id.size() > kIdBytesMax) {
    return Refusal{StateRefusalCode::kInvalid, "a session id has 1 to " + std::to_string(kIdBytesMax) +
                                                   " bytes and a key, this one has " +
                                                   std::to_string(session.session_id.size())};
  }
  if (session.operation_timeout_ns < 0 || session.session_timeout_ns < 0) {
    return Refusal{StateRefusalCode::kInvalid, "a time limit of session " + session.session_id + " is below 0"};
  }
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(session.key);
  if (found != sessions_.end() && found->second.id != session.session_id) {
    return Refusal{StateRefusalCode::kInvalid,
                   "session " + found->second.id + " has the key of " + session.session_id + "; give it another id"};
  }
  if (found == sessions_.end() && sessions_.size() >= kSessionsMax) {
    return Refusal{StateRefusalCode::kLimitReached, "the worker knows " + std::to_string(kSessionsMax) +
                                                        " sessions, its limit; end one first"};
  }
  Session& entry = sessions_[session.key];
  entry.id = session.session_id;
  entry.expected = session.expected_operations;
  entry.max_memory_bytes = session.max_memory_bytes;
  entry.operation_timeout_ns = session.operation_timeout_ns;
  entry.ends_at_ns = DeadlineAfter(now_ns, session.session_timeout_ns);
  return std::nullopt;
}

std::optional<std::uint64_t> SessionBoard::KeyOf(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, session] : sessions_) {
    if (session.id == id) return key;
  }
  return std::nullopt;
}

std::string SessionBoard::IdOf(std::uint64_t key) const {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(key);
  return found == sessions_.end() ? "" : found->second.id;
}

void SessionBoard::SetPaused(std::uint64_t key, bool paused) {
  const std::lock_guard lock(mutex_);
  if (const auto found = sessions_.find(key); found != sessions_.end()) found->second.paused = paused;
}

void SessionBoard::Remove(std::uint64_t key) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(key);
}

SessionBoard::Limits SessionBoard::LimitsOf(std::uint64_t key, std::int64_t now_ns) const {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(key);
  if (found == sessions_.end()) return {};
  const Session& session = found->second;
  std::int64_t deadline_ns = DeadlineAfter(now_ns, session.operation_timeout_ns);
  if (session.ends_at_ns != 0 && (deadline_ns == 0 || session.ends_at_ns < deadline_ns)) {
    deadline_ns = session.ends_at_ns;
  }
  return {deadline_ns, session.max_memory_bytes};
}

std::optional<SessionProgressReply> SessionBoard::Completed(std::uint64_t key, std::int64_t operation_ns,
                                                            std::int64_t utc_now_ns) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(key);
  if (found == sessions_.end()) return std::nullopt;
  Session& session = found->second;
  ++session.completed;
  session.computed_ns += operation_ns;
  SessionProgressReply reply;
  reply.session_id = session.id;
  reply.completed = session.completed;
  reply.remaining = session.expected - std::min(session.expected, session.completed);
  if (session.expected > 0) {
    reply.estimated_completion_ns = utc_now_ns + session.computed_ns / session.completed * reply.remaining;
  }
  return reply;
}

std::vector<std::pair<std::uint64_t, StateReportReply::Session>> SessionBoard::List() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::uint64_t, StateReportReply::Session>> list;
  for (const auto& [key, session] : sessions_) {
    list.push_back({key, {session.id, session.paused, 0, session.completed}});
  }
  return list;
}

}  // namespace mainstay
