package io.mainstay.actors.recovery.action.model;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.model.report.ModelDetail;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelRestorationTest {
  @Test
  void model_isLoadedAgain_ifItIsUsed_orOnADevice_orADeviceFailed() {
    assertTrue(ModelRestoration.isWanted("model/m", detail(List.of(), List.of("runner"))));
    assertTrue(ModelRestoration.isWanted("model/m", detail(List.of("cpu-0"), List.of())));
    assertTrue(ModelRestoration.isWanted("device/cpu-0/m", detail(List.of(), List.of())));
    assertFalse(ModelRestoration.isWanted("model/m", detail(List.of(), List.of())));
  }

  private static ModelDetail detail(List<String> devices, List<String> holders) {
    return new ModelDetail(
        new ModelView(
            "m", "1", "text", "loaded", devices, 1, 1, true, "", "", "", "", List.of(), 0, 0,
            List.of()),
        "",
        List.of(),
        List.of(),
        List.of(),
        holders,
        List.of(),
        null,
        List.of(),
        new Alternatives("m", List.of(), List.of()));
  }
}
