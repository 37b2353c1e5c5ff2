package io.mainstay.actors.device.worker;

/** Creates worker processes. A slot knows only this, so its tests can put a scripted one here. */
public interface WorkerLauncher {
  /**
   * Begins to launch a worker and returns at once: success is {@link WorkerListener#onHello}, every
   * failure is {@link WorkerListener#onDeath}. Callbacks may come before this method returns.
   */
  WorkerControl launch(WorkerSpec spec, WorkerListener listener);
}
