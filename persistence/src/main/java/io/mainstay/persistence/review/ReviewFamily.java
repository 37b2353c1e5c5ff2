package io.mainstay.persistence.review;

import com.typesafe.config.Config;
import io.mainstay.persistence.serialization.EntityFold;
import io.mainstay.persistence.serialization.EventFamily;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.ManifestTableBuilder;
import java.util.List;
import java.util.Map;

/** Manifests of the review queue. */
public final class ReviewFamily implements EventFamily {
  @Override
  public Map<String, Class<? extends JournalEvent>> manifests() {
    return new ManifestTableBuilder()
        .add("review.ReviewOpened.v1", ReviewEvent.ReviewOpened.class)
        .add("review.ReviewDecided.v1", ReviewEvent.ReviewDecided.class)
        .add("review.state.ReviewState.v1", ReviewState.class)
        .build();
  }

  @Override
  public List<EntityFold<?>> folds(Config root) {
    int kept = ReviewSettings.of(root).decidedKept();
    return List.of(
        EntityFold.of(
            ReviewQueue.TYPE,
            ReviewState.empty(),
            ReviewEvent.class,
            (state, event) -> state.after(event, kept),
            false));
  }
}
