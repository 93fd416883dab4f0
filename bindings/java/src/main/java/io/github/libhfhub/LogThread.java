package io.github.libhfhub;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands log lines out. The native side collects them, so that no foreign thread enters the JVM; one daemon thread fetches them.
 * A hook lives as long as a session or an operation of it refers to it.
 */
final class LogThread {
  private static final Map<Long, WeakReference<LogHook>> HOOKS = new ConcurrentHashMap<>();
  private static final AtomicLong IDS = new AtomicLong();
  private static boolean running;

  private LogThread() {}

  static void set(long options, LogHook hook) throws HfHubException {
    HOOKS.values().removeIf(known -> known.get() == null);
    long id = IDS.incrementAndGet();
    HOOKS.put(id, new WeakReference<>(hook));
    RawJNI.hfhub_version_number(); // loads the native half
    collect(options, id);
    start();
  }

  private static synchronized void start() {
    if (running) return;
    running = true;
    Thread thread = new Thread(null, LogThread::run, "hfhub-log", 512 * 1024);
    thread.setDaemon(true);
    thread.start();
  }

  private static void run() {
    long[] about = new long[3];
    for (;;) {
      String message = next(about);
      WeakReference<LogHook> known = HOOKS.get(about[0]);
      LogHook hook = known != null ? known.get() : null;
      if (hook == null) continue;
      try {
        if (about[2] > 0) hook.log(LogHook.Level.WARNING, about[2] + " log lines were lost before the next one");
        hook.log(LogHook.Level.of((int) about[1]), message);
      } catch (RuntimeException | Error dropped) {
        // a hook that fails must not end everybody's log
      }
    }
  }

  private static native void collect(long options, long hook) throws HfHubException;

  /** Waits for a line; {hook, level, lines lost before}. */
  private static native String next(long[] about);
}
