package io.mainstay.actors.model.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.load.Residences.Key;
import io.mainstay.actors.model.registry.ModelProblem;
import io.mainstay.persistence.saga.SagaPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
  private static final long BYTES = 10;
  private static final SagaPlan.ModelLoad LOAD =
      new SagaPlan.ModelLoad("tiny", "1", "sha", "cpu-0", BYTES);

  /** A cache, and who holds models. */
  private static final class Shelf implements LoadDesk.Catalog {
    private final Map<String, Long> cached = new HashMap<>();
    private final List<String> holders = new ArrayList<>();

    @Override
    public void cache(String modelId) {
      cached.put(modelId, BYTES);
    }

    @Override
    public long uncache(String modelId) {
      Long bytes = cached.remove(modelId);
      return bytes == null ? 0 : bytes;
    }

    @Override
    public long cachedBytes(String modelId) {
      return cached.getOrDefault(modelId, 0L);
    }

    @Override
    public List<String> dependents(String modelId) {
      return holders;
    }

    @Override
    public ModelDescriptor descriptor(String modelId) {
      throw new UnsupportedOperationException(modelId);
    }

    @Override
    public void blame(String modelId, ModelProblem problem) {
      throw new UnsupportedOperationException(modelId);
    }

    @Override
    public void suspect(String modelId, String component) {
      throw new UnsupportedOperationException(modelId);
    }

    @Override
    public void loaded(String modelId) {
      throw new UnsupportedOperationException(modelId);
    }
  }

  private final Shelf shelf = new Shelf();
  private final ReadAhead readAhead = new ReadAhead(shelf, 1_000);

  @Test
  void files_ofAnEarlierUse_areNotLeftByALoadThatNeverAskedForThem() {
    shelf.cache("tiny");
    assertEquals(0, readAhead.stray("S1", LOAD, Residences.empty()));
    assertEquals(BYTES, shelf.cachedBytes("tiny"));
  }

  @Test
  void files_thatTheLoadAskedFor_areLeftUntilTheyAreLetGo() {
    readAhead.ask("S1", LOAD);
    assertEquals(BYTES, readAhead.stray("S1", LOAD, Residences.empty()));
    readAhead.letGo("S1", LOAD, Residences.empty());
    assertEquals(0, readAhead.stray("S1", LOAD, Residences.empty()));
  }

  @Test
  void files_afterTheLoad_belongToTheCache() {
    readAhead.ask("S1", LOAD);
    readAhead.ended("S1");
    assertEquals(0, readAhead.stray("S1", LOAD, Residences.empty()));
  }

  @Test
  void files_thatOthersNeed_stay() {
    readAhead.ask("S1", LOAD);
    Residences elsewhere = Residences.empty().loaded(new Key("tiny", "cpu-1"));
    readAhead.letGo("S1", LOAD, elsewhere);
    assertEquals(BYTES, shelf.cachedBytes("tiny"));
    assertEquals(0, readAhead.stray("S1", LOAD, elsewhere));

    shelf.holders.add("transaction of its own S1");
    shelf.holders.add("somebody else");
    readAhead.letGo("S1", LOAD, Residences.empty());
    assertEquals(BYTES, shelf.cachedBytes("tiny"));
  }
}
