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
   * <p>
   * hfhub_scheduler_trigger: A commit at once, of what is in the folder now. Result JSON as hfhub_commit_finish, or
   * {"committed": false} when nothing is new. Errors: E_STATE after stop. Since 0.1.
   */
  public Operation<CommitInfo> trigger() throws HfHubException {
    return handle.call(s -> Operation.start(CommitInfo::read, kept, out -> Raw.hfhub_scheduler_trigger(s, out)));
  }

  /**
   * The last commit.
   * <p>
   * hfhub_scheduler_stop: The last commit: when its operation has succeeded nothing of the folder is missing on the
   * Hub. Errors: E_STATE the second time. Since 0.1.
   */
  public Operation<CommitInfo> stop() throws HfHubException {
    return handle.call(s -> Operation.start(CommitInfo::read, kept, out -> Raw.hfhub_scheduler_stop(s, out)));
  }

  /**
   * Lets go of the scheduler.
   * <p>
   * hfhub_scheduler_free: Lets go of the scheduler; unless it was stopped, one last commit is made in the background,
   * for which nobody waits. NULL is fine. Since 0.1.
   */
  @Override
  public void close() {
    handle.close();
  }
}
