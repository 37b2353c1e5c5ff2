#include "reservation_ledger.h"

#include <algorithm>
#include <utility>

namespace mainstay {
namespace {

ReservationLedger::Vote No(std::string reason) { return {false, 0, std::move(reason)}; }

std::string Bytes(std::uint64_t bytes) { return std::to_string(bytes) + " bytes"; }

}  // namespace

ReservationLedger::Vote ReservationLedger::Prepare(const Ask& ask, std::uint64_t room_bytes, std::int64_t now_ns) {
  Expire(now_ns);
  if (ask.id.empty() || ask.id.size() > kIdBytesMax || ask.key == 0) {
    return No("a transaction id has 1 to " + std::to_string(kIdBytesMax) + " bytes and a key, this one " +
              std::to_string(ask.id.size()));
  }
  if (ask.bytes == 0) return No("asked for 0 bytes");
  if (ask.time_limit_ns <= 0 || ask.time_limit_ns > kTimeLimitMaxNs) {
    return No("time limit of " + std::to_string(ask.time_limit_ns) + " ns; above 0, at most " +
              std::to_string(kTimeLimitMaxNs));
  }
  if (ended_.contains(ask.id)) return No("transaction " + ask.id + " has ended here; begin a new one");
  if (const auto found = held_.find(ask.id); found != held_.end()) {
    if (found->second.bytes == ask.bytes && found->second.key == ask.key) return {true, ask.bytes, ""};
    return No("transaction " + ask.id + " holds " + Bytes(found->second.bytes) + " already, not " + Bytes(ask.bytes));
  }
  if (FindKey(ask.key) != held_.end()) return No("another transaction has the same key; begin a new one");
  if (held_.size() >= kOpenMax) {
    return No(std::to_string(kOpenMax) + " transactions are open, the limit; end one first");
  }
  if (ask.bytes > room_bytes) {
    return No("asked for " + Bytes(ask.bytes) + ", " + Bytes(room_bytes) + " are neither used nor reserved");
  }
  held_[ask.id] = {ask.key, ask.bytes, ask.purpose, false, false, now_ns + ask.time_limit_ns};
  return {true, ask.bytes, ""};
}

ReservationLedger::Outcome ReservationLedger::Commit(const std::string& id, std::int64_t now_ns) {
  Expire(now_ns);
  if (const auto found = held_.find(id); found != held_.end()) {
    found->second.committed = true;
    return {TransactionResult::kCommitted, found->second.bytes, Bytes(found->second.bytes) + " reserved"};
  }
  const auto ended = ended_.find(id);
  if (ended == ended_.end()) return {TransactionResult::kUnknown, 0, "unknown_transaction: not known here"};
  switch (ended->second) {
    case End::kUsed: return {TransactionResult::kCommitted, 0, "a load has used it"};
    case End::kReleased: return {TransactionResult::kUnknown, 0, "unknown_transaction: it was released"};
    case End::kAborted: return {TransactionResult::kUnknown, 0, "unknown_transaction: it was aborted"};
    case End::kExpired: break;
  }
  return {TransactionResult::kUnknown, 0, "unknown_transaction: its time limit passed, so it was aborted"};
}

ReservationLedger::Outcome ReservationLedger::Abort(const std::string& id, std::int64_t now_ns) {
  Expire(now_ns);
  if (const auto found = held_.find(id); found != held_.end()) {
    const Held held = found->second;
    if (held.claimed) {
      return {TransactionResult::kCommitted, held.bytes, "a load is using it; cancel the load, then release it"};
    }
    held_.erase(found);
    Remember(id, held.committed ? End::kReleased : End::kAborted);
    return {held.committed ? TransactionResult::kReleased : TransactionResult::kAborted, 0,
            Bytes(held.bytes) + " given back"};
  }
  const auto ended = ended_.find(id);
  if (ended != ended_.end() && ended->second == End::kReleased) return {TransactionResult::kReleased, 0, "given back"};
  if (ended != ended_.end() && ended->second == End::kUsed) {
    return {TransactionResult::kReleased, 0, "nothing is reserved: a load used it, and unloading frees it"};
  }
  if (ended == ended_.end() && !id.empty() && id.size() <= kIdBytesMax) Remember(id, End::kAborted);
  return {TransactionResult::kAborted, 0, "nothing is held"};
}

bool ReservationLedger::Expire(std::int64_t now_ns) {
  bool dropped = false;
  for (auto at = held_.begin(); at != held_.end();) {
    if (at->second.committed || at->second.until_ns > now_ns) {
      ++at;
      continue;
    }
    Remember(at->first, End::kExpired);
    at = held_.erase(at);
    dropped = true;
  }
  return dropped;
}

std::int64_t ReservationLedger::NextExpiry() const {
  std::int64_t next = 0;
  for (const auto& [id, held] : held_) {
    if (!held.committed && (next == 0 || held.until_ns < next)) next = held.until_ns;
  }
  return next;
}

bool ReservationLedger::Claim(std::uint64_t key) {
  const auto found = FindKey(key);
  if (found == held_.end() || !found->second.committed || found->second.claimed) return false;
  found->second.claimed = true;
  return true;
}

void ReservationLedger::Unclaim(std::uint64_t key) {
  if (const auto found = FindKey(key); found != held_.end()) found->second.claimed = false;
}

void ReservationLedger::Use(std::uint64_t key) {
  const auto found = FindKey(key);
  if (found == held_.end()) return;
  Remember(found->first, End::kUsed);
  held_.erase(found);
}

std::uint64_t ReservationLedger::reserved_bytes() const {
  std::uint64_t sum = 0;
  for (const auto& [id, held] : held_) sum += held.claimed ? 0 : held.bytes;
  return sum;
}

std::vector<StateReportReply::Reservation> ReservationLedger::List(std::int64_t now_ns) const {
  std::vector<StateReportReply::Reservation> list;
  for (const auto& [id, held] : held_) {
    list.push_back({id, held.bytes, held.purpose, held.committed,
                    held.committed ? 0 : std::max<std::int64_t>(0, held.until_ns - now_ns)});
  }
  return list;
}

void ReservationLedger::Remember(const std::string& id, End end) {
  ended_[id] = end;
  ended_order_.push_back(id);
  if (ended_order_.size() <= kEndedMax) return;
  ended_.erase(ended_order_.front());
  ended_order_.pop_front();
}

std::map<std::string, ReservationLedger::Held>::iterator ReservationLedger::FindKey(std::uint64_t key) {
  return std::find_if(held_.begin(), held_.end(), [key](const auto& entry) { return entry.second.key == key; });
}

}  // namespace mainstay
