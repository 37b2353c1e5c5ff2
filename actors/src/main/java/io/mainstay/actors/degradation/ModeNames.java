package io.mainstay.actors.degradation;

import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import io.mainstay.persistence.mode.KeptMode;
import io.mainstay.persistence.mode.ModeName;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** From the journal's names to types and back. Pure. */
public final class ModeNames {
  private ModeNames() {}

  /** As it is journaled. */
  public static ModeName of(ModeKey key) {
    return new ModeName(
        key.mode().code(), key.part().map(CatalogName::code).orElse(""), key.subject());
  }

  /** Empty for what a later release journaled and this one does not know. */
  public static Optional<ModeKey> key(ModeName name) {
    Optional<DegradationMode> mode = CatalogName.find(DegradationMode.class, name.mode());
    if (mode.isEmpty() || name.part().isEmpty()) {
      return mode.map(known -> ModeKey.of(known, name.subject()));
    }
    return CatalogName.find(DegradationSubState.class, name.part())
        .filter(part -> part.parents().contains(mode.get()))
        .map(part -> ModeKey.of(mode.get(), part, name.subject()));
  }

  static Set<ModeTrigger> triggers(KeptMode mode) {
    Set<ModeTrigger> known = EnumSet.noneOf(ModeTrigger.class);
    mode.triggers()
        .forEach(name -> CatalogName.find(ModeTrigger.class, name).ifPresent(known::add));
    if (mode.demanded() || known.isEmpty()) {
      known.add(ModeTrigger.OPERATOR);
    }
    return known;
  }

  static ModeTrigger trigger(String code) {
    return CatalogName.find(ModeTrigger.class, code).orElse(ModeTrigger.OPERATOR);
  }
}
