package io.mainstay.actors.consistency.check;

import io.mainstay.actors.consistency.check.NodeSnapshot.Part;
import java.util.Locale;
import java.util.Set;

/** What is compared with what. The first three are those of the requirements, by their names. */
public enum CheckType {
  DEVICE_MEMORY_ALLOCATION_CONSISTENCY(Part.DEVICE, Part.MEMORY, Part.MODEL),
  MODEL_CACHE_VRAM_CONSISTENCY(Part.DEVICE, Part.MEMORY, Part.MODEL),
  PROCESSING_INFERENCE_RESOURCE_CONSISTENCY(Part.DEVICE, Part.INFERENCE, Part.PROCESSING),
  ARENA_ALLOCATION_CONSISTENCY(Part.DEVICE, Part.SYSTEM),
  WORKER_PROCESS_SLOT_CONSISTENCY(Part.DEVICE, Part.SYSTEM),
  WORKER_RESIDENT_MEMORY_CONSISTENCY(Part.DEVICE, Part.SYSTEM),
  SHARED_FILE_CONSISTENCY(Part.DEVICE, Part.SYSTEM),
  MODEL_FILE_REGISTRY_CONSISTENCY(Part.MODEL, Part.FILES),
  JOURNAL_MEMORY_CONSISTENCY(Part.PROCESSING, Part.JOURNAL),
  TRANSACTION_HOLDING_CONSISTENCY(
      Part.TRANSACTION, Part.DEVICE, Part.MEMORY, Part.MODEL, Part.PROCESSING),
  WORKER_ACCOUNT_CONSISTENCY(Part.DEVICE),
  TRANSACTION_COMPLETENESS_CONSISTENCY(Part.TRANSACTION, Part.DEVICE, Part.JOURNAL),
  SAGA_DRIVER_CONSISTENCY(Part.MODEL, Part.TRANSACTION, Part.JOURNAL);

  private final Set<Part> needs;

  CheckType(Part... needs) {
    this.needs = Set.of(needs);
  }

  /** Parts of the snapshot without which nothing can be said. */
  public Set<Part> needs() {
    return needs;
  }

  /** As users and the journal see it, such as {@code model_cache_vram_consistency}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
