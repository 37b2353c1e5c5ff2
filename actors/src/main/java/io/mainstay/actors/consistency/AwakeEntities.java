package io.mainstay.actors.consistency;

import akka.cluster.sharding.ShardRegion;
import akka.cluster.sharding.typed.HashCodeMessageExtractor;
import io.mainstay.actors.consistency.check.JournalFacts.Going;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which entities of a type drive what is open. One whose shard is not there yet, as soon after a
 * start, is not asleep: its shard wakes it. Pure.
 */
final class AwakeEntities {
  private AwakeEntities() {}

  /**
   * Those that are awake or on their way; empty if a shard did not answer.
   *
   * @param region what it says of itself
   * @param open what is to be driven, by id
   * @param shards how many the type has
   * @param starting whether the node began so recently that shards may be on their way
   */
  static Optional<Set<String>> of(
      Optional<ShardRegion.CurrentShardRegionState> region,
      Map<String, Going> open,
      int shards,
      boolean starting) {
    return region
        .filter(state -> state.getFailed().isEmpty())
        .map(
            state -> {
              Set<String> awake = new HashSet<>();
              Set<String> there = new HashSet<>();
              for (ShardRegion.ShardState shard : state.getShards()) {
                there.add(shard.shardId());
                awake.addAll(shard.getEntityIds());
              }
              HashCodeMessageExtractor<Object> place = new HashCodeMessageExtractor<>(shards);
              open.forEach(
                  (id, going) -> {
                    if (starting && !there.contains(place.shardId(id))) {
                      awake.add(id);
                    }
                  });
              return awake;
            });
  }
}
