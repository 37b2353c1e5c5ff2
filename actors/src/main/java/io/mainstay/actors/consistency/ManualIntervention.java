package io.mainstay.actors.consistency;

import io.mainstay.persistence.serialization.EventMeta;

/** How the monitor calls a person when repair does not succeed. */
public interface ManualIntervention {
  /** Nobody to call. */
  ManualIntervention NOBODY =
      new ManualIntervention() {
        @Override
        public void call(String message, String remedy, EventMeta cause) {
          // The journal has the failed repair.
        }

        @Override
        public void over(EventMeta cause) {
          // Nobody was called.
        }
      };

  /** Somebody must look; saying it again while it is so changes nothing. */
  void call(String message, String remedy, EventMeta cause);

  /** Nobody needs to look any more. */
  void over(EventMeta cause);
}
