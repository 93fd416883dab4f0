package io.github.libhfhub;

/** Commits of a folder that grows. */
public final class Scheduler implements AutoCloseable {
  private final Object kept;
  private final Handle handle;

  Scheduler(Object kept, Handle handle) {
    this.kept = kept;
    this.handle = handle;
  }

  /**
   * A commit now.
   *
   * hfhub_scheduler_trigger:
   */
  public Operation<CommitInfo> trigger() throws HfHubException {
    return handle.call(s -> Operation.start(CommitInfo::read, kept, out -> Raw.hfhub_scheduler_trigger(s, out)));
  }

  /**
   * The last commit.
   *
   * hfhub_scheduler_stop:
   */
  public Operation<CommitInfo> stop() throws HfHubException {
    return handle.call(s -> Operation.start(CommitInfo::read, kept, out -> Raw.hfhub_scheduler_stop(s, out)));
  }

  /**
   * Lets go of the scheduler.
   *
   * hfhub_scheduler_free:
   */
  @Override
  public void close() {
    handle.close();
  }
}
