package io.mainstay.actors.consistency.check;

import io.mainstay.actors.consistency.check.SystemFacts.ArenaFile;
import io.mainstay.actors.consistency.check.SystemFacts.ArenaName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Shared memory files and descriptors against workers that have not mapped theirs yet. */
final class SharedFileCheck implements ConsistencyCheck {
  @Override
  public CheckType type() {
    return CheckType.SHARED_FILE_CONSISTENCY;
  }

  @Override
  public List<Divergence> compare(NodeSnapshot snapshot) {
    SystemFacts system = snapshot.system();
    Set<ArenaName> starting = new HashSet<>();
    for (DeviceFacts device : snapshot.devices()) {
      for (DeviceFacts.SlotFacts slot : device.slots()) {
        if (!slot.greeted() && slot.epoch() > 0) {
          starting.add(new ArenaName(system.hostPid(), device.id(), slot.epoch()));
        }
      }
    }
    List<Divergence> found = new ArrayList<>();
    for (ArenaFile file : system.files()) {
      if (file.name().hostPid() == system.hostPid()) {
        if (!starting.contains(file.name())) {
          found.add(stray(DivergenceKind.FILE_WITHOUT_ARENA, file, "no starting worker"));
        }
      } else if (!system.hosts().contains(file.name().hostPid())) {
        found.add(
            stray(DivergenceKind.FILE_WITHOUT_HOST, file, file.name().hostPid() + " is dead"));
      }
    }
    if (starting.isEmpty()) {
      for (String descriptor : system.descriptors().stream().sorted().toList()) {
        found.add(
            new Divergence(
                DivergenceKind.DESCRIPTOR_ON_ARENA, "", descriptor, "closed", "open", ""));
      }
    }
    return found;
  }

  private static Divergence stray(DivergenceKind kind, ArenaFile file, String ownerValue) {
    return new Divergence(kind, "", file.path(), ownerValue, "there", "");
  }
}
