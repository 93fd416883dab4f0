package io.github.libhfhub;

/** Receives a session's log lines. */
@FunctionalInterface
public interface LogHook {
  /** What a line is about, by rising weight. */
  enum Level {
    DEBUG,
    INFO,
    WARNING,
    ERROR;

    static Level of(int value) {
      return values()[Math.max(0, Math.min(value, values().length - 1))];
    }
  }

  /**
   * One line, without secrets. It comes on a thread of its own, in order and soon, not on the thread that logged it. What this
   * throws is dropped.
   *
   * @param level how much it matters
   * @param message the line
   */
  void log(Level level, String message);
}
