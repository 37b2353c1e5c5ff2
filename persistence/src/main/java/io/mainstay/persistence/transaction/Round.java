package io.mainstay.persistence.transaction;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a transaction heard since its last journal write: votes until there is a decision, answers
 * until all have answered. Immutable, not journaled: who lost it asks again.
 *
 * @param attempts how often each participant was told the present decision
 */
record Round(
    Map<String, Vote> votes, Map<String, Acknowledgement> answers, Map<String, Integer> attempts) {
  Round {
    votes = Collections.unmodifiableMap(new LinkedHashMap<>(votes));
    answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers));
    attempts = Collections.unmodifiableMap(new LinkedHashMap<>(attempts));
  }

  static Round empty() {
    return new Round(Map.of(), Map.of(), Map.of());
  }

  Round with(Vote vote) {
    Map<String, Vote> more = new LinkedHashMap<>(votes);
    more.put(vote.participant(), vote);
    return new Round(more, answers, attempts);
  }

  Round with(Acknowledgement answer) {
    Map<String, Acknowledgement> more = new LinkedHashMap<>(answers);
    more.put(answer.participant(), answer);
    return new Round(votes, more, attempts);
  }

  Round asked(String participant, int attempt) {
    Map<String, Integer> more = new LinkedHashMap<>(attempts);
    more.put(participant, attempt);
    return new Round(votes, answers, more);
  }

  /** The answers are in the journal. */
  Round written() {
    return new Round(votes, Map.of(), attempts);
  }

  int attempt(String participant) {
    return attempts.getOrDefault(participant, 0);
  }
}
