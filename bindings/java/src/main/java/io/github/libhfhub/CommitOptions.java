package io.github.libhfhub;

/** Where a commit goes and what it says. Not to be changed by two threads at once. */
public final class CommitOptions implements AutoCloseable {
  final Handle handle;

  /**
   * Options with their defaults.
   *
   * hfhub_commit_options_new:
   */
  public CommitOptions() throws HfHubException {
    handle = Handle.make("options", Raw::hfhub_commit_options_free, Raw::hfhub_commit_options_new);
  }

  /**
   * The repository's type.
   *
   * hfhub_commit_options_set_repo_type:
   */
  public CommitOptions repoType(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_repo_type(options, value));
    return this;
  }

  /**
   * The branch or pull request.
   *
   * hfhub_commit_options_set_revision:
   */
  public CommitOptions revision(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_revision(options, value));
    return this;
  }

  /**
   * The message.
   *
   * hfhub_commit_options_set_message:
   */
  public CommitOptions message(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_message(options, value));
    return this;
  }

  /**
   * What is said below the message.
   *
   * hfhub_commit_options_set_description:
   */
  public CommitOptions description(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_description(options, value));
    return this;
  }

  /**
   * What the commit must follow.
   *
   * hfhub_commit_options_set_parent:
   */
  public CommitOptions parent(String commitId) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_parent(options, commitId));
    return this;
  }

  /**
   * Whether to open a pull request.
   *
   * hfhub_commit_options_set_create_pr:
   */
  public CommitOptions createPr(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_create_pr(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Another token.
   *
   * hfhub_commit_options_set_token:
   */
  public CommitOptions token(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_token(options, value));
    return this;
  }

  /**
   * Only files like this; adds to earlier patterns.
   *
   * hfhub_commit_options_add_allow_pattern:
   */
  public CommitOptions allow(String pattern) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_add_allow_pattern(options, pattern));
    return this;
  }

  /**
   * No files like this; adds to earlier patterns.
   *
   * hfhub_commit_options_add_ignore_pattern:
   */
  public CommitOptions ignore(String pattern) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_add_ignore_pattern(options, pattern));
    return this;
  }

  /**
   * Files to delete in the same commit; adds to earlier patterns.
   *
   * hfhub_commit_options_add_delete_pattern:
   */
  public CommitOptions delete(String pattern) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_add_delete_pattern(options, pattern));
    return this;
  }

  /**
   * Whether to follow links to files.
   *
   * hfhub_commit_options_set_follow_links:
   */
  public CommitOptions followLinks(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_follow_links(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Whether to keep a journal in the folder.
   *
   * hfhub_commit_options_set_journal:
   */
  public CommitOptions journal(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_commit_options_set_journal(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Frees the options; calls that took them have copied them.
   *
   * hfhub_commit_options_free:
   */
  @Override
  public void close() {
    handle.close();
  }
}
