package io.mainstay.runtime.chaos;

/** What must be there for a condition to be brought about. */
public enum Need {
  /** The node was started with {@code mainstay.device.worker.fault-injection = on}. */
  FAULT_INJECTION("a node with mainstay.device.worker.fault-injection = on"),
  /** The node's workers are processes of this machine, and ours to signal. */
  SIGNALS("workers of this machine that may be signalled"),
  /** The node is ours: its files may be damaged, and it was started with settings for it. */
  OWN_NODE("a node of its own, whose files may be damaged"),
  /** A small file system under the node's data, which only root can mount. */
  SMALL_DISK("a small file system to fill, which only root can mount"),
  /** A control group that limits a worker's memory, which only root can make. */
  MEMORY_GROUP("a control group for memory, which only root can make"),
  /** The program that lowers the limit of open files of a running process. */
  FILE_LIMIT("the program prlimit");

  private final String text;

  Need(String text) {
    this.text = text;
  }

  /** For people. */
  public String text() {
    return text;
  }
}
