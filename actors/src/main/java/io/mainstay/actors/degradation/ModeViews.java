package io.mainstay.actors.degradation;

import io.mainstay.persistence.mode.KeptMode;
import io.mainstay.persistence.mode.ModeState;
import java.util.ArrayList;
import java.util.List;

/** A state as others see it. Pure. */
public final class ModeViews {
  private final ModeRules rules;
  private final ModeLife life;

  ModeViews(ModeRules rules, ModeLife life) {
    this.rules = rules;
    this.life = life;
  }

  /** The modes that hold in that state, and what follows from them. */
  public ModeView of(ModeState state) {
    return of(state, Lifted.NOTHING);
  }

  ModeView of(ModeState state, Lifted lifted) {
    List<ModeView.Active> active = new ArrayList<>();
    List<ModeView.ManualOverride> overrides = new ArrayList<>();
    for (KeptMode mode : state.modes()) {
      ModeKey key = ModeNames.key(mode.name()).orElse(null);
      if (key == null) {
        continue;
      }
      if (mode.holds()) {
        active.add(
            new ModeView.Active(
                key,
                mode.entered(),
                mode.grounds().stream().map(ModeViews::ground).toList(),
                ModeNames.triggers(mode),
                life.leavesAt(mode).orElse(null)));
      }
      if (mode.manual() != null) {
        KeptMode.Manual decided = mode.manual();
        overrides.add(
            new ModeView.ManualOverride(
                key, decided.on(), decided.by(), decided.reason(), decided.set().at()));
      }
    }
    return new ModeView(active, overrides, rules.of(state, lifted));
  }

  private static ModeView.Ground ground(KeptMode.Ground ground) {
    return new ModeView.Ground(
        ModeNames.trigger(ground.trigger()), ground.source(), ground.reason(), ground.taken().at());
  }
}
