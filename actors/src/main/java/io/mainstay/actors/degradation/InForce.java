package io.mainstay.actors.degradation;

import java.util.concurrent.atomic.AtomicReference;

/**
 * What holds on a node now. Written by its {@link ModeKeeper} alone, once a change is durable; read
 * by whoever does work, at the moment of doing it. Thread-safe.
 */
public final class InForce {
  private final AtomicReference<ModeView> view;

  /** At the node's start: what its journal says. */
  public InForce(ModeView atStart) {
    this.view = new AtomicReference<>(atStart);
  }

  /** Of a node, or a test, without modes. */
  public static InForce normal() {
    return new InForce(ModeView.NORMAL);
  }

  /** The modes that hold. */
  public ModeView view() {
    return view.get();
  }

  /** What follows from them. */
  public Restrictions restrictions() {
    return view.get().restrictions();
  }

  void set(ModeView now) {
    view.set(now);
  }
}
