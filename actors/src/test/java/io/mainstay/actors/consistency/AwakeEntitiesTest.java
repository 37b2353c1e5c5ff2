package io.mainstay.actors.consistency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.cluster.sharding.ShardRegion;
import akka.cluster.sharding.typed.HashCodeMessageExtractor;
import io.mainstay.actors.consistency.check.JournalFacts.Going;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

class AwakeEntitiesTest {
  private static final int SHARDS = 32;
  private static final Going FRESH = new Going(Duration.ofSeconds(1), false);

  private static String shard(String id) {
    return new HashCodeMessageExtractor<Object>(SHARDS).shardId(id);
  }

  private static Optional<ShardRegion.CurrentShardRegionState> region(
      String shard, Set<String> entities) {
    return Optional.of(
        new ShardRegion.CurrentShardRegionState(
            set(Set.of(new ShardRegion.ShardState(shard, set(entities))))));
  }

  private static <T> scala.collection.immutable.Set<T> set(Set<T> of) {
    return CollectionConverters.asScala(of).toSet();
  }

  @Test
  void openOne_isAsleepOnlyIfItsShardIsThere() {
    Map<String, Going> open = Map.of("a", FRESH);
    assertEquals(
        Optional.of(Set.of("b")),
        AwakeEntities.of(region(shard("a"), Set.of("b")), open, SHARDS, true));
    assertEquals(
        Optional.of(Set.of("b", "a")),
        AwakeEntities.of(region(shard("b"), Set.of("b")), open, SHARDS, true));
  }

  @Test
  void longAfterTheStart_shardsThatAreNotThereDriveNothing() {
    assertEquals(
        Optional.of(Set.of("b")),
        AwakeEntities.of(region(shard("b"), Set.of("b")), Map.of("a", FRESH), SHARDS, false));
  }

  @Test
  void nobodyAnswered_nothingIsKnown() {
    assertEquals(
        Optional.empty(), AwakeEntities.of(Optional.empty(), Map.of("a", FRESH), SHARDS, true));
  }
}
