package io.mainstay.actors.recovery.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.action.device.FailedDevices;
import io.mainstay.actors.recovery.catalog.CascadeName;
import io.mainstay.actors.recovery.catalog.StrategyName;
import io.mainstay.actors.recovery.engine.CoordinatorSettings;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.actors.recovery.engine.RecoveryBook;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.DatabaseSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The product's catalogs of recoveries against the code that does their steps. */
class AllActionsTest {
  @TempDir Path directory;

  @Test
  void everyStepOfEveryRecovery_hasCode_andNoNameMeansTwoThings() throws Exception {
    ActorTestKit kit = ActorTestKit.create("actions");
    Config config = ConfigFactory.load();
    try (DataDirectory data = DataDirectory.open(directory);
        Database database = Database.open(data, DatabaseSettings.of(config))) {
      ActionFloor floor =
          new ActionFloor(
              kit.system(),
              CoordinatorSettings.of(config),
              () -> {
                throw new AssertionError("nothing is asked yet");
              },
              new ActionFloor.Surroundings(
                  config,
                  database,
                  null,
                  null,
                  kit.system().ignoreRef(),
                  kit.system().ignoreRef(),
                  kit.system().ignoreRef(),
                  kit.system().ignoreRef(),
                  null));
      RecoveryActions actions = AllActions.on(floor, new FailedDevices());
      RecoveryBook book = RecoveryBook.load(config, actions);
      assertEquals(CascadeName.values().length, book.cascades().size());
      assertEquals(StrategyName.values().length, book.strategies().size());
      assertTrue(actions.names().contains("restart_model_loading"));
    } finally {
      kit.shutdownTestKit();
    }
  }
}
