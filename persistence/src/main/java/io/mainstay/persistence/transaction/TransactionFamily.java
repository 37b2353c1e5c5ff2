package io.mainstay.persistence.transaction;

import com.typesafe.config.Config;
import io.mainstay.persistence.serialization.EntityFold;
import io.mainstay.persistence.serialization.EventFamily;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.ManifestTableBuilder;
import java.util.List;
import java.util.Map;

/** Manifests of transaction events and states. */
public final class TransactionFamily implements EventFamily {
  @Override
  public Map<String, Class<? extends JournalEvent>> manifests() {
    return new ManifestTableBuilder()
        .add("transaction.TransactionBegun.v1", TransactionEvent.TransactionBegun.class)
        .add("transaction.PrepareAsked.v1", TransactionEvent.PrepareAsked.class)
        .add("transaction.Voted.v1", TransactionEvent.Voted.class)
        .add("transaction.Decided.v1", TransactionEvent.Decided.class)
        .add("transaction.Acknowledged.v1", TransactionEvent.Acknowledged.class)
        .add("transaction.TransactionEnded.v1", TransactionEvent.TransactionEnded.class)
        .add("transaction.TransactionStuck.v1", TransactionEvent.TransactionStuck.class)
        .add("transaction.TransactionRedriven.v1", TransactionEvent.TransactionRedriven.class)
        .add("transaction.ReleaseAsked.v1", TransactionEvent.ReleaseAsked.class)
        .add("transaction.TransactionReleased.v1", TransactionEvent.TransactionReleased.class)
        .add("transaction.state.TransactionState.v1", TransactionState.class)
        .build();
  }

  @Override
  public List<EntityFold<?>> folds(Config root) {
    return List.of(
        EntityFold.of(
            Transactions.TYPE,
            TransactionState.empty(),
            TransactionEvent.class,
            TransactionState::after,
            true));
  }
}
