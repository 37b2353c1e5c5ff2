package io.mainstay.persistence.transaction.participant;

import com.typesafe.config.Config;
import io.mainstay.persistence.serialization.EntityFold;
import io.mainstay.persistence.serialization.EventFamily;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.ManifestTableBuilder;
import java.util.List;
import java.util.Map;

/** Manifests of what participants hold. */
public final class ParticipantFamily implements EventFamily {
  @Override
  public Map<String, Class<? extends JournalEvent>> manifests() {
    return new ManifestTableBuilder()
        .add("participant.WorkPrepared.v1", ParticipantEvent.WorkPrepared.class)
        .add("participant.WorkCommitted.v1", ParticipantEvent.WorkCommitted.class)
        .add("participant.WorkReapplied.v1", ParticipantEvent.WorkReapplied.class)
        .add("participant.WorkDropped.v1", ParticipantEvent.WorkDropped.class)
        .add("participant.state.Holdings.v1", Holdings.class)
        .build();
  }

  @Override
  public List<EntityFold<?>> folds(Config root) {
    return List.of(
        EntityFold.of(
            ParticipantLog.TYPE, Holdings.none(), ParticipantEvent.class, Holdings::after, true));
  }
}
