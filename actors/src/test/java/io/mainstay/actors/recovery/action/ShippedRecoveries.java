package io.mainstay.actors.recovery.action;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.engine.RecoveryBook;
import java.util.Set;
import java.util.TreeSet;

/** The product's catalogs. That their steps have code is tested by {@link AllActionsTest}. */
public final class ShippedRecoveries {
  private ShippedRecoveries() {}

  /** All of them. */
  public static RecoveryBook book() {
    Config config = ConfigFactory.load();
    Set<String> names = new TreeSet<>();
    for (String root : new String[] {RecoveryBook.CASCADES, RecoveryBook.STRATEGIES}) {
      for (String name : config.getObject(root).keySet()) {
        for (Config step : config.getConfig(root).getConfig(name).getConfigList("steps")) {
          names.add(step.getString("action"));
          if (step.hasPath("rollback")) {
            names.add(step.getString("rollback"));
          }
        }
      }
    }
    return RecoveryBook.load(config, names);
  }
}
