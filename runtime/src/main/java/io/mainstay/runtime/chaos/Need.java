package io.mainstay.runtime.chaos;

/** What must be there for a condition to be brought about. */
public enum Need {
  /** The node was started with {@code mainstay.device.worker.fault-injection = on}. */
  FAULT_INJECTION,
  /** The node's workers are processes of this machine, and ours to signal. */
  SIGNALS,
  /** The node is ours: its files may be damaged, and it was started with settings for it. */
  OWN_NODE,
  /** A small file system under the node's data, which only root can mount. */
  SMALL_DISK
}
